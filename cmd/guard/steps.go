package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/audit"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// grace is how long a stopped playbook has to clean up.
const grace = 5 * time.Second

// steps decides the steps of one supervised run.
type steps struct {
	book       *playbook
	guard      *guard.Guard
	run        guard.Request
	supervisor *supervise.Supervisor
	asker      *approve.Approver // nil: nobody is asked how to go on

	granted     grants        // operations that are decided already
	one         chan struct{} // held while a step is decided: one question at a time
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

// openStep is a step that may still run.
type openStep struct {
	pid  int
	done chan struct{}
}

// executor is how the guarded command is executed.
func (b *playbook) executor(g *guard.Guard, asker *approve.Approver) func(context.Context, guard.Request, guard.Executable) guard.Outcome {
	if b.found && b.why != nil && b.missing() == nil && slices.ContainsFunc(b.recognise(b.request), func(op guard.Operation) bool { return op.Unseen }) {
		fmt.Fprintf(b.w.stderr, "guard: what it executes cannot be supervised (%v); it is confirmed as a whole\n", b.why)
	}
	if !b.supervised() {
		return b.w.hold.Run
	}
	return func(ctx context.Context, request guard.Request, executable guard.Executable) guard.Outcome {
		s := &steps{book: b, guard: g, run: request, asker: asker, one: make(chan struct{}, 1)}
		return s.execute(ctx, request, executable)
	}
}

// execute runs the command below a supervisor.
func (s *steps) execute(ctx context.Context, request guard.Request, executable guard.Executable) guard.Outcome {
	session := s.book.o.session
	governed, err := s.book.governed()
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	s.supervisor, err = supervise.New(supervise.Config{
		Governs: session.governs(s.looksAt(governed.programs)),
		Acts:    wantedActs(governed.on),
		Decide:  s.decide,
		Inner:   s.grantInner,
		Spares:  s.spares,
		Ready: func() error {
			s.grantCommand()
			return errors.Join(session.alone(s.supervisor), s.nested(), process.Verify(executable))
		},

		Policies: session.hash(s.book.hash, s.book.policies), LastWords: lastWords(request),
	})
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	stage, self, err := s.stage(request, executable)
	if err == nil {
		stage, err = session.launch(stage)
	}
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	// A signal that comes when the script has ended must not refuse what it has left
	// running: until the listener is handed over, guard goes on.
	serving, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	go s.supervisor.Serve(serving)
	outcome := session.run(ctx, s.book.w.hold, stage, self)
	summary := s.supervisor.Finish()
	s.settle()
	session.close()
	return s.outcome(outcome, summary, request)
}

// stage is the request that starts guard as the launcher.
func (s *steps) stage(request guard.Request, executable guard.Executable) (guard.Request, guard.Executable, error) {
	self, err := process.Find(guard.Request{Argv: []string{"/proc/self/exe"}, Dir: "/"})
	if err != nil {
		return request, self, err
	}
	named := executable.Path
	if strings.Contains(request.Argv[0], "/") {
		named = request.Argv[0]
	}
	stage := request
	stage.Argv = s.supervisor.Argv(named, s.book.user, request.Argv)
	return stage, self, nil
}

// governs looks names up without allocating.
func governs(programs []string) func([]byte) bool {
	names := make(map[string]struct{}, len(programs))
	for _, program := range programs {
		names[program] = struct{}{}
	}
	return func(name []byte) bool {
		_, found := names[string(name)]
		return found
	}
}

// decide takes one exec through the pipeline. It returns when the intent is on
// record, or when it is refused.
func (s *steps) decide(ctx context.Context, e supervise.Exec) bool {
	select {
	case s.one <- struct{}{}:
		defer func() { <-s.one }()
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	e.Stopping = e.Stopping || s.ending(e) // it may have waited for its turn since then
	e.SetID = e.SetID && !onlyLists(e)
	set, ops, err := s.operations(e)
	if err == nil && len(ops) == 0 && e.Unreadable == "" && !e.SetID {
		return s.ungoverned(ctx, e)
	}
	step, request := s.pipeline(e, ops, set, err), s.request(e)
	if e.Stopping || s.book.alone {
		request.Overrides = nil // they were given for the script, which is at its end, or for the command
	}
	for {
		report := step.Check(ctx, request)
		if s.continues(ctx, e, ops, report) {
			return s.ungoverned(ctx, e)
		}
		s.compared(report)
		s.overridden(report)
		inside := ""
		if e.Stopping || hinders(report) {
			inside = s.transactionAround(e.PID)
		}
		switch {
		case inside != "":
			report = unhindered(report, inside)
		case e.Stopping && !s.cleansUp(ctx, e, ops, report):
			s.refuse(step.Settle(ctx, s.beingStopped(step, report)))
			return false
		}
		if (e.On != "" || writesOnly(set, ops)) && report.Answer == nil && s.quiet(report) {
			return true
		}
		report = step.Settle(ctx, report)
		switch {
		case report.Verdict == guard.Accepted && ctx.Err() == nil:
			s.allowed(ctx, e, ops, report)
			return true
		case report.Verdict == guard.Accepted:
			s.record(ctx, report.Entry, guard.Outcome{Error: "its process ended while it was asked", Status: guard.StatusNotExecutable})
			return false
		case inside != "":
			s.refuseAlone(e, inside, report)
			return false
		case s.denied(ctx, e, &request, report) != guard.RunStep:
			return false
		}
	}
}

// operations are what policies decide about, with what decides it: the program itself.
// What it would execute in turn is decided when it does.
func (s *steps) operations(e supervise.Exec) (*policy.Set, []guard.Operation, error) {
	var forms []guard.Operation
	for _, form := range e.Forms {
		forms = append(forms, shell.Operations(form, s.context(e))...)
	}
	own, decided := act(e, s.context(e).Account), forms
	if e.On != "" {
		decided = append(slices.Clone(forms), own)
	}
	if len(s.run.Expect) > 0 || len(s.run.Overrides) > 0 {
		decided = nil // what they name is looked for in every policy
	}
	set, err := s.book.decides(decided)
	if e.On != "" && set.Governs(own) {
		return set, []guard.Operation{own}, err
	}
	var ops []guard.Operation
	for _, op := range forms {
		if !s.signalsOwn(e.PID, op) && !isSeenLater(op) && set.Governs(op) && !isMinorElsewhere(set, op) {
			ops = append(ops, op)
		}
	}
	return set, ops, err
}

func (s *steps) context(e supervise.Exec) shell.Context {
	return shell.Context{Dir: e.Dir, Env: e.Env, Account: account(e), Lookup: machine.Lookup}
}

func account(e supervise.Exec) guard.Account {
	if found, ok := machine.Lookup(fmt.Sprint(e.UID)); ok {
		return found
	}
	return guard.Account{Known: e.UID >= 0, UID: e.UID}
}

func (s *steps) request(e supervise.Exec) guard.Request {
	argv := e.Argv
	if len(argv) == 0 {
		argv = []string{e.Path}
	}
	return guard.Request{
		Argv: argv, Dir: e.Dir, Env: e.Env, Operator: s.run.Operator, Account: account(e), Host: s.run.Host,
		Time: s.guard.Now(), Began: s.began(e), Run: s.run.Run, Place: e.Place,
		Expect: s.run.Expect, Overrides: s.run.Overrides, Reason: s.run.Reason, Text: s.run.Text, Plain: s.run.Plain,
	}
}

// began is when the script began that a step is of. A guarded shell may be open for
// days: what was made in it is not for that the work of the one who removes it.
func (s *steps) began(e supervise.Exec) time.Time {
	if s.book.o.session != nil {
		return s.supervisor.Inner(e.PID).Began
	}
	return s.supervisor.Began()
}

// pipeline is the run's own, for one step.
func (s *steps) pipeline(e supervise.Exec, ops []guard.Operation, set *policy.Set, broken error) *guard.Guard {
	step := *s.guard
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
	if problem := s.problem(e); problem != nil {
		step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
			return nil, guard.Decision{Effect: guard.Deny, Problems: []guard.Problem{*problem}}
		}
	}
	if s.book.o.session == nil {
		step.Approver = &aloneApprover{s, step.Approver}
	}
	if s.book.o.session == nil {
		step.SamePolicies = nil // one set decides a script, from its first step to its last
	}
	s.book.o.session.dress(&step, e)
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
func (s *steps) problem(e supervise.Exec) *guard.Problem {
	switch {
	case e.Unreadable != "":
		next := "what cannot be read cannot be decided; --supervise=never runs the whole without looking"
		if s.book.o.session != nil {
			next = "what cannot be read cannot be decided; it can be run outside of this shell"
		}
		return &guard.Problem{What: e.Unreadable, Next: next}
	case e.SetID:
		return &guard.Problem{What: path.Base(e.Path) + " cannot change the user below an unprivileged guard", Next: s.book.wayThatWorks()}
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
func (s *steps) allowed(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) {
	if e.On != "" {
		s.done(ctx, report)
		return
	}
	s.granted.add(supervise.ProcessAt(e.PID), ops, func(context.Context) guard.Decision { return report.Decision })
	s.mu.Lock()
	s.ran = append(s.ran, toldLine(report))
	s.mu.Unlock()
	s.await(ctx, e, report)
}

// await records the end of a program that is about to run.
func (s *steps) await(ctx context.Context, e supervise.Exec, report guard.Report) {
	started := time.Now()
	open := &openStep{pid: e.PID, done: make(chan struct{})}
	s.mu.Lock()
	s.open = append(s.open, open)
	s.mu.Unlock()
	wait := supervise.Await(e.PID)
	go func() {
		defer close(open.done)
		if !wait() {
			return
		}
		s.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true, Duration: time.Since(started)})
	}()
}

func (s *steps) record(ctx context.Context, entry int64, outcome guard.Outcome) {
	// A step without a recorded outcome shows as unknown, which is true.
	_ = s.guard.Log.Exit(context.WithoutCancel(ctx), entry, outcome)
}

// settle waits for the records of steps that have ended, as long as one of them may
// wait for the log.
func (s *steps) settle() {
	late := time.NewTimer(audit.OutcomePatience)
	defer late.Stop()
	s.mu.Lock()
	open := slices.Clone(s.open)
	s.mu.Unlock()
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
