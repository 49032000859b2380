package guard

import (
	"cmp"
	"errors"
	"syscall"
	"time"
)

// Report is what became of a request, for the exit status, --result, check and
// its trace.
type Report struct {
	Request    Request     `json:"request"`
	Operations []Operation `json:"operations"`
	Decision   Decision    `json:"decision"`
	Facts      []Finding   `json:"facts,omitempty"`
	Answer     *Answer     `json:"answer,omitempty"`
	// First is the decision that the person saw, when it was measured again.
	First      *Decision  `json:"first,omitempty"`
	Entry      int64      `json:"entry,omitempty"` // of the log; 0 when nothing was written
	Verdict    Verdict    `json:"verdict,omitempty"`
	Why        string     `json:"why,omitempty"`
	Executable Executable `json:"executable"`
	Outcome    *Outcome   `json:"outcome,omitempty"` // nil: nothing ran
	Steps      []Step     `json:"steps,omitempty"`
	// Err is guard's own failure (exit 125), or a *NotRunnable.
	Err error `json:"-"`
	// OnlyChecked: nothing was to run, so that what is advised runs nothing either.
	OnlyChecked bool `json:"-"`
	// EndsBy is the signal that guard itself must end by: it came before the
	// command started, or after it had ended. 0 when none did.
	EndsBy syscall.Signal `json:"-"`
}

// Step is one step of the pipeline, for --trace.
type Step struct {
	Name   string        `json:"name"`
	Detail string        `json:"detail,omitempty"`
	Took   time.Duration `json:"took"`
}

// Ended says how guard itself must end after a report: with a status, or by a
// signal.
func (r Report) Ended() (status int, signal syscall.Signal) {
	switch {
	case r.EndsBy != 0:
		return 0, r.EndsBy
	case r.Outcome != nil && r.Outcome.Supervised != nil && r.Outcome.Supervised.Stopped && r.Outcome.Signal != int(syscall.SIGINT):
		return StatusRefused, 0
	case r.Outcome != nil && r.Outcome.Started && r.Outcome.Signal != 0:
		return 0, syscall.Signal(r.Outcome.Signal)
	case r.Outcome != nil && r.Outcome.Started:
		return r.Outcome.Status, 0
	case r.Outcome != nil:
		return cmp.Or(r.Outcome.Status, StatusNotExecutable), 0
	case r.Answer != nil && r.Answer.Interrupted:
		return 0, syscall.SIGINT
	case r.Verdict == Declined, r.Verdict == Rejected && r.Err == nil:
		return StatusRefused, 0
	default:
		return r.failed(), 0
	}
}

func (r Report) failed() int {
	var notRunnable *NotRunnable
	if Exhausted(r.Err) {
		return StatusFailed
	}
	if errors.As(r.Err, &notRunnable) && notRunnable.Missing {
		return StatusNotFound
	}
	if notRunnable != nil {
		return StatusNotExecutable
	}
	return StatusFailed
}

// Exhausted says whether something failed because the machine has, or a limit allows, no
// more descriptors, memory or processes. Such an error says nothing about the command.
func Exhausted(err error) bool {
	for _, number := range []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EAGAIN} {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}

// Exit statuses. A command that ran gives its own.
const (
	StatusWouldRun      = 0   // check: would run without confirmation
	StatusWouldAsk      = 75  // check: would need confirmation
	StatusRefused       = 77  // nothing ran, or a playbook was stopped: refused by policy, or nobody said yes
	StatusFailed        = 125 // nothing ran: guard itself failed
	StatusNotExecutable = 126 // the command could not be executed
	StatusNotFound      = 127 // the command was not found
)
