package dryrun

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/shell"
)

// decided is a report of a command that starts the script in dir.
func decided(dir string, argv ...string) guard.Report {
	request := guard.Request{Argv: argv, Dir: dir}
	report := guard.Report{Request: request, Operations: shell.Operations(argv, shell.Context{Dir: dir})}
	report.Executable.Path = filepath.Join(dir, argv[0])
	return report
}

func supervised(report guard.Report) guard.Report {
	report.Operations = slices.Clone(report.Operations)
	for i := range report.Operations {
		report.Operations[i].Supervised = true
	}
	return report
}

func TestACommandListsTheScriptThatItStarts(t *testing.T) {
	dir := write(t, map[string]string{"wipe.sh": "#!/bin/bash\nrm -r \"$1\"\n", "plain": "rm -r old\n", "x.py": "#!/usr/bin/python3\n"})
	for _, test := range []struct {
		name string
		argv []string
		want []string // nil: nothing is listed
	}{
		{"executed itself, with its words", []string{"./wipe.sh", "precious"}, []string{"./wipe.sh:2 refused"}},
		{"by a shell", []string{"bash", "wipe.sh", "old"}, []string{"wipe.sh:2 depends"}},
		{"behind a wrapper", []string{"env", "A=b", "sh", "plain"}, []string{"plain:1 depends"}},
		{"without a #! line", []string{"./plain"}, nil},
		{"no script at all", []string{"rm", "-r", "precious"}, nil},
		{"a language that is not read", []string{"./x.py"}, []string{"./x.py:1 opaque"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			run, err := Command(config(t, dir), decided(dir, test.argv...))
			switch {
			case err != nil:
				t.Fatal(err)
			case run == nil && test.want != nil, run != nil && !slices.Equal(lines(*run), test.want):
				t.Errorf("%+v, want %q", run, test.want)
			}
		})
	}
}

func TestPoliciesAreOnlyLoadedForScripts(t *testing.T) {
	dir := write(t, map[string]string{"x.sh": "#!/bin/sh\n"})
	c := Config{Policies: func() (*policy.Set, error) { return nil, os.ErrPermission }}
	if run, err := Command(c, decided(dir, "rm", "old")); run != nil || err != nil {
		t.Errorf("no script: %+v %v", run, err)
	}
	if run, err := Command(c, decided(dir, "./x.sh")); run != nil || err != os.ErrPermission {
		t.Errorf("a script: %+v %v", run, err)
	}
	failed := decided(dir, "./x.sh")
	failed.Err = errors.New("no log")
	if run, err := Command(c, failed); run != nil || err != nil {
		t.Errorf("a command that could not be decided: %+v %v", run, err)
	}
}

// An override counts where there are steps, and lifts all that refuses a line or nothing.
func TestOverridesLiftLinesOfASupervisedCommand(t *testing.T) {
	dir := write(t, map[string]string{"x.sh": "#!/bin/sh\nrm precious\nrm precious /etc\n"})
	for _, test := range []struct {
		name       string
		supervised bool
		overrides  []string
		want       []string
	}{
		{"none", true, nil, []string{"./x.sh:2 refused", "./x.sh:3 refused"}},
		{"of the soft check", true, []string{"precious.rule.keep"}, []string{"./x.sh:2 depends", "./x.sh:3 refused"}},
		{"of a script that has no steps", false, []string{"precious.rule.keep"}, []string{"./x.sh:2 refused", "./x.sh:3 refused"}},
		{"of what has none", true, []string{"precious.rule.keep", "system.rule.keep"}, []string{"./x.sh:2 depends", "./x.sh:3 refused"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := decided(dir, "./x.sh")
			report.Request.Overrides = test.overrides
			if test.supervised {
				report = supervised(report)
			}
			run, err := Command(config(t, dir), report)
			if err != nil || run == nil || !slices.Equal(lines(*run), test.want) {
				t.Fatalf("%+v %v, want %q", run, err, test.want)
			}
			for _, check := range run.Findings[0].Checks {
				if check.Overridden != (run.Findings[0].Verdict == guard.WillDepend) {
					t.Errorf("%+v", check)
				}
			}
			if len(test.overrides) == 2 && !strings.Contains(run.Findings[1].Checks[1].Message, "cannot be overridden") {
				t.Errorf("it is not said that the check has no override: %+v", run.Findings[1].Checks)
			}
		})
	}
}

// sh -c 'rm old; ./x.sh' is decided for rm old, and x.sh may do that.
func TestWhatTheCommandWasDecidedForIsNotListedAgain(t *testing.T) {
	dir := write(t, map[string]string{"x.sh": "#!/bin/sh\nrm old\nrm new\n"})
	report := decided(dir, "sh", "-c", "rm old; ./x.sh")
	c := config(t, dir)
	c.Same = func(decided, op guard.Operation) bool {
		return decided.Program == op.Program && len(decided.Args) > 0 && len(op.Args) > 0 && decided.Args[0].Text == op.Args[0].Text
	}
	run, err := Command(c, report)
	if want := []string{"./x.sh:3 depends"}; err != nil || run == nil || !slices.Equal(lines(*run), want) {
		t.Errorf("%+v %v, want %q", run, err, want)
	}
	c.Same = nil
	if run, err := Command(c, report); err != nil || run == nil || len(run.Findings) != 2 {
		t.Errorf("without Same: %+v %v", run, err)
	}
}

func TestAScriptThatWasMeantIsFound(t *testing.T) {
	dir := write(t, map[string]string{"x.sh": "#!/bin/sh\n", "plain": "rm old\n", "notes.md": "# Notes\n", "data": "1\n", "y.zsh": "rm old\n"})
	if err := os.Chmod(filepath.Join(dir, "y.zsh"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := func(name string) error { return &guard.NotRunnable{Program: name, Missing: true} }
	denied := func(name string) error { return &guard.NotRunnable{Program: name, Err: os.ErrPermission} }
	for _, test := range []struct {
		name string
		argv []string
		err  error
		says string // "": no script was meant
	}{
		{"no program of that name", []string{"x.sh"}, missing("x.sh"), "x.sh is not a program on PATH, but a script in this directory: it is listed as with --script; to run it: guard ./x.sh"},
		{"one that may not be executed", []string{"./y.zsh"}, denied("./y.zsh"), "./y.zsh is not a program that can be executed: it is listed as with --script; to run it: guard zsh ./y.zsh"},
		{"a page is not run", []string{"./notes.md"}, denied("./notes.md"), "./notes.md is not a program that can be executed: it is listed as with --script"},
		{"a text without a #! line", []string{"./plain"}, &guard.NotRunnable{Program: "./plain", Err: process.ErrNoHashbang}, "./plain is not a program that can be executed: it is listed as with --script; to run it: guard sh ./plain"},
		{"a file that looks like no script", []string{"data"}, missing("data"), ""},
		{"a path at which nothing is", []string{"./none.sh"}, missing("./none.sh"), ""},
		{"with words behind it", []string{"x.sh", "a"}, missing("x.sh"), ""},
		{"a command that could be decided", []string{"x.sh"}, nil, ""},
		{"another failure", []string{"x.sh"}, errors.New("no log"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := guard.Report{Request: guard.Request{Argv: test.argv, Dir: dir}, Err: test.err}
			name, says := Instead(report)
			if says != test.says || (name == "") != (test.says == "") {
				t.Errorf("%q %q, want %q", name, says, test.says)
			}
			report.Request.Overrides = []string{"p.rule.x"}
			if name, _ := Instead(report); name != "" {
				t.Error("an override has no meaning for a file that is only looked at")
			}
		})
	}
}
