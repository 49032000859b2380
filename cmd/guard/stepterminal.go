package main

import (
	"context"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/machine"
	"blastguard/guard/supervise"
	"blastguard/guard/terminal"
)

// stepTerminal is where a step of a guarded shell would itself write to the
// person: the shell's terminal, or that of a multiplexer inside.
type stepTerminal struct{ machine.Job }

func (s *session) terminalOf(e supervise.Exec) stepTerminal {
	where := stepTerminal{machine.JobOf(e.PID)}
	if where.TTY == "" {
		where.TTY = s.terminal.Inside().Name()
	}
	return where
}

// progress shows what is measured, where that does not disturb another program.
func (t stepTerminal) progress(w world) guard.Progress {
	if !t.Foreground() {
		return nil
	}
	return approve.New(approve.Config{TTY: t.TTY, Env: w.env, Now: w.now}).Progress()
}

// say writes a line where a step would write.
func (s *session) say(e supervise.Exec, text string) {
	if err := terminal.Say(s.terminalOf(e).TTY, text); err != nil {
		debugLogger(s.w).Debug("shell: say what happens", "error", err)
	}
}

// show says what was refused or doubtful. A background step begins a line of
// its own, as what it wrote itself would stand in somebody's line.
func (t stepTerminal) show(w world, report guard.Report) {
	text := said(report, terminalStyle(w, terminal.Width(t.TTY), true))
	if text != "" && !t.Foreground() {
		text = "\n" + text
	}
	if err := terminal.Say(t.TTY, text); err != nil {
		debugLogger(w).Debug("shell: say what was refused", "error", err)
	}
	if report.Answer != nil && report.Answer.Interrupted && t.Foreground() {
		// What Ctrl-C would have done, had it not been read as a byte.
		_ = syscall.Kill(-t.Group, syscall.SIGINT)
	}
}

// aloneApprover asks while nobody else in the run may read the terminal: a sudo
// with use_pty, which waits for the step, would take the keys of the answer.
type aloneApprover struct {
	steps    *steps
	approver guard.Approver
}

// Approve asks.
func (a *aloneApprover) Approve(ctx context.Context, question guard.Question) guard.Answer {
	defer a.steps.supervisor.Freeze(a.steps.book.w.tty)()
	return a.approver.Approve(ctx, question)
}
