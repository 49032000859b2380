package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/supervise"
	"blastguard/guard/terminal"
)

// session is what is different when the supervised command is an interactive
// shell: it has a terminal of its own, a refused step stops nothing, and what
// guard says about a step is written where the step would write.
type session struct {
	w        world
	kind     string // bash, zsh, fish
	user     string // --as
	start    startup
	terminal *terminal.Session
	plain    bool   // --plain
	log      string // the log's file
	policies sessionPolicies
}

// Variables of a guarded shell: the entry of the session, and the log that it is in.
const (
	sessionEntry = "GUARD_SHELL"
	sessionLog   = "GUARD_SHELL_LOG"
)

// sessionAround is the entry of the guarded shell in which guard was typed, when that
// is in the log of that path and still sees what is executed here; else 0.
func sessionAround(w world, log string) int64 {
	id, err := strconv.ParseInt(w.getenv(sessionEntry), 10, 64)
	if err != nil || id <= 0 || w.getenv(sessionLog) != log || !supervise.Around() {
		return 0
	}
	return id
}

// close gives everything back. It may be called again.
func (s *session) close() {
	if s == nil {
		return
	}
	if s.terminal != nil {
		s.terminal.Close()
	}
	s.start.remove()
}

// launch opens the terminal inside and says how the shell is started on it. A
// script is started as it is.
func (s *session) launch(request guard.Request) (guard.Request, error) {
	if s == nil {
		return request, nil
	}
	var err error
	if s.terminal, err = terminal.Open(s.w.tty, s.full()); err != nil {
		return request, err
	}
	if s.start, err = newStartup(s.kind, s.user, request.Env); err != nil {
		return request, err
	}
	s.start.env = append(s.start.env, sessionLog+"="+s.log)
	if s.user != "" {
		if account, known := machine.Lookup(s.user); known {
			if err := s.terminal.Inside().Chown(account.UID, -1); err != nil {
				return request, fmt.Errorf("give the terminal to %s: %w", s.user, err)
			}
		}
	}
	return s.start.started(request), nil
}

// full: the terminal has an alternate screen, as far as its name tells, and the
// person did not ask for plain lines.
func (s *session) full() bool {
	term := s.w.getenv("TERM")
	for _, without := range []string{"dumb", "linux", "vt", "ansi", "cons", "sun", "unknown"} {
		if term == "" || strings.HasPrefix(term, without) {
			return false
		}
	}
	return !s.plain
}

// run is process.Run, for a shell on its own terminal.
func (s *session) run(ctx context.Context, hold *process.Hold, stage guard.Request, self guard.Executable) guard.Outcome {
	if s == nil {
		return hold.Run(ctx, stage, self)
	}
	if !supervise.Privileged() {
		fmt.Fprintln(s.w.stderr, `guard: in this shell sudo cannot change the user; where it must: sudo guard shell --as "$USER"`)
	}
	if err := s.terminal.Start(); err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	outcome := hold.RunOn(ctx, stage, self, s.terminal.Inside(), s.terminal.HangUp)
	s.terminal.End()
	return outcome
}

// dress makes the pipeline of one step ask and speak through the session.
func (s *session) dress(step *guard.Guard, e supervise.Exec) {
	if s == nil {
		return
	}
	if info := s.policies.info.Load(); info != nil {
		step.Policies, step.PolicyLine = *info, policyLine(*info, s.w.now())
	}
	where := s.terminalOf(e)
	step.Approver = &heldApprover{session: s, approver: step.Approver, where: where}
	step.Progress = where.progress(s.w)
	step.Show = func(report guard.Report) { where.show(s.w, report) }
}

// harmless: an interactive shell that no policy names needs no person, for each
// command in it is decided by itself.
func (s *session) harmless(set *policy.Set, ops []guard.Operation, decision guard.Decision) guard.Decision {
	if s == nil || decision.Effect != guard.Confirm || slices.ContainsFunc(ops, set.Governs) {
		return decision
	}
	return guard.Decision{Effect: guard.Allow, Summary: "a guarded " + s.kind}
}

// governs is by which names the supervisor knows what to ask about.
func (s *session) governs(first func([]byte) bool) func([]byte) bool {
	if s == nil {
		return first
	}
	return s.policies.governs(first)
}

// hash is that of the policies that would decide now; first are those of the
// start, which decide all of a script.
func (s *session) hash(first string, reopen func() (*library, error)) func() string {
	return func() string {
		if s == nil {
			return first
		}
		if _, err := reopen(); err != nil {
			return "" // whoever asks could not load them either
		}
		return s.policies.info.Load().Hash
	}
}

// tell says at the end what a person must know: the shell has said the rest.
func (s *session) tell(run guard.Supervision, entry int64) {
	if run.Refused > 0 || run.Allowed > 0 {
		fmt.Fprintf(s.w.stderr, "guard: governed commands: %d ran, %d refused; guard history show %d shows them\n", run.Allowed, run.Refused, entry)
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(s.w.stderr, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}
