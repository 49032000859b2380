package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"blastguard/guard"
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

	one     chan struct{} // held while a step is decided: one question at a time
	mu      sync.Mutex
	ran     []string // the governed steps that were allowed
	open    []*openStep
	refused int64
}

// openStep is a step that may still run.
type openStep struct {
	pid  int
	done chan struct{}
}

// executor is how the guarded command is executed.
func (b *playbook) executor(g *guard.Guard) func(context.Context, guard.Request, guard.Executable) guard.Outcome {
	if b.found && b.why != nil && b.missing() == nil {
		fmt.Fprintf(b.w.stderr, "guard: what it executes cannot be supervised (%v); it is confirmed as a whole\n", b.why)
	}
	if !b.supervised() {
		return process.Run
	}
	return func(ctx context.Context, request guard.Request, executable guard.Executable) guard.Outcome {
		s := &steps{book: b, guard: g, run: request, one: make(chan struct{}, 1)}
		return s.execute(ctx, request, executable)
	}
}

// execute runs the command below a supervisor.
func (s *steps) execute(ctx context.Context, request guard.Request, executable guard.Executable) guard.Outcome {
	programs, err := s.book.programs()
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	s.supervisor, err = supervise.New(supervise.Config{
		Governs: governs(programs),
		Decide:  s.decide,
		Ready:   func() error { return process.Verify(executable) },
	})
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	stage, self, err := s.stage(request, executable)
	if err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	// Until the listener is handed over, a signal must not end guard: what the
	// script left running could execute nothing any more.
	defer holdSignals()()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.supervisor.Serve(ctx)
	outcome := process.Run(ctx, stage, self)
	summary := s.supervisor.Finish()
	s.settle()
	return s.outcome(outcome, summary, request)
}

// holdSignals takes the signals that would end guard, but for those that it was
// started with ignored, until the returned function is called.
func holdSignals() (release func()) {
	held := make(chan os.Signal, 16)
	for _, number := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(number) {
			signal.Notify(held, number)
		}
	}
	return func() { signal.Stop(held) }
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
	set, err := s.book.whole()
	ops := s.operations(e, set)
	if err == nil && len(ops) == 0 && e.Unreadable == "" && !e.SetID {
		return true
	}
	step := s.pipeline(e, ops, set, err)
	report := step.Permit(ctx, s.request(e))
	if report.Verdict == guard.Accepted && ctx.Err() == nil {
		s.allowed(ctx, e, report)
		return true
	}
	if report.Verdict == guard.Accepted {
		s.record(ctx, report.Entry, guard.Outcome{Error: "its process ended while it was asked", Status: guard.StatusNotExecutable})
		return false
	}
	s.denied(report)
	return false
}

// operations are what policies decide about: the program itself. What it would
// execute in turn is decided when it does.
func (s *steps) operations(e supervise.Exec, set *policy.Set) []guard.Operation {
	var ops []guard.Operation
	for _, form := range e.Forms {
		for _, op := range shell.Operations(form, s.context(e)) {
			if !slices.ContainsFunc(op.Via, executes) && set.Governs(op) {
				ops = append(ops, op)
			}
		}
	}
	return ops
}

// executes: the wrapper executes its program, which is then seen by itself.
func executes(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	name = path.Base(name)
	return name != "busybox" && name != "toybox" && name != "ld.so" &&
		!strings.HasPrefix(name, "ld-linux") && !strings.HasPrefix(name, "ld-musl") && !strings.HasPrefix(name, "ld64.so")
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
		Time: s.guard.Now(), Run: s.run.Run, Place: e.Place, Reason: s.run.Reason, Text: s.run.Text, Plain: s.run.Plain,
	}
}

