package playbook

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/policy"
	"blastguard/guard/secret"
	"blastguard/guard/supervise"
)

// scriptMode is the mode of a script, and of any other command that is supervised.
type scriptMode struct {
	name    string  // of the script, as a person would name it
	onDeny  string  // see Options
	tty     string  // where a person is asked
	chooser Chooser // nil: nobody is asked how to go on
	stderr  io.Writer
}

func (m *scriptMode) interactive() bool { return false }

func (m *scriptMode) harmless(_ *policy.Set, _ []guard.Operation, decision guard.Decision) guard.Decision {
	return decision
}

func (m *scriptMode) policies(load Loader, hash string) stepPolicies {
	return policiesOfTheStart(load, hash)
}

func (m *scriptMode) otherUser(request guard.Request) string {
	flags := slices.Clone(request.Running)
	if i := slices.Index(flags, "--as"); i >= 0 {
		flags = slices.Delete(flags, i, i+2)
	}
	rest := slices.Concat(flags, request.DecidingFlags(), []string{"--"}, request.Argv)
	return `run it as: sudo guard run --as "$USER" ` + guard.CommandLine(secret.New(nil).Argv(rest))
}

func (m *scriptMode) unreadable() string {
	return "guard cannot decide what it cannot read; --supervise=never runs the script without looking at its steps"
}

// ready says, before the first step, whose the steps are, and what then does not
// count.
func (m *scriptMode) ready(nested bool, command decidedCommand) error {
	if !nested {
		return nil
	}
	overrides, continues := len(command.request.Overrides) > 0, m.onDeny == "continue"
	if overrides || continues || command.isPlaybook {
		fmt.Fprintln(m.stderr, "guard: an outer guard already supervises this, and decides the steps")
	}
	if overrides {
		fmt.Fprintln(m.stderr, "guard: the outer guard does not know this --override; put it before the command in the script: guard --override …")
	}
	if continues {
		fmt.Fprintln(m.stderr, "guard: the outer guard does not know --on-deny=continue; it decides whether this goes on after a refused step")
	}
	return nil
}

func (m *scriptMode) launch(request guard.Request) (guard.Request, error) { return request, nil }

func (m *scriptMode) execute(ctx context.Context, by Runner, stage guard.Request, self guard.Executable) guard.Outcome {
	return by.Run(ctx, stage, self)
}

func (m *scriptMode) Close() {}

func (m *scriptMode) began(by Supervisor, _ int) time.Time { return by.Began() }

func (m *scriptMode) prepare(by Supervisor, step *guard.Guard, _ supervise.Exec) {
	step.Approver = &aloneApprover{by: by, tty: m.tty, approver: step.Approver}
	step.SamePolicies = nil // one set decides a script, from its first step to its last
}

func (m *scriptMode) stops(Supervisor, int) bool { return false }

func (m *scriptMode) listsRefused() bool { return true }

func (m *scriptMode) say(_ supervise.Exec, text string) { fmt.Fprint(m.stderr, text) }

// refused asks the person at the terminal, or does what --on-deny says.
func (m *scriptMode) refused(ctx context.Context, by Supervisor, _ supervise.Exec, report guard.Report, done []string) (approve.Chosen, bool) {
	if report.Answer != nil && report.Answer.Interrupted {
		return approve.Chosen{Interrupted: true}, true
	}
	chosen := m.choose(ctx, by, report, done)
	return chosen, ctx.Err() == nil
}

// choose asks, where somebody is to be asked and can be.
func (m *scriptMode) choose(ctx context.Context, by Supervisor, report guard.Report, done []string) approve.Chosen {
	switch {
	case m.onDeny == "continue":
		return approve.Chosen{Course: guard.SkipStep}
	case m.onDeny == "stop", m.chooser == nil, nobodyAnswered(report.Answer):
		return approve.Chosen{}
	}
	defer by.Freeze(m.tty)()
	return m.chooser.Choose(ctx, approve.Refused{
		Done: done, Run: m.name, Overrides: report.Decision.Offered(), Why: whyNot(report),
	})
}

// nobodyAnswered: a person who did not answer this question will not answer the next.
func nobodyAnswered(answer *guard.Answer) bool {
	return answer != nil && slices.Contains([]string{"no terminal", "background", "timeout", "end of input", "interrupted"}, answer.How)
}

// whyNot says why a refused step cannot be run anyway.
func whyNot(report guard.Report) string {
	if report.Verdict == guard.Declined {
		return "it was not confirmed"
	}
	if report.Decision.NeedsRoot {
		return "root can find out what is not known: start it with sudo guard"
	}
	for _, check := range report.Decision.Checks {
		if check.Effect == guard.Deny && check.Level != guard.SoftMandatory {
			return check.ID() + " cannot be overridden"
		}
	}
	return "it is not refused by a check that can be overridden"
}
func (m *scriptMode) failure(summary supervise.Summary) string {
	return "supervise: " + summary.Problem
}

// summarize lists what was done and what was not, if anything was not, and which flags
// had no effect.
func (m *scriptMode) summarize(command decidedCommand, t *tally, run guard.Supervision) {
	w := m.stderr
	switch {
	case run.Nested && run.Stopped:
		fmt.Fprintln(w, "guard: what ran and what did not is in the log of the guarded shell: guard history show \"$GUARD_SHELL\"")
	case run.Stopped || run.Refused > 0:
		fmt.Fprintf(w, "guard: what had run: %s, and %s that no policy governs\n", guard.Amount(len(t.ran), "governed step"), guard.Amount(int(run.Ungoverned), "program"))
		for _, line := range t.ran {
			fmt.Fprintf(w, "guard:   done     %s\n", line)
		}
		for _, line := range t.not {
			fmt.Fprintf(w, "guard:   not run  %s\n", line)
		}
	}
	if unmet := unmet(command.request.Expect, t); unmet != "" && !run.Nested && !command.alone {
		fmt.Fprintf(w, "guard: %s: no step hit a database\n", guard.Printable(unmet))
	}
	// Of a run that was stopped nobody knows what it would have needed.
	if unneeded := unneeded(command, t); len(unneeded) > 0 && !command.alone && !run.Nested && !run.Stopped && !t.interrupted {
		fmt.Fprintf(w, "guard: no step needed --override %s\n", guard.Printable(strings.Join(unneeded, ", --override ")))
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(w, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}

// unneeded are the run's overrides that neither it nor a step of it needed.
func unneeded(command decidedCommand, t *tally) []string {
	return slices.DeleteFunc(slices.Clone(command.request.Overrides), func(id string) bool {
		return slices.Contains(t.overridden, id) || slices.Contains(command.lifted, id)
	})
}

// unmet says what was expected and that no step had.
func unmet(expected []guard.Expectation, t *tally) string {
	var texts []string
	for _, one := range expectations(expected, ofTheStep) {
		if !t.role {
			texts = append(texts, "--expect "+one.Name+"="+one.Value)
		}
	}
	return strings.Join(texts, " ")
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
