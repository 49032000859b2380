package playbook

import (
	"context"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// What policies say in these tests: of rm that "precious" is never removed, "soft" only
// with an override, and "asked" when a person has typed it.
const testPolicies = `
command "rm" {
  program = "rm"
  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  flag "force" {
    short = "f"
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}
command "empty" {
  program = "truncate"
  on      = "truncate"
  flag "size" { type = size }
  operand "paths" {
    type     = list(string)
    required = true
  }
}
command "packages" {
  program     = "dpkg"
  transaction = true
}
policy "keep" {
  applies_to = [command.rm, command.empty]
  rule "hard" {
    condition     = !contains(arg.paths, "/srv/precious")
    error_message = "it is precious"
  }
  rule "soft" {
    condition     = !contains(arg.paths, "/srv/soft")
    enforcement   = "soft-mandatory"
    error_message = "it is kept"
  }
}
policy "ask" {
  applies_to = [command.rm]
  when       = contains(arg.paths, "/srv/asked")
  confirm { type = "asked" }
}
policy "few" {
  applies_to = [command.empty]
  when       = contains(arg.paths, "/srv/counted")
  blast_radius "files" {
    affected = arg.paths
    budget {
      key = "files"
      max = 3
      per = "1h"
    }
  }
}
`

// loaded is a set of policies, and of itself the files and the loader of them.
type loaded struct{ set *policy.Set }

func load(t *testing.T, text string) loaded {
	t.Helper()
	set, problems := policy.Load([]guard.PolicyFile{{Path: "test.hcl", Content: text}}, policy.Options{
		Kinds: []guard.ProbeKind{},
	})
	if problems.HasErrors() {
		t.Fatal(problems)
	}
	return loaded{set.WithSettings(policy.Settings{Unmatched: guard.Allow})}
}

func (l loaded) Decides([]guard.Operation) (*policy.Set, error) { return l.set, nil }
func (l loaded) Governed() (Governed, error)                    { return Governed{l.set.Programs(), l.set.On()}, nil }
func (l loaded) Keep() error                                    { return nil }
func (l loaded) IsAsRead(other Policies) bool                   { return other == l }
func (l loaded) Indexed(string) (Governed, bool)                { return Governed{}, false }
func (l loaded) Open() (Policies, guard.PolicySet, error) {
	return l, guard.PolicySet{Hash: "hash"}, nil
}

// kernel is the supervisor, and what it was told to do.
type kernel struct {
	config  supervise.Config
	summary supervise.Summary
	nested  bool
	began   time.Time
	inner   supervise.InnerGuard
	above   [][]string
	own     []int // processes of the run

	stopped      []os.Signal
	stoppedBelow []supervise.InnerGuard
	interrupted  bool
	frozen       int // questions during which the others were stopped
	await        func() bool
}

func (k *kernel) Argv(path, user string, argv []string) []string {
	return append([]string{"stage", path, user}, argv...)
}
func (k *kernel) Serve(context.Context)             {}
func (k *kernel) Finish() supervise.Summary         { return k.summary }
func (k *kernel) Began() time.Time                  { return k.began }
func (k *kernel) Main() supervise.Process           { return supervise.ProcessAt(os.Getpid()) }
func (k *kernel) Nested() bool                      { return k.nested }
func (k *kernel) Inner(int) supervise.InnerGuard    { return k.inner }
func (k *kernel) Above(int) [][]string              { return k.above }
func (k *kernel) Belongs(_, pid int) bool           { return slices.Contains(k.own, pid) }
func (k *kernel) Stop(s os.Signal, _ time.Duration) { k.stopped = append(k.stopped, s) }
func (k *kernel) Freeze(string) func()              { k.frozen++; return func() {} }
func (k *kernel) StoppedBelow(i supervise.InnerGuard) bool {
	return slices.Contains(k.stoppedBelow, i)
}
func (k *kernel) StopBelow(i supervise.InnerGuard, _ time.Duration) {
	k.stoppedBelow = append(k.stoppedBelow, i)
}

// system is one in which everything can be supervised, by the kernel.
func (k *kernel) system() System {
	return System{
		Available: func() error { return nil }, Privileged: func() bool { return true },
		Around: func() bool { return k.nested }, DecidesOtherwise: func(string) bool { return false },
		Supervise: func(config supervise.Config) (Supervisor, error) { k.config = config; return k, nil },
		Await:     func(int) func() bool { return k.await },
		Interrupt: func() { k.interrupted = true },
	}
}

// person answers both questions: whether a step may run, and how the run goes on.
type person struct {
	answer guard.Answer
	chosen []approve.Chosen
	during func() // the question

	asked   []guard.Question
	refused []approve.Refused
}

func (p *person) Approve(_ context.Context, question guard.Question) guard.Answer {
	p.asked = append(p.asked, question)
	if p.during != nil {
		p.during()
	}
	return p.answer
}

func (p *person) Choose(_ context.Context, refused approve.Refused) approve.Chosen {
	p.refused = append(p.refused, refused)
	if p.during != nil {
		p.during()
	}
	if len(p.chosen) == 0 {
		return approve.Chosen{}
	}
	chosen := p.chosen[0]
	p.chosen = p.chosen[1:]
	return chosen
}

// book is the log: what it was given, in order.
type book struct {
	mu       sync.Mutex
	accepted []guard.Intent
	refused  []guard.Intent
	ended    map[int64]guard.Outcome
}

func (b *book) Accept(_ context.Context, intent guard.Intent) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.accepted = append(b.accepted, intent)
	return int64(len(b.accepted) + len(b.refused)), nil
}

