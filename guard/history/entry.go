package history

import (
	"errors"
	"time"

	"blastguard/guard"
)

// Ending says what is known about how an entry ended.
type Ending string

const (
	NothingRan   Ending = "nothing ran"               // a reject or a decline
	Ended        Ending = "ended"                     // there is an outcome
	UnknownEnd   Ending = "unknown outcome"           // accepted, and no outcome (yet)
	HostWentDown Ending = "host went down afterwards" // no outcome, and the host was started anew since
	StillRunning Ending = "running"                   // no outcome yet, and its guard runs
)

// Summary is one line of a list: an intent, and how it ended.
type Summary struct {
	ID       int64          `json:"id"`
	At       time.Time      `json:"at"`
	Verdict  guard.Verdict  `json:"verdict"`
	Effect   string         `json:"effect"` // of the decision: deny, confirm, warn, allow
	User     string         `json:"user"`
	UID      int            `json:"uid"`
	Host     string         `json:"host"`
	Command  string         `json:"command"`           // as a shell would take it; secrets masked
	Summary  string         `json:"summary,omitempty"` // what it does, in the policies' words
	Why      string         `json:"why,omitempty"`     // of a reject or a decline
	Programs []string       `json:"programs,omitempty"`
	Policies []string       `json:"policies,omitempty"`
	Targets  []string       `json:"targets,omitempty"` // the first thousand
	Run      int64          `json:"run,omitempty"`     // of a step: the entry of its run
	Ending   Ending         `json:"ending"`
	Exit     int64          `json:"exit,omitempty"` // entry of the outcome
	Outcome  *guard.Outcome `json:"outcome,omitempty"`
	// Damaged says that the entry is not what was written: it was changed, or is gone.
	// Only its number is set then.
	Damaged string `json:"damaged,omitempty"`
}

// Entry is one entry with everything that was recorded.
type Entry struct {
	Summary
	Intent guard.Intent `json:"intent"`
	Env    []string     `json:"env,omitempty"` // variables that may be recorded
	PID    int          `json:"pid"`           // of the guard that wrote it
	Leaf   string       `json:"leaf"`          // hash of the leaf, hex
	Salt   string       `json:"salt"`          // hex
	Body   string       `json:"body"`          // canonical JSON, as it was hashed
}

// ErrNoEntry is the error of an entry that is not in the log.
var ErrNoEntry = errors.New("there is no such entry")
