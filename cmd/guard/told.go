package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// outcome is how the run ended, with what its steps did.
func (s *steps) outcome(outcome guard.Outcome, summary supervise.Summary, request guard.Request) guard.Outcome {
	switch {
	case !outcome.Started && outcome.Error != "": // the launcher was not even started
		return outcome
	case summary.Problem != "":
		if summary.Forbidden {
			s.book.failed = errors.New(summary.Problem)
		}
		if s.book.o.session != nil && summary.Nested {
			return guard.Outcome{Status: guard.StatusFailed, Error: summary.Problem} // which says it all
		}
		return guard.Outcome{Status: guard.StatusFailed, Error: "supervise: " + summary.Problem}
	case summary.Errno == int(syscall.ENOENT):
		return guard.Outcome{Status: guard.StatusNotFound, Error: startError(request, summary)}
	case summary.Errno != 0:
		return guard.Outcome{Status: guard.StatusNotExecutable, Error: startError(request, summary)}
	}
	outcome.Supervised = &guard.Supervision{
		Ungoverned: summary.Ungoverned + s.recorded, Allowed: int64(len(s.ran)), Refused: s.refused, Unasked: s.unasked,
		Background: summary.Background, Stopped: summary.Stopped, Nested: summary.Nested,
	}
	if s.interrupted {
		outcome.Status, outcome.Signal = -1, int(syscall.SIGINT)
	}
	s.tell(*outcome.Supervised)
	return outcome
}

func startError(request guard.Request, summary supervise.Summary) string {
	return fmt.Sprintf("start %q: %v", request.Argv[0], syscall.Errno(summary.Errno))
}

func counted(n int64, what string) string {
	return guard.Amount(int(n), what)
}

// nested says, before the first step, whose the steps are, and what then does not
// count.
func (s *steps) nested() error {
	if s.book.o.session != nil || !s.supervisor.Nested() {
		return nil
	}
	w := s.book.w.stderr
	if len(s.run.Overrides) > 0 || s.book.o.onDeny == "continue" || slices.ContainsFunc(recognise(s.run), s.book.isPlaybook) {
		fmt.Fprintln(w, "guard: a guard further out supervises this; it decides the steps")
	}
	if len(s.run.Overrides) > 0 {
		fmt.Fprintln(w, "guard: it does not know this --override: give it where the command stands: guard --override … in the script")
	}
	if s.book.o.onDeny == "continue" {
		fmt.Fprintln(w, "guard: it does not know --on-deny=continue: whether this goes on at a refused step it decides")
	}
	return nil
}

// tell says what a person must know at the end.
func (s *steps) tell(run guard.Supervision) {
	w := s.book.w.stderr
	if s.book.o.session != nil {
		s.book.o.session.tell(run, s.run.Run)
		return
	}
	switch {
	case run.Nested && run.Stopped:
		fmt.Fprintln(w, "guard: what had run, and what not, is in the log of the guarded shell: guard history show \"$GUARD_SHELL\"")
	case run.Stopped || run.Refused > 0:
		fmt.Fprintf(w, "guard: what had run: %s, and %s that no policy governs\n", counted(int64(len(s.ran)), "governed step"), counted(run.Ungoverned, "program"))
		for _, line := range s.ran {
			fmt.Fprintf(w, "guard:   done     %s\n", line)
		}
		for _, line := range s.not {
			fmt.Fprintf(w, "guard:   not run  %s\n", line)
		}
	}
	if unmet := s.unmet(); unmet != "" && !run.Nested && !s.book.alone {
		fmt.Fprintf(w, "guard: %s: no step hit a database\n", guard.Printable(unmet))
	}
	// Of a run that was stopped nobody knows what it would have needed.
	if unneeded := s.unneeded(); len(unneeded) > 0 && !s.book.alone && !run.Nested && !run.Stopped && !s.interrupted {
		fmt.Fprintf(w, "guard: no step needed --override %s\n", guard.Printable(strings.Join(unneeded, ", --override ")))
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(w, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}