func (b *book) Refuse(_ context.Context, intent guard.Intent) (int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.refused = append(b.refused, intent)
	return int64(len(b.accepted) + len(b.refused)), nil
}

func (b *book) Exit(_ context.Context, id int64, outcome guard.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended[id] = outcome
	return nil
}

// stand is a supervised run in which everything outside of the package is a fake.
type stand struct {
	*supervisedRun
	kernel *kernel
	person *person
	log    *book
	said   strings.Builder // on standard error
	shown  []guard.Report
	facts  guard.Facts // what is measured, by the kind of question
	dir    string
	now    time.Time
}

func newStand(t *testing.T, options Options) *stand {
	t.Helper()
	s := &stand{
		kernel: &kernel{began: time.Unix(1000, 0), await: func() bool { return true }}, person: &person{}, log: &book{ended: map[int64]guard.Outcome{}},
		dir: t.TempDir(), now: time.Unix(2000, 0),
		facts: guard.Facts{"claims": {Known: true, Value: map[string]any{"held": 0.0, "holders": []any{}}}},
	}
	files := load(t, testPolicies)
	s.supervisedRun = &supervisedRun{load: files, stepDecider: stepDecider{
		command:    decidedCommand{hash: "hash", isPlaybook: true, request: guard.Request{Argv: []string{"./playbook.sh"}, Dir: s.dir, Env: []string{"PATH=/usr/bin:/bin"}, Host: guard.Host{Name: "web1"}, Run: 7}},
		recordsAll: options.Record == "all", policies: policiesOfTheStart(files, "hash"),
		mode:   &scriptMode{name: "playbook.sh", onDeny: options.OnDeny, tty: "/dev/tty", chooser: s.person, stderr: &s.said},
		system: s.kernel.system(), stderr: &s.said, one: make(chan struct{}, 1),
		supervisor: s.kernel,
		pipeline: &guard.Guard{
			Measure:  func(context.Context) guard.Measurement { return &measured{s.facts, make(chan guard.Answered, 100)} },
			Digest:   func(context.Context, guard.Executable) (string, error) { return "sum", nil },
			Approver: s.person, Log: s.log, Show: func(report guard.Report) { s.shown = append(s.shown, report) },
			Now: func() time.Time { return s.now },
		},
	}}
	return s
}

// measure answers by the kind of question.
// measured are facts that are known at once, by the kind of question.
type measured struct {
	facts   guard.Facts
	answers chan guard.Answered
}

func (m *measured) Hurry()                         {}
func (m *measured) Answers() <-chan guard.Answered { return m.answers }
func (m *measured) Ask(asks []guard.Ask) {
	for _, ask := range asks {
		m.answers <- guard.Answered{Key: ask.Key, Fact: m.facts[ask.Kind]}
	}
}

// nobody is a process that there is not.
const nobody = 1 << 30

// step is a program that is about to be executed.
func (s *stand) step(words string) supervise.Exec {
	argv := strings.Fields(words)
	return supervise.Exec{
		PID: nobody, UID: os.Getuid(), Path: filepath.Join("/usr/bin", argv[0]), Argv: argv, Dir: s.dir, Forms: [][]string{argv},
		Place: []string{"playbook.sh", path.Base(argv[0])},
	}
}

// empties is a redirection of a shell.
func (s *stand) empties(file string) supervise.Exec {
	return supervise.Exec{
		On: supervise.OnTruncate, PID: nobody, UID: os.Getuid(), Path: file, Dir: s.dir,
		Argv: []string{"truncate", "--size=0", "--", file}, Place: []string{"playbook.sh", "> " + file},
	}
}

// decided decides a step and waits for the record of its end.
func (s *stand) decided(t *testing.T, e supervise.Exec) bool {
	t.Helper()
	runs := s.decide(t.Context(), e)
	s.settle()
	return runs
}

// verdicts are what is in the log, in the order of the entries of each kind.
func (s *stand) verdicts() string {
	var lines []string
	for _, intent := range s.log.accepted {
		lines = append(lines, fmt.Sprintf("%s %s", intent.Verdict, guard.CommandLine(intent.Argv)))
	}
	for _, intent := range s.log.refused {
		lines = append(lines, fmt.Sprintf("%s %s", intent.Verdict, guard.CommandLine(intent.Argv)))
	}
	return strings.Join(lines, "; ")
}

// operation is a command line as an operation.
func operation(t *testing.T, words string) guard.Operation {
	t.Helper()
	ops := shell.Operations(strings.Fields(words), shell.Context{Dir: "/srv", Account: guard.Account{Known: true, UID: 1000}})
	if len(ops) != 1 {
		t.Fatalf("%s: %d operations", words, len(ops))
	}
	return ops[0]
}
