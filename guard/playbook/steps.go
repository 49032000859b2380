package playbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// grace is how long a stopped playbook has to clean up.
const grace = 5 * time.Second

// supervisedRun decides the steps of one command that is supervised.
type supervisedRun struct {
	command  decidedCommand
	request  guard.Request // of the run
	pipeline *guard.Guard  // the run's own; that of a step is made of it
	options  Options
	mode     mode
	load     Loader
	policies stepPolicies
	chooser  Chooser // nil: nobody is asked how to go on
	hold     Runner
	system   System
	tty      string
	stderr   io.Writer

	supervisor Supervisor
	granted    grants        // operations that are decided already
	one        chan struct{} // held while a step is decided: one question at a time
	forbidden  error         // why nothing could be supervised after all; nothing ran

	mu          sync.Mutex
	ran         []string // the governed steps that were allowed
	open        []*openStep
	not         []string // those that were refused
	refused     int64
	stopped     bool     // the run is being ended
	interrupted bool     // by Ctrl-C at a question
	met         bool     // some step had what --expect states
	needed      []string // checks that were overridden for some step
	unasked     int64    // acts that were allowed without a question
	recorded    int64    // programs that no policy governs and that have entries
}

// decidedCommand is what is known of the command itself when it starts.
type decidedCommand struct {
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
			return errors.Join(r.mode.ready(r), process.Verify(executable))
		},

		Policies: r.policies.hash, LastWords: lastWords(r.request),
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
	stage = r.request
	self, err = process.Find(guard.Request{Argv: []string{"/proc/self/exe"}, Dir: "/"})
	if err != nil {
		return stage, self, err
	}
	named := executable.Path
	if strings.Contains(r.request.Argv[0], "/") {
		named = r.request.Argv[0]
	}
	stage.Argv = r.supervisor.Argv(named, r.command.credentials, r.request.Argv)
	return stage, self, nil
}

