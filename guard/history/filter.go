package history

import "time"

// DefaultLimit is the length of a list whose Filter has no Limit.
const DefaultLimit = 50

// Filter says which entries are listed: those that fit all of its fields. Its
// zero value lists the newest.
type Filter struct {
	Limit   int       // at most so many; zero: DefaultLimit
	Before  int64     // only entries behind the one with this number, to read on; zero: all
	Since   time.Time // not older
	Until   time.Time // older
	Verdict string    // accept, reject, decline
	Program string
	User    string // name, or number
	Policy  string
	Target  string // as it was resolved
	Run     int64  // only the steps of this supervised run; zero: all
	// Text is found in the command, the summary and the targets, without regard
	// to case. It begins at the beginning of a word, and is one of the first two
	// dozen words of an entry: a Store need not find what comes later.
	Text string
}
