package playbook

import (
	"context"
	"fmt"
	"os"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
)

// mode is what a script and a guarded shell do differently. A script is one command
// that a person waits for: one set of policies decides it from its first step to its
// last, and a refused step may end it. In a guarded shell (session) each command
// stands for itself.
type mode interface {
	// interactive: a person types into the command, on a terminal of its own.
	interactive() bool
	// harmless is the decision about the command itself, without a question that it
	// does not need.
	harmless(*policy.Set, []guard.Operation, guard.Decision) guard.Decision
	// policies are what decides the steps; hash is that of the files that decide the
	// command.
	policies(load Loader, hash string) stepPolicies
	// otherUser says how to start the command so that programs in it can change the user.
	otherUser(guard.Request) string
	// unreadable says what can be done about a step that cannot be read.
	unreadable() string

	// ready is asked when the command is about to start. An error starts nothing.
	ready(*supervisedRun) error
	// launch makes what the command needs, and says how it is started.
	launch(guard.Request) (guard.Request, error)
	// execute runs the launcher, and returns when the command has ended.
	execute(ctx context.Context, by Runner, stage guard.Request, self guard.Executable) guard.Outcome
	// Close gives back what launch has made. It may be called again.
	Close()

	// began is when the script began that a step is of.
	began(by Supervisor, pid int) time.Time
	// prepare makes the pipeline of one step ask and speak in the right place.
	prepare(*supervisedRun, *guard.Guard, supervise.Exec)
	// stops: what the process is a part of is being stopped, though not the whole run.
	stops(by Supervisor, pid int) bool
	// listsRefused: what is refused while the run is being stopped is listed at its
	// end, and need not be said before.
	listsRefused() bool
	// say tells the person about a step.
	say(*supervisedRun, supervise.Exec, string)
	// refused follows a refused step: it says how the run goes on. With guard.RunStep
	// the request is to be decided again.
	refused(context.Context, *supervisedRun, supervise.Exec, *guard.Request, guard.Report) guard.Course
	// failure is the error of a supervisor that failed; the command was not started.
	failure(supervise.Summary) string
	// summarize says at the end what a person must know.
	summarize(*supervisedRun, guard.Supervision)
}

// Runner executes the launcher; it is the process.Hold of the signals.
type Runner interface {
	Run(context.Context, guard.Request, guard.Executable) guard.Outcome
	RunOn(ctx context.Context, request guard.Request, executable guard.Executable, terminal *os.File, hangUp func()) guard.Outcome
}

// scriptMode is that of a script, and of any other command that is supervised.
type scriptMode struct{}

func (scriptMode) interactive() bool { return false }

func (scriptMode) harmless(_ *policy.Set, _ []guard.Operation, decision guard.Decision) guard.Decision {
	return decision
}

func (scriptMode) policies(load Loader, hash string) stepPolicies {
	return policiesOfTheStart(load, hash)
}

func (scriptMode) otherUser(request guard.Request) string {
	return `run it as: sudo guard run --as "$USER" -- ` + guard.CommandLine(request.Argv)
}

func (scriptMode) unreadable() string {
	return "what cannot be read cannot be decided; --supervise=never runs the whole without looking"
}

// ready says, before the first step, whose the steps are, and what then does not
// count.
func (scriptMode) ready(r *supervisedRun) error {
	if !r.supervisor.Nested() {
		return nil
	}
	overrides, continues := len(r.request.Overrides) > 0, r.options.OnDeny == "continue"
	if overrides || continues || r.command.isPlaybook {
		fmt.Fprintln(r.stderr, "guard: a guard further out supervises this; it decides the steps")
	}
	if overrides {
		fmt.Fprintln(r.stderr, "guard: it does not know this --override: give it where the command stands: guard --override … in the script")
	}
	if continues {
		fmt.Fprintln(r.stderr, "guard: it does not know --on-deny=continue: whether this goes on at a refused step it decides")
	}
	return nil
}

func (scriptMode) launch(request guard.Request) (guard.Request, error) { return request, nil }

func (scriptMode) execute(ctx context.Context, by Runner, stage guard.Request, self guard.Executable) guard.Outcome {
	return by.Run(ctx, stage, self)
}

func (scriptMode) Close() {}

func (scriptMode) began(by Supervisor, _ int) time.Time { return by.Began() }

func (scriptMode) prepare(r *supervisedRun, step *guard.Guard, _ supervise.Exec) {
	step.Approver = &aloneApprover{run: r, approver: step.Approver}
	step.SamePolicies = nil // one set decides a script, from its first step to its last
}

func (scriptMode) stops(Supervisor, int) bool { return false }

func (scriptMode) listsRefused() bool { return true }

func (scriptMode) say(r *supervisedRun, _ supervise.Exec, text string) { fmt.Fprint(r.stderr, text) }

// refused asks the person at the terminal, or does what --on-deny says.
func (scriptMode) refused(ctx context.Context, r *supervisedRun, _ supervise.Exec, request *guard.Request, report guard.Report) guard.Course {
	if report.Answer != nil && report.Answer.Interrupted {
		r.refuse(report)
		r.interrupt()
		return guard.StopRun
	}
	chosen := r.choose(ctx, report)
	if ctx.Err() != nil {
		return guard.StopRun // its process is gone, and with it the question
	}
	switch chosen.Course {
	case guard.RunStep:
		request.Overrides, request.Reason = report.Decision.Overridable(), chosen.Reason
		return guard.RunStep
	case guard.SkipStep:
		r.refuse(report)
		return guard.SkipStep
	}
	r.refuse(report)
	if chosen.Interrupted {
		r.interrupt()
		return guard.StopRun
	}
	r.stop()
	return guard.StopRun
}

func (scriptMode) failure(summary supervise.Summary) string { return "supervise: " + summary.Problem }
