package playbook

import (
	"context"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/supervise"
	"blastguard/guard/terminal"
)

// stepTerminal is where a step of a guarded shell would itself write to the
// person: the shell's terminal, or that of a multiplexer inside.
type stepTerminal struct{ machine.Job }

func (s *Session) terminalOf(e supervise.Exec) stepTerminal {
	where := stepTerminal{machine.JobOf(e.PID)}
	if where.TTY == "" {
		where.TTY = s.terminal.Inside().Name()
	}
	return where
}

// say writes a line where a step would write.
func (s *Session) say(e supervise.Exec, text string) {
	if err := s.write(s.terminalOf(e).TTY, text); err != nil {
		s.config.Logger.Debug("shell: say what happens", "error", err)
	}
}

// show says what was refused or doubtful. A background step begins a line of
// its own, as what it wrote itself would stand in somebody's line.
func (s *Session) show(where stepTerminal, report guard.Report) {
	text := s.config.Said(report, terminal.Width(where.TTY))
	if text != "" && !where.Foreground() {
		text = "\n" + text
	}
	if err := s.write(where.TTY, text); err != nil {
		s.config.Logger.Debug("shell: say what was refused", "error", err)
	}
	if report.Answer != nil && report.Answer.Interrupted && where.Foreground() {
		// What Ctrl-C would have done, had it not been read as a byte.
		_ = syscall.Kill(-where.Group, syscall.SIGINT)
	}
}

// aloneApprover asks while nobody else in the run may read the terminal: a sudo
// with use_pty, which waits for the step, would take the keys of the answer.
type aloneApprover struct {
	by       Supervisor
	tty      string
	approver guard.Approver
}

// Approve asks.
func (a *aloneApprover) Approve(ctx context.Context, question guard.Question) guard.Answer {
	defer a.by.Freeze(a.tty)()
	return a.approver.Approve(ctx, question)
}
