package playbook

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// outcome is how the run ended, with what its steps did.
func (r *supervisedRun) outcome(outcome guard.Outcome, summary supervise.Summary) guard.Outcome {
	switch {
	case !outcome.Started && outcome.Error != "": // the launcher was not even started
		return outcome
	case summary.Problem != "":
		if summary.Forbidden {
			r.forbidden = errors.New(summary.Problem)
		}
		return guard.Outcome{Status: guard.StatusFailed, Error: r.mode.failure(summary)}
	case summary.Errno == int(syscall.ENOENT):
		return guard.Outcome{Status: guard.StatusNotFound, Error: startError(r.request, summary)}
	case summary.Errno != 0:
		return guard.Outcome{Status: guard.StatusNotExecutable, Error: startError(r.request, summary)}
	}
	outcome.Supervised = &guard.Supervision{
		Ungoverned: summary.Ungoverned + r.recorded, Allowed: int64(len(r.ran)), Refused: r.refused, Unasked: r.unasked,
		Background: summary.Background, Stopped: summary.Stopped, Nested: summary.Nested,
	}
	if r.interrupted {
		outcome.Status, outcome.Signal = -1, int(syscall.SIGINT)
	}
	r.mode.summarize(r, *outcome.Supervised)
	return outcome
}

func startError(request guard.Request, summary supervise.Summary) string {
	return fmt.Sprintf("start %q: %v", request.Argv[0], syscall.Errno(summary.Errno))
}

func counted(n int64, what string) string {
	return guard.Amount(int(n), what)
}

// summarize lists what was done and what not, when not all was, and says what a person
// has stated for nothing.
func (scriptMode) summarize(r *supervisedRun, run guard.Supervision) {
	w := r.stderr
	switch {
	case run.Nested && run.Stopped:
		fmt.Fprintln(w, "guard: what had run, and what not, is in the log of the guarded shell: guard history show \"$GUARD_SHELL\"")
	case run.Stopped || run.Refused > 0:
		fmt.Fprintf(w, "guard: what had run: %s, and %s that no policy governs\n", counted(int64(len(r.ran)), "governed step"), counted(run.Ungoverned, "program"))
		for _, line := range r.ran {
			fmt.Fprintf(w, "guard:   done     %s\n", line)
		}
		for _, line := range r.not {
			fmt.Fprintf(w, "guard:   not run  %s\n", line)
		}
	}
	if unmet := r.unmet(); unmet != "" && !run.Nested && !r.command.alone {
		fmt.Fprintf(w, "guard: %s: no step hit a database\n", guard.Printable(unmet))
	}
	// Of a run that was stopped nobody knows what it would have needed.
	if unneeded := r.unneeded(); len(unneeded) > 0 && !r.command.alone && !run.Nested && !run.Stopped && !r.interrupted {
		fmt.Fprintf(w, "guard: no step needed --override %s\n", guard.Printable(strings.Join(unneeded, ", --override ")))
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(w, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}
