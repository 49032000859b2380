package playbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/supervise"
)

// grace is how long a stopped playbook has to clean up.
const grace = 5 * time.Second

// supervisedRun decides the steps of one command that is supervised.
type supervisedRun struct {
	command  decidedCommand
	pipeline *guard.Guard // the run's own; that of a step is made of it
	options  Options
	mode     mode
	load     Loader
	policies stepPolicies
	hold     Runner
	system   System
	stderr   io.Writer

	supervisor Supervisor
	granted    grants        // operations that are decided already
	one        chan struct{} // held while a step is decided: one question at a time
	forbidden  error         // why nothing could be supervised after all; nothing ran

	tally tally
	mu    sync.Mutex
	open  []*openStep
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

// openStep is a step that may still run.
type openStep struct {
	pid  int
	done chan struct{}
}

// execute runs the command below a supervisor.
func (r *supervisedRun) execute(ctx context.Context, executable guard.Executable) guard.Outcome {
	governed, err := r.governed()
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	r.supervisor, err = r.system.Supervise(supervise.Config{
		Governs: r.policies.governs(r.looksAt(governed.Programs)),
		Acts:    wantedActs(governed.On),
		Decide:  r.decide,
		Inner:   r.grantInner,
		Spares:  r.spares,
		Ready: func() error {
			r.grantCommand()
			return errors.Join(r.mode.ready(r.supervisor.Nested(), r.command), process.Verify(executable))
		},

		Policies: r.policies.hash, LastWords: lastWords(r.command.request),
	})
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	stage, self, err := r.stage(executable)
	if err == nil {
		stage, err = r.mode.launch(stage)
	}
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	// A signal that comes when the script has ended must not refuse what it has left
	// running: until the listener is handed over, guard goes on.
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go r.supervisor.Serve(serving)
	outcome := r.mode.execute(ctx, r.hold, stage, self)
	summary := r.supervisor.Finish()
	r.settle()
	r.mode.Close()
	return r.outcome(outcome, summary)
}

// governed are the programs and the kinds of act that some policy governs.
func (r *supervisedRun) governed() (Governed, error) {
	if found, ok := r.load.Indexed(r.command.hash); ok {
		return found, nil
	}
	files, err := r.policies.open()
	if err != nil {
		return Governed{}, err
	}
	return files.Governed()
}

// decides is the set that decides operations of a step; without any, the whole.
func (r *supervisedRun) decides(ops []guard.Operation) (*policy.Set, error) {
	files, err := r.policies.open()
	if err != nil {
		return nil, err
	}
	return files.Decides(ops)
}

// stage is the request that starts guard as the launcher.
func (r *supervisedRun) stage(executable guard.Executable) (stage guard.Request, self guard.Executable, err error) {
	stage = r.command.request
	self, err = process.Find(guard.Request{Argv: []string{"/proc/self/exe"}, Dir: "/"})
	if err != nil {
		return stage, self, err
	}
	named := executable.Path
	if strings.Contains(r.command.request.Argv[0], "/") {
		named = r.command.request.Argv[0]
	}
	stage.Argv = r.supervisor.Argv(named, r.command.credentials, r.command.request.Argv)
	return stage, self, nil
}

// lastWords are what a copy of guard prints when guard is killed.
func lastWords(request guard.Request) string {
	const width = 60
	return fmt.Sprintf("guard: guard was killed while it supervised %s (entry %d): what is left of that can execute nothing any more",
		guard.Shorten(guard.CommandLine(request.Argv), width), request.Run)
}

// looksAt says which programs are decided; where all is recorded, all are.
func (r *supervisedRun) looksAt(programs []string) func([]byte) bool {
	if r.recordsAll() {
		return func([]byte) bool { return true }
	}
	governed := governs(programs)
	return func(name []byte) bool { return governed(name) || program.Of(string(name)).HandsOver() }
}

// recordsAll: also what no policy governs gets an entry of its own.
func (r *supervisedRun) recordsAll() bool { return r.options.Record == "all" }

// grantCommand gives the command what was decided of it before it started.
func (r *supervisedRun) grantCommand() {
	r.granted.add(r.supervisor.Main(), r.command.governed, func(context.Context) guard.Decision { return r.command.decision })
}

// ending: the run is being stopped, or the playbook in a guarded shell that the step
// is of.
func (r *supervisedRun) ending(e supervise.Exec) bool {
	return r.mode.stops(r.supervisor, e.PID) || r.tally.stopping()
}

// interrupt does what Ctrl-C would have done, had it not been read as a byte, and
// ends what does not mind.
func (r *supervisedRun) interrupt() {
	r.tally.stop(true)
	fmt.Fprintf(r.stderr, "guard: interrupted: the script ends; what is left of it in %v is killed\n", grace)
	r.system.Interrupt()
	r.supervisor.Stop(syscall.SIGINT, grace)
}

func (r *supervisedRun) stop() {
	r.tally.stop(false)
	fmt.Fprintln(r.stderr, "guard: the playbook is stopped here (--on-deny=continue goes on)")
	r.supervisor.Stop(syscall.SIGTERM, grace)
}

// await records the end of a program that is about to run.
func (r *supervisedRun) await(ctx context.Context, e supervise.Exec, report guard.Report) {
	started := r.pipeline.Now()
	open := &openStep{pid: e.PID, done: make(chan struct{})}
	r.mu.Lock()
	r.open = append(r.open, open)
	r.mu.Unlock()
	wait := r.system.Await(e.PID)
	go func() {
		defer close(open.done)
		if !wait() {
			return
		}
		r.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true, Duration: r.pipeline.Now().Sub(started)})
	}()
}

func (r *supervisedRun) record(ctx context.Context, entry int64, outcome guard.Outcome) {
	// A step without a recorded outcome shows as unknown, which is true.
	_ = r.pipeline.Log.Exit(context.WithoutCancel(ctx), entry, outcome)
}

// settle waits for the records of steps that have ended, as long as one of them may
// wait for the log.
func (r *supervisedRun) settle() {
	late := time.NewTimer(audit.OutcomePatience)
	defer late.Stop()
	r.mu.Lock()
	open := slices.Clone(r.open)
	r.mu.Unlock()
	for _, step := range open {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", step.pid)); err == nil {
			continue // it lives on
		}
		select {
		case <-step.done:
		case <-late.C:
			return
		}
	}
}

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
		return guard.Outcome{Status: guard.StatusNotFound, Error: startError(r.command.request, summary)}
	case summary.Errno != 0:
		return guard.Outcome{Status: guard.StatusNotExecutable, Error: startError(r.command.request, summary)}
	}
	outcome.Supervised = &guard.Supervision{
		Ungoverned: summary.Ungoverned + r.tally.recorded, Allowed: int64(len(r.tally.ran)), Refused: int64(len(r.tally.not)), Unasked: r.tally.unasked,
		Background: summary.Background, Stopped: summary.Stopped, Nested: summary.Nested,
	}
	if r.tally.interrupted {
		outcome.Status, outcome.Signal = -1, int(syscall.SIGINT)
	}
	r.mode.summarize(r.command, &r.tally, *outcome.Supervised)
	return outcome
}

func startError(request guard.Request, summary supervise.Summary) string {
	return fmt.Sprintf("start %q: %v", request.Argv[0], syscall.Errno(summary.Errno))
}