// pipeline is the run's own, for one step.
func (s *steps) pipeline(e supervise.Exec, ops []guard.Operation, set *policy.Set, broken error) *guard.Guard {
	step := *s.guard
	step.Broken = broken
	step.Recognise = func(guard.Request) []guard.Operation { return ops }
	step.Resolve = func(request guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	step.Decide = set.Decide
	if problem := s.problem(e); problem != nil {
		step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
			return nil, guard.Decision{Effect: guard.Deny, Problems: []guard.Problem{*problem}}
		}
	}
	return &step
}

// problem refuses what policies are not asked about.
func (s *steps) problem(e supervise.Exec) *guard.Problem {
	switch {
	case e.Unreadable != "":
		return &guard.Problem{What: e.Unreadable, Next: "what cannot be read cannot be decided; --supervise=never runs the whole without looking"}
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
func (s *steps) allowed(ctx context.Context, e supervise.Exec, report guard.Report) {
	started := time.Now()
	open := &openStep{pid: e.PID, done: make(chan struct{})}
	s.mu.Lock()
	s.ran = append(s.ran, guard.CommandLine(report.Request.Argv))
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

// denied stops the playbook, unless the person wants it to go on.
func (s *steps) denied(report guard.Report) {
	s.mu.Lock()
	s.refused++
	s.mu.Unlock()
	switch {
	case report.Answer != nil && report.Answer.Interrupted:
		// What Ctrl-C would have done, had it not been read as a byte.
		_ = syscall.Kill(0, syscall.SIGINT)
	case s.book.o.onDeny != "continue":
		fmt.Fprintln(s.book.w.stderr, "guard: the playbook is stopped here (--on-deny=continue goes on)")
		s.supervisor.Stop(syscall.SIGTERM, grace)
	}
}

// settle waits for the records of steps that have ended.
func (s *steps) settle() {
	s.mu.Lock()
	open := slices.Clone(s.open)
	s.mu.Unlock()
	for _, step := range open {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", step.pid)); err == nil {
			continue // it lives on
		}
		select {
		case <-step.done:
		case <-time.After(time.Second):
		}
	}
}

// outcome is how the run ended, with what its steps did.
func (s *steps) outcome(outcome guard.Outcome, summary supervise.Summary, request guard.Request) guard.Outcome {
	switch {
	case summary.Problem != "":
		return guard.Outcome{Status: guard.StatusFailed, Error: "supervise: " + summary.Problem}
	case summary.Errno == int(syscall.ENOENT):
		return guard.Outcome{Status: guard.StatusNotFound, Error: startError(request, summary)}
	case summary.Errno != 0:
		return guard.Outcome{Status: guard.StatusNotExecutable, Error: startError(request, summary)}
	}
	outcome.Supervised = &guard.Supervision{
		Ungoverned: summary.Ungoverned, Allowed: int64(len(s.ran)), Refused: s.refused,
		Background: summary.Background, Stopped: summary.Stopped, Nested: summary.Nested,
	}
	s.tell(*outcome.Supervised)
	return outcome
}

func startError(request guard.Request, summary supervise.Summary) string {
	return fmt.Sprintf("start %q: %v", request.Argv[0], syscall.Errno(summary.Errno))
}

func programs(n int64) string {
	if n == 1 {
		return "1 program"
	}
	return fmt.Sprintf("%d programs", n)
}

// tell says what a person must know at the end.
func (s *steps) tell(run guard.Supervision) {
	w := s.book.w.stderr
	if run.Nested {
		fmt.Fprintln(w, "guard: a guard further out supervises this; it decides the steps")
	}
	if run.Stopped || run.Refused > 0 {
		fmt.Fprintf(w, "guard: what had run, ungoverned by any policy: %s", programs(run.Ungoverned))
		if len(s.ran) == 0 {
			fmt.Fprint(w, ", no governed step")
		}
		fmt.Fprintln(w)
		for _, line := range s.ran {
			fmt.Fprintf(w, "guard:   done  %s\n", line)
		}
	}
	if len(run.Background) > 0 {
		fmt.Fprintf(w, "guard: still running, and from now on not supervised: %s\n", guard.Printable(strings.Join(run.Background, ", ")))
	}
}