// decide takes one exec through the pipeline. It returns when the intent is on
// record, or when it is refused.
func (r *supervisedRun) decide(ctx context.Context, e supervise.Exec) bool {
	select {
	case r.one <- struct{}{}:
		defer func() { <-r.one }()
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	e.Stopping = e.Stopping || r.ending(e) // it may have waited for its turn since then
	e.SetID = e.SetID && !onlyLists(e)
	set, ops, err := r.operations(e)
	if err == nil && len(ops) == 0 && e.Unreadable == "" && !e.SetID {
		return r.ungoverned(ctx, e)
	}
	step, request := r.pipelineOf(e, ops, set, err), r.requestOf(e)
	if e.Stopping || r.command.alone {
		request.Overrides = nil // they were given for the script, which is at its end, or for the command
	}
	for {
		report := step.Check(ctx, request)
		if r.continues(ctx, e, ops, report) {
			return r.ungoverned(ctx, e)
		}
		r.compared(report)
		r.overridden(report)
		inside := ""
		if e.Stopping || hinders(report) {
			inside = r.transactionAround(e.PID)
		}
		switch {
		case inside != "":
			report = unhindered(report, inside)
		case e.Stopping && !r.cleansUp(ctx, e, ops, report):
			r.refuse(step.Settle(ctx, r.beingStopped(step, report)))
			return false
		}
		if (e.On != "" || writesOnly(set, ops)) && report.Answer == nil && r.quiet(report) {
			return true
		}
		report = step.Settle(ctx, report)
		switch {
		case report.Verdict == guard.Accepted && ctx.Err() == nil:
			r.allowed(ctx, e, ops, report)
			return true
		case report.Verdict == guard.Accepted:
			r.record(ctx, report.Entry, guard.Outcome{Error: "its process ended while it was asked", Status: guard.StatusNotExecutable})
			return false
		case inside != "":
			r.refuseAlone(e, inside, report)
			return false
		case r.mode.refused(ctx, r, e, &request, report) != guard.RunStep:
			return false
		}
	}
}

// operations are what policies decide about, with what decides it: the program itself.
// What it would execute in turn is decided when it does.
func (r *supervisedRun) operations(e supervise.Exec) (*policy.Set, []guard.Operation, error) {
	var forms []guard.Operation
	for _, form := range e.Forms {
		forms = append(forms, shell.Operations(form, r.context(e))...)
	}
	own, decided := act(e, r.context(e).Account), forms
	if e.On != "" {
		decided = append(slices.Clone(forms), own)
	}
	if len(r.request.Expect) > 0 || len(r.request.Overrides) > 0 {
		decided = nil // what they name is looked for in every policy
	}
	set, err := r.decides(decided)
	if e.On != "" && set.Governs(own) {
		return set, []guard.Operation{own}, err
	}
	var ops []guard.Operation
	for _, op := range forms {
		if !r.signalsOwn(e.PID, op) && !isSeenLater(op) && set.Governs(op) && !isMinorElsewhere(set, op) {
			ops = append(ops, op)
		}
	}
	return set, ops, err
}

func (r *supervisedRun) context(e supervise.Exec) shell.Context {
	return shell.Context{Dir: e.Dir, Env: e.Env, Account: account(e), Lookup: machine.Lookup}
}

func account(e supervise.Exec) guard.Account {
	if found, ok := machine.Lookup(fmt.Sprint(e.UID)); ok {
		return found
	}
	return guard.Account{Known: e.UID >= 0, UID: e.UID}
}

// requestOf is the request of a step.
func (r *supervisedRun) requestOf(e supervise.Exec) guard.Request {
	argv := e.Argv
	if len(argv) == 0 {
		argv = []string{e.Path}
	}
	return guard.Request{
		Argv: argv, Dir: e.Dir, Env: e.Env, Operator: r.request.Operator, Account: account(e), Host: r.request.Host,
		Time: r.pipeline.Now(), Began: r.mode.began(r.supervisor, e.PID), Run: r.request.Run, Place: e.Place,
		Expect: r.request.Expect, Overrides: r.request.Overrides, Reason: r.request.Reason, Text: r.request.Text, Plain: r.request.Plain,
	}
}

// pipelineOf is the run's own, for one step.
func (r *supervisedRun) pipelineOf(e supervise.Exec, ops []guard.Operation, set *policy.Set, broken error) *guard.Guard {
	step := *r.pipeline
	step.Broken = broken
	step.Measure = numbersOf(e.PID, step.Measure)
	step.Recognise = func(guard.Request) []guard.Operation { return ops }
	step.Resolve = func(request guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	if e.On != "" {
		step.Resolve = func(guard.Request) (guard.Executable, error) { return guard.Executable{}, nil }
		step.Digest = func(context.Context, guard.Executable) (string, error) { return "", nil }
	}
	// A program that no policy governs runs as a step, and so does what they leave open of one.
	step.Decide = overriding(stepExpects(set.WithSettings(policy.Settings{Unmatched: guard.Allow}).Decide))
	if problem := r.problem(e); problem != nil {
		step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
			return nil, guard.Decision{Effect: guard.Deny, Problems: []guard.Problem{*problem}}
		}
	}
	r.mode.prepare(r, &step, e)
	return &step
}

// onlyLists: mount without operands says what is mounted, and needs no rights.
func onlyLists(e supervise.Exec) bool {
	if path.Base(e.Path) != "mount" || e.Unreadable != "" {
		return false
	}
	for i := 1; i < len(e.Argv); i++ {
		switch e.Argv[i] {
		case "-l", "--show-labels", "-v", "--verbose":
		case "-t", "--types":
			i++
		default:
			return false
		}
	}
	return true
}

// problem refuses what policies are not asked about.
func (r *supervisedRun) problem(e supervise.Exec) *guard.Problem {
	switch {
	case e.Unreadable != "":
		return &guard.Problem{What: e.Unreadable, Next: r.mode.unreadable()}
	case e.SetID:
		return &guard.Problem{What: path.Base(e.Path) + " cannot change the user below an unprivileged guard", Next: r.mode.otherUser(r.request)}
	default:
		return nil
	}
}

// fileOf is the file of a step, as far as its path tells.
func fileOf(e supervise.Exec) guard.Executable {
	name := e.Path
	if !strings.Contains(name, "/") {
		name = "./" + name
	}
	found, err := process.Find(guard.Request{Argv: []string{name}, Dir: e.Dir, Env: e.Env})
	if err != nil {
		return guard.Executable{Path: e.Path, Problem: err.Error()}
	}
	return found
}

// allowed notes a step that runs, and records how it ends.
func (r *supervisedRun) allowed(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) {
	if e.On != "" {
		r.done(ctx, report)
		return
	}
	r.granted.add(supervise.ProcessAt(e.PID), ops, func(context.Context) guard.Decision { return report.Decision })
	r.mu.Lock()
	r.ran = append(r.ran, toldLine(report))
	r.mu.Unlock()
	r.await(ctx, e, report)
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
