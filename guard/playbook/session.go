package playbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
	"blastguard/guard/terminal"
)

// SessionConfig is what a session is made of. All of it must be set, but for User.
type SessionConfig struct {
	Kind   string // bash, zsh, fish
	User   string // whom it runs as; "" for the operator
	Plain  bool   // ask with plain lines
	TTY    string // the person's
	Env    []string
	Stderr io.Writer
	Now    func() time.Time
	Logger guard.Logger
	// Privileged: set-id programs work in it.
	Privileged bool
	// PolicyLine is the panel's line about the policies that decided.
	PolicyLine func(guard.PolicySet) string
	// Said is what there is to say about a decision, on a terminal of that width; ""
	// for nothing.
	Said func(report guard.Report, width int) string
}

// Session is the mode of an interactive shell: it has a terminal of its own, a
// refused step stops nothing, and what guard says about a step is written where the
// step would write.
type Session struct {
	Log string // the path of the log that the session's entries are in; set before it starts

	config   SessionConfig
	start    startup
	terminal innerTerminal
	decide   *sessionPolicies
	open     func(path string, full bool) (innerTerminal, error)
	write    func(path, text string) error // on a terminal
}

// innerTerminal is the terminal on which the shell runs; see terminal.Session.
type innerTerminal interface {
	Inside() *os.File
	Start() error
	Ask(question func()) error
	HangUp()
	End()
	Close()
}

// NewSession is that of guard shell. Nothing is opened before the shell starts.
func NewSession(config SessionConfig) *Session {
	return &Session{config: config, write: terminal.Say, open: func(path string, full bool) (innerTerminal, error) {
		return terminal.Open(path, full)
	}}
}

func (s *Session) interactive() bool { return true }

// harmless: an interactive shell that no policy names needs no person, for each
// command in it is decided by itself.
func (s *Session) harmless(set *policy.Set, ops []guard.Operation, decision guard.Decision) guard.Decision {
	if decision.Effect != guard.Confirm || slices.ContainsFunc(ops, set.Governs) {
		return decision
	}
	return guard.Decision{Effect: guard.Allow, Summary: "a guarded " + s.config.Kind}
}

func (s *Session) policies(load Loader, _ string) stepPolicies {
	s.decide = &sessionPolicies{load: load}
	return s.decide
}

func (s *Session) otherUser(guard.Request) string {
	return `leave this shell and start: sudo guard shell --as "$USER" ` + s.config.Kind
}

func (s *Session) unreadable() string {
	return "guard cannot decide what it cannot read; run it outside of this shell"
}

// ready refuses a session inside another one: the outer guard sees every command
// and asks on its own terminal.
func (s *Session) ready(nested bool, _ decidedCommand) error {
	if !nested {
		return nil
	}
	return errors.New("an outer guard decides every command here already, so a second one would see none; " +
		"commands typed here are guarded; for one more shell, type: " + s.config.Kind)
}

// Close gives everything back. It may be called again.
func (s *Session) Close() {
	if s.terminal != nil {
		s.terminal.Close()
	}
	s.start.remove()
}

// launch opens the terminal inside and says how the shell is started on it.
func (s *Session) launch(request guard.Request) (guard.Request, error) {
	opened, err := s.open(s.config.TTY, s.full())
	if err != nil {
		return request, err
	}
	s.terminal = opened
	if s.start, err = newStartup(s.config.Kind, s.config.User, request.Env); err != nil {
		return request, err
	}
	s.start.env = append(s.start.env, SessionLog+"="+s.Log)
	if s.config.User != "" {
		if account, known := machine.Lookup(s.config.User); known {
			if err := s.terminal.Inside().Chown(account.UID, -1); err != nil {
				return request, fmt.Errorf("give the terminal to %s: %w", s.config.User, err)
			}
		}
	}
	return s.start.started(request), nil
}

// full: the terminal has an alternate screen, as far as its name tells, and the
// person did not ask for plain lines.
func (s *Session) full() bool {
	term, _ := variable(s.config.Env, "TERM")
	for _, without := range []string{"dumb", "linux", "vt", "ansi", "cons", "sun", "unknown"} {
		if term == "" || strings.HasPrefix(term, without) {
			return false
		}
	}
	return !s.config.Plain
}

// execute is that of a shell on its own terminal.
func (s *Session) execute(ctx context.Context, by Runner, stage guard.Request, self guard.Executable) guard.Outcome {
	if !s.config.Privileged {
		fmt.Fprintln(s.config.Stderr, `guard: sudo cannot change the user in this shell; if you need that: sudo guard shell --as "$USER"`)
	}
	if err := s.terminal.Start(); err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	outcome := by.RunOn(ctx, stage, self, s.terminal.Inside(), s.terminal.HangUp)
	s.terminal.End()
	return outcome
}

// began is when a script began that was started in the shell. A guarded shell may be
// open for days: what was made in it is not for that the work of the one who removes
// it.
func (s *Session) began(by Supervisor, pid int) time.Time { return by.Inner(pid).Began }

// prepare makes the pipeline of one step ask and speak through the session.
func (s *Session) prepare(_ Supervisor, step *guard.Guard, e supervise.Exec) {
	if info := s.decide.info.Load(); info != nil {
		step.Policies, step.PolicyLine = *info, s.config.PolicyLine(*info)
	}
	where := s.terminalOf(e)
	step.Approver = &heldApprover{hold: s.terminal.Ask, approver: step.Approver, where: where, keeps: s.full()}
	step.Progress = s.progress(where)
	step.Show = func(report guard.Report) { where.show(report, s.config.Said(report, terminal.Width(where.TTY))) }
}

// stops: the playbook in the shell that the process is a part of.
func (s *Session) stops(by Supervisor, pid int) bool { return by.StoppedBelow(by.Inner(pid)) }

// listsRefused: a shell has no end at which anybody would read a list.
func (s *Session) listsRefused() bool { return false }

// refused: the person has been told already, and the shell goes on. A playbook in it does
// not.
func (s *Session) refused(_ context.Context, by Supervisor, e supervise.Exec, _ guard.Report, _ []string) (approve.Chosen, bool) {
	if inner := by.Inner(e.PID); inner.PID != 0 {
		s.say(e, "guard: the playbook is stopped here\n")
		by.StopBelow(inner, grace)
	}
	return approve.Chosen{Course: guard.SkipStep}, true
}

// failure says, inside another guard, what ready has said.
func (s *Session) failure(summary supervise.Summary) string {
	if summary.Nested {
		return summary.Problem
	}
	return "supervise: " + summary.Problem
}

// summarize says what the shell has not said.
func (s *Session) summarize(command decidedCommand, _ *tally, run guard.Supervision) {
	if run.Refused > 0 || run.Allowed > 0 {
		fmt.Fprintf(s.config.Stderr, "guard: governed commands: %d ran, %d refused; guard history show %d shows them\n", run.Allowed, run.Refused, command.request.Run)
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(s.config.Stderr, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}

// say writes a line where the step would write.
func (s *Session) say(e supervise.Exec, text string) { s.terminalOf(e).say(text) }

func (s *Session) terminalOf(e supervise.Exec) stepTerminal {
	where := stepTerminal{machine.JobOf(e.PID), s.write, s.config.Logger}
	if where.TTY == "" {
		where.TTY = s.terminal.Inside().Name()
	}
	return where
}

// progress shows what is measured, where that does not disturb another program.
func (s *Session) progress(where stepTerminal) guard.Progress {
	if !where.Foreground() {
		return nil
	}
	return approve.New(approve.Config{TTY: where.TTY, Env: s.config.Env, Now: s.config.Now}).Progress()
}
