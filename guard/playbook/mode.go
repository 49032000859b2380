package playbook

import (
	"context"
	"os"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
)

// mode is what a script and a guarded shell do differently. A script is one command
// that a person waits for: one set of policies decides it from its first step to its
// last, and a refused step may end it. In a guarded shell each command is decided on
// its own.
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

	// ready is called when the command is about to start; nested: an outer guard
	// decides its steps. An error starts nothing.
	ready(nested bool, command decidedCommand) error
	// launch makes what the command needs, and says how it is started.
	launch(guard.Request) (guard.Request, error)
	// execute runs the launcher, and returns when the command has ended.
	execute(ctx context.Context, by Runner, stage guard.Request, self guard.Executable) guard.Outcome
	// Close gives back what launch has made. It may be called again.
	Close()

	// began is when the script began that a step is of.
	began(by Supervisor, pid int) time.Time
	// prepare makes the pipeline of one step ask and speak in the right place.
	prepare(by Supervisor, step *guard.Guard, e supervise.Exec)
	// stops: the part of the run that the process belongs to is being stopped, though
	// not the whole run.
	stops(by Supervisor, pid int) bool
	// listsRefused: what is refused while the run is being stopped is listed at its
	// end, and need not be said before.
	listsRefused() bool
	// say tells the person about a step.
	say(supervise.Exec, string)
	// refused says how the run goes on after a refused step; done are the governed
	// steps that have run. waits is false when the process of the step has ended, and
	// with it the question.
	refused(ctx context.Context, by Supervisor, e supervise.Exec, report guard.Report, done []string) (chosen approve.Chosen, waits bool)
	// failure is the error of a supervisor that failed; the command was not started.
	failure(supervise.Summary) string
	// summarize tells the person at the end what they must know.
	summarize(decidedCommand, *tally, guard.Supervision)
}

// Runner executes the launcher; it is the process.Hold of the signals.
type Runner interface {
	Run(context.Context, guard.Request, guard.Executable) guard.Outcome
	RunOn(ctx context.Context, request guard.Request, executable guard.Executable, terminal *os.File, hangUp func()) guard.Outcome
}

// decidedCommand is what is known of the command itself when it starts.
type decidedCommand struct {
	request     guard.Request     // with the entry of the run
	hash        string            // of the policy files that decided it
	credentials string            // numbers of the user that it runs as; "" for the operator's
	alone       bool              // see plan
	isPlaybook  bool              // some of it is a script, or a runner of one
	lifted      []string          // checks of it that were overridden
	decision    guard.Decision    // of all of it
	governed    []guard.Operation // of it, by some policy
}

// grace is how long a stopped playbook has to clean up.
const grace = 5 * time.Second
