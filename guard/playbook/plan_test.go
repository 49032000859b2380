package playbook

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
)

// bench is a directory with programs, and a machine on which everything can be
// supervised.
type bench struct {
	dir    string
	kernel *kernel
	config Config
	expect []guard.Expectation
	said   strings.Builder
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{dir: t.TempDir(), kernel: &kernel{}}
	for name, text := range map[string]string{
		"bin/tool": "\x7fELF", "bin/shim": "#!/bin/sh\n", "bin/rm": "\x7fELF", "bin/ls": "\x7fELF", "bin/python3": "\x7fELF",
		"playbook.sh": "#!/bin/sh\nrm /srv/junk\n", "rotate.py": "#!/usr/bin/env python3\n", "changes.sh": "#!/bin/sh\nrm x\nsudo rm y\n",
	} {
		path := filepath.Join(b.dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	b.config = Config{Options: Options{Supervise: "auto"}, Load: load(t, testPolicies), System: b.kernel.system(), Stderr: &b.said, TTY: "/dev/tty"}
	return b
}

// plan is that of a command line, with the policies of the tests.
func (b *bench) plan(words string) *Plan {
	request := guard.Request{
		Argv: strings.Fields(words), Dir: b.dir, Env: []string{"PATH=" + b.dir + "/bin"},
		Account: guard.Account{Known: true, UID: 1000, Name: "ann"}, Expect: b.expect,
	}
	p := NewPlan(b.config, request)
	p.Needed()
	p.Use(b.config.Load.(loaded).set, "hash")
	return p
}

func TestWhatIsSupervised(t *testing.T) {
	for _, test := range []struct {
		words       string
		supervised  bool
		alone       bool // decided by itself, and what it executes besides is followed
		transparent bool // the whole is not asked about
	}{
		{"./playbook.sh", true, false, true},
		{"sh playbook.sh", true, false, true},
		{"make teardown", true, false, true},
		{"./rotate.py", true, false, false},
		{"python3 rotate.py", true, false, false},
		{"tool x", true, false, false},
		{"shim x", true, false, false},
		{"rm -rf /srv/junk", false, false, false},
		{"ls", false, false, false},
		{"tmux", false, false, false},
	} {
		p := newBench(t).plan(test.words)
		if p.supervised() != test.supervised || p.alone != test.alone && test.supervised {
			t.Errorf("%s: supervised %v (%v), alone %v", test.words, p.supervised(), p.why, p.alone)
		}
		ops := p.Recognise(p.request)
		if got := ops[0].Transparent; got != test.transparent {
			t.Errorf("%s: transparent %v", test.words, got)
		}
	}
}

func TestWhereSupervisionCannotBeHad(t *testing.T) {
	for _, test := range []struct {
		name, supervise string
		missing         string
		unseen          bool
		said            string
	}{
		{"auto says so, and the whole is confirmed", "auto", "", true, "guard: what it executes cannot be supervised (no seccomp here); it is confirmed as a whole\n"},
		{"require runs nothing", "require", "supervision is required but not available: no seccomp here", true, ""},
		{"never does not look", "never", "", false, ""},
	} {
		b := newBench(t)
		b.config.Options.Supervise = test.supervise
		b.config.System.Available = func() error { return errors.New("no seccomp here") }
		b.config.Hold = &launcher{}
		p := b.plan("./playbook.sh")
		missing := ""
		if err := p.Missing(); err != nil {
			missing = err.Error()
		}
		if missing != test.missing || p.Recognise(p.request)[0].Unseen != test.unseen {
			t.Errorf("%s: missing %q, operations %+v", test.name, missing, p.Recognise(p.request))
		}
		p.Executor(&guard.Guard{})
		if b.said.String() != test.said {
			t.Errorf("%s: said %q", test.name, b.said.String())
		}
	}
}

// A trial that showed that nothing can be supervised is not made twice, and the whole is
// asked about where nobody requires more.
func TestAfterALauncherThatCouldNotBeSupervised(t *testing.T) {
	for supervise, unseen := range map[string]bool{"auto": true, "require": false} {
		b := newBench(t)
		b.config.Options.Supervise = supervise
		p := b.plan("./playbook.sh")
		if p.MayGoUnseen() {
			t.Error("before anything was tried")
		}
		p.failed = errors.New("EPERM")
		if p.MayGoUnseen() != unseen || p.Failed() == nil {
			t.Errorf("--supervise=%s: %v", supervise, p.MayGoUnseen())
		}
		b.config.Options.Unsupervisable = p.Failed()
		if again := b.plan("./playbook.sh"); again.supervised() || again.why != p.failed {
			t.Errorf("--supervise=%s: it is tried again: %v", supervise, again.why)
		}
	}
}

// Below a guard with other policies a script is refused, and a single command decided by
// both.
func TestBelowAGuardThatDecidesOtherwise(t *testing.T) {
	for words, refused := range map[string]bool{"./playbook.sh": true, "tool x": false, "rm /srv/junk": false} {
		b := newBench(t)
		b.config.System.DecidesOtherwise = func(hash string) bool { return hash == "hash" }
		p := b.plan(words)
		if got := p.Missing() != nil; got != refused {
			t.Errorf("%s: %v", words, p.Missing())
		}
	}
}

// An outer guard does not know what is expected of the steps.
func TestARoleIsNotExpectedBelowAnotherGuard(t *testing.T) {
	for name, refused := range map[string]bool{"role": true, "host": false} {
		b := newBench(t)
		b.kernel.nested = true
		b.expect = []guard.Expectation{{Name: name, Value: "x"}}
		if err := b.plan("./playbook.sh").Missing(); (err != nil) != refused || refused && err != errExpectElsewhere {
			t.Errorf("--expect %s: %v", name, err)
		}
	}
}

// sudo would fail half-way below an unprivileged guard: nothing of it is begun.
func TestAScriptThatChangesTheUser(t *testing.T) {
	for _, test := range []struct {
		words      string
		privileged bool
		refused    string
	}{
		{"./changes.sh", false, "changes.sh:3"},
		{"sh changes.sh", false, "changes.sh:3"},
		{"./changes.sh", true, ""},
		{"./playbook.sh", false, ""},
	} {
		b := newBench(t)
		b.config.System.Privileged = func() bool { return test.privileged }
		p := b.plan(test.words)
		_, decision := p.Decider(p.set)(p.request, p.Recognise(p.request), guard.Facts{})
		pos := ""
		if len(decision.Problems) > 0 {
			pos = filepath.Base(decision.Problems[0].Pos)
		}
		if pos != test.refused {
			t.Errorf("%s, privileged %v: %+v", test.words, test.privileged, decision.Problems)
		}
	}
}

// An override that could do nothing at any step only looks as if it were there for one.
func TestAnOverrideThatNoStepCouldNeed(t *testing.T) {
	for id, problem := range map[string]string{
		"keep.rule.soft": "", "keep.rule.misspelt": "--override keep.rule.misspelt names no check of any policy",
		"keep.rule.hard": "--override keep.rule.hard: it is hard-mandatory and cannot be overridden",
	} {
		p := newBench(t).plan("./playbook.sh")
		p.request.Overrides = []string{id}
		_, decision := p.Decider(p.set)(p.request, p.Recognise(p.request), guard.Facts{})
		got := ""
		if len(decision.Problems) > 0 {
			got = decision.Problems[0].What
		}
		if got != problem {
			t.Errorf("%s: %q, want %q", id, got, problem)
		}
	}
}

// Of what a script is expected to be, only the host is known before it, and a role at
// its steps.
func TestWhatIsExpectedOfAScript(t *testing.T) {
	for name, refused := range map[string]bool{"host": false, "role": false, "count": true} {
		p := newBench(t).plan("./playbook.sh")
		p.request.Expect = []guard.Expectation{{Name: name, Value: "x"}}
		p.request.Host.Name = "x"
		_, decision := p.Decider(p.set)(p.request, p.Recognise(p.request), guard.Facts{})
		if got := len(decision.Problems) > 0; got != refused {
			t.Errorf("--expect %s: %+v", name, decision.Problems)
		}
	}
}

// An interactive shell that no policy names needs no person; a script by its name does.
func TestAGuardedShellIsNotAskedAboutItself(t *testing.T) {
	b := newBench(t)
	b.config.Session = NewSession(SessionConfig{Kind: "bash", Logger: silent{}})
	b.config.Options.Supervise = "require"
	p := b.plan("bash")
	decision := p.mode.harmless(p.set, p.Recognise(p.request), guard.Decision{Effect: guard.Confirm})
	if !p.supervised() || decision.Effect != guard.Allow || decision.Summary != "a guarded bash" {
		t.Errorf("supervised %v, %+v", p.supervised(), decision)
	}
	for _, effect := range []guard.Effect{guard.Deny, guard.Warn} {
		if got := p.mode.harmless(p.set, nil, guard.Decision{Effect: effect}); got.Effect != effect {
			t.Errorf("%v becomes %v", effect, got.Effect)
		}
	}
	if got := (&scriptMode{}).harmless(p.set, nil, guard.Decision{Effect: guard.Confirm}); got.Effect != guard.Confirm {
		t.Errorf("a script: %v", got.Effect)
	}
}
