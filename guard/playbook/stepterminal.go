package playbook

import (
	"syscall"

	"blastguard/guard"
	"blastguard/guard/machine"
)

// stepTerminal is where a step of a guarded shell would itself write to the
// person: the shell's terminal, or that of a multiplexer inside.
type stepTerminal struct {
	machine.Job
	write  func(path, text string) error
	logger guard.Logger
}

// say writes a line where a step would write.
func (t stepTerminal) say(text string) {
	if err := t.write(t.TTY, text); err != nil {
		t.logger.Debug("shell: say what happens", "error", err)
	}
}

// show says what was refused or doubtful. A background step begins a line of
// its own, as what it wrote itself would stand in somebody's line.
func (t stepTerminal) show(report guard.Report, text string) {
	if text != "" && !t.Foreground() {
		text = "\n" + text
	}
	if err := t.write(t.TTY, text); err != nil {
		t.logger.Debug("shell: say what was refused", "error", err)
	}
	if report.Answer != nil && report.Answer.Interrupted && t.Foreground() {
		// What Ctrl-C would have done, had it not been read as a byte.
		_ = syscall.Kill(-t.Group, syscall.SIGINT)
	}
}

// keep leaves a line of a question with the shell's own.
func (t stepTerminal) keep(text string) {
	if !t.Foreground() {
		text = "\n" + text
	}
	if err := t.write(t.TTY, text); err != nil {
		t.logger.Debug("shell: keep what was asked", "error", err)
	}
}
