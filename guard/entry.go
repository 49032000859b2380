package guard

import "time"

// Verdict is what happened to a request before anything ran.
type Verdict string

const (
	Accepted Verdict = "accept"  // it was about to run when this was written
	Rejected Verdict = "reject"  // the policies, or a doubt, refused it
	Declined Verdict = "decline" // nobody said yes
)

// Intent is everything that is recorded of a request before it runs, or instead
// of running.
type Intent struct {
	Verdict    Verdict     `json:"verdict"`
	Why        string      `json:"why,omitempty"` // of a reject or a decline: one line
	Request    Request     `json:"request"`
	Operations []Operation `json:"operations"`
	Decision   Decision    `json:"decision"`
	// Facts with their questions: what was known at that moment.
	Facts []Finding `json:"facts,omitempty"`
	// First is the decision that the person saw, when it was measured again
	// after the answer.
	First      *Decision  `json:"first,omitempty"`
	Answer     *Answer    `json:"answer,omitempty"`
	Executable Executable `json:"executable"`
	// Argv is what is executed: Request.Argv unless guard changed it.
	Argv     []string  `json:"argv"`
	Policies PolicySet `json:"policies"`
	Version  string    `json:"version"`
	Mode     string    `json:"mode"` // "enforce"
}

// Finding is a question and its answer, for the record.
type Finding struct {
	Ask  Ask  `json:"ask"`
	Fact Fact `json:"fact"`
}

// PolicySet identifies the policies that decided.
type PolicySet struct {
	Hash    string    `json:"hash"`    // sha256 over paths and contents, hex
	Shipped int       `json:"shipped"` // number of files
	Host    int       `json:"host"`    // of /etc/guard
	User    int       `json:"user"`    // of the user, --policies, GUARD_POLICIES
	Newest  time.Time `json:"newest"`  // modification time of the newest file; zero for shipped ones only
	// Overlooked are files that look like policies and are not read ("x.HCL").
	Overlooked []string `json:"overlooked,omitempty"`
}

// Origin says where a policy file comes from.
type Origin int

const (
	UserFile    Origin = iota // the user's directory, --policies, GUARD_POLICIES: may only add
	HostFile                  // /etc/guard
	ShippedFile               // embedded in guard
)

// PolicyFile is one policy file as it was read.
type PolicyFile struct {
	Path     string // as it is shown: "/etc/guard/policies/rm.hcl", "policies/rm.hcl" for a shipped one
	Origin   Origin
	Content  string
	Sum      string    // hex SHA-256 of Content; "" where nobody has computed it
	Modified time.Time // zero for a shipped one
	Tests    bool      // NAME_test.hcl beside NAME.hcl: it holds tests, and decides nothing
}

// Executable is the file that will be executed, and how it looked when it was
// resolved. A difference just before execution refuses.
type Executable struct {
	Path   string `json:"path"` // absolute
	Device uint64 `json:"device"`
	Inode  uint64 `json:"inode"`
	Size   int64  `json:"size"`
	Ctime  int64  `json:"ctime"`            // nanoseconds since 1970
	SHA256 string `json:"sha256,omitempty"` // hex; "" with Problem when it could not be read
	// Problem says why there is no SHA256 (an executable need not be readable).
	Problem string `json:"problem,omitempty"`
}

// Outcome is how the command ended.
type Outcome struct {
	// Started: the program was executed. False gives claimed units back.
	Started bool `json:"started"`
	// Status is its exit status, or -1 when a signal ended it. When it did not
	// start: the status that guard ends with.
	Status   int           `json:"status"`
	Signal   int           `json:"signal,omitempty"` // number of the signal that ended it
	Duration time.Duration `json:"duration"`
	Error    string        `json:"error,omitempty"` // why it did not start
	// Unseen: of a step; only its parent process got the status. Status is -1.
	Unseen bool `json:"unseen,omitempty"`
	// Supervised is what a supervised run did; nil for any other.
	Supervised *Supervision `json:"supervised,omitempty"`
}

// Supervision is what the programs of a supervised run did, besides those steps
// that have entries of their own.
type Supervision struct {
	Ungoverned int64 `json:"ungoverned"` // programs that no policy governs, and that ran
	Allowed    int64 `json:"allowed"`    // governed steps that ran
	Refused    int64 `json:"refused"`    // governed steps that did not
	// Unasked counts redirections and signals that policies govern and allowed
	// without confirmation. They have entries only when everything is recorded.
	Unasked    int64    `json:"unasked,omitempty"`
	Background []string `json:"background,omitempty"`
	// Stopped: the run was ended because a step was refused.
	Stopped bool `json:"stopped,omitempty"`
	// Nested: an outer guard decided the steps.
	Nested bool `json:"nested,omitempty"`
}

// Question is what a person is shown and asked.
type Question struct {
	Request  Request
	Decision Decision
	Policies PolicySet
	// PolicyLine and LogLine are the last lines of the panel: which policies
	// (hash, shipped, /etc/guard, age) and which log.
	PolicyLine string
	LogLine    string
	// Changes say what is different since the question was asked before; empty
	// the first time.
	Changes []string
}

// Answer is what a person said to a Question. The zero Answer is no.
type Answer struct {
	Yes bool `json:"yes"`
	// How: "typed", "text" (--confirm matched), "limits" (unattended, all
	// checks passed), "transaction" (a step of what must not be stopped half-way:
	// nobody was asked); or why not: "declined", "interrupted", "timeout",
	// "wrong", "end of input", "no terminal", "background".
	How string `json:"how"`
	// Why is one line for the person: what was wrong and what to do next. Only
	// for a no, and for "transaction".
	Why string `json:"why,omitempty"`
	// Wrong counts the wrong answers; what was typed is not kept.
	Wrong int `json:"wrong,omitempty"`
	// Shown is the text of the panel as it was on the screen.
	Shown string `json:"shown,omitempty"`
	// Typed are the texts that were typed right.
	Typed []string `json:"typed,omitempty"`
	// Interrupted: Ctrl-C. guard then interrupts its foreground group and dies
	// of SIGINT, so that a loop around it stops too.
	Interrupted bool `json:"interrupted,omitempty"`
	// Took is how long the person took.
	Took time.Duration `json:"took,omitempty"`
}

// ClaimRefused is returned by a log that cannot grant a claim, because others have
// taken the room since it was measured. Nothing but the refusal is recorded.
type ClaimRefused struct {
	Claim   Claim
	Held    float64  // units that others hold
	Holders []string // "maria, entry 4711, 2 since 12s"
}

func (e *ClaimRefused) Error() string {
	what := e.Claim.Check + ": " + formatUnits(e.Held) + " taken by others, room for " + formatUnits(max(e.Claim.Room, 0))
	for _, holder := range e.Holders {
		what += "; " + holder
	}
	return what
}
