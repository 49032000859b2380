package guard

// DryRun is what scripts and runbooks would do, line by line, as far as it is known
// before they run. Nothing is measured for it. New fields may be added to its JSON;
// none is removed or renamed.
type DryRun struct {
	Status   int             `json:"status"` // exit status of the lines alone
	Counts   DryRunCounts    `json:"counts"`
	Findings []DryRunFinding `json:"findings"`
	Notes    []string        `json:"notes,omitempty"` // what was not read
	Secrets  []string        `json:"-"`               // in the texts, which must not be shown
}

// Foreseen is what a dry run says of one operation.
type Foreseen string

const (
	WillBeRefused Foreseen = "refused"    // whatever is measured
	WillBeAsked   Foreseen = "asked"      // whatever is measured, if it is not refused
	WillDepend    Foreseen = "depends"    // on what is measured when it is reached
	CannotBeRead  Foreseen = "opaque"     // it cannot be read before it runs
	NotGoverned   Foreseen = "ungoverned" // no policy speaks of it
	IsFlawed      Foreseen = "error"      // the text cannot be read from here on
)

// DryRunFinding is one line of a dry run: an operation, or a text that cannot be
// read.
type DryRunFinding struct {
	File     string     `json:"file"` // as a person named it, printable
	Line     int        `json:"line"`
	Column   int        `json:"column"` // in bytes, from 1
	EndLine  int        `json:"end_line"`
	Verdict  Foreseen   `json:"verdict"`
	Text     string     `json:"text"` // as it stands in the file, cut
	Policies []string   `json:"policies,omitempty"`
	Asking   []string   `json:"asking,omitempty"`
	Commands []string   `json:"commands,omitempty"`
	Reason   string     `json:"reason,omitempty"`
	Unknown  []string   `json:"unknown,omitempty"` // words that only expand when it runs
	Reads    string     `json:"reads,omitempty"`   // the script that it reads or runs
	Checks   []Check    `json:"checks,omitempty"`
	Problems []Problem  `json:"problems,omitempty"`
	Op       *Operation `json:"operation,omitempty"`
	Via      []string   `json:"-"` // wrappers inside the script
}

// DryRunCounts are of operations; Errors are texts that cannot be read.
type DryRunCounts struct {
	Operations int `json:"operations"`
	Refused    int `json:"refused"`
	Asked      int `json:"asked"`
	Depends    int `json:"depends"`
	Opaque     int `json:"opaque"`
	Ungoverned int `json:"ungoverned"`
	Errors     int `json:"errors"`
}
