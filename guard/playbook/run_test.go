package playbook

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
	"blastguard/guard/process"
	"blastguard/guard/supervise"
)

// launcher does what a test says while the command "runs".
type launcher struct {
	during func() guard.Outcome
	stage  guard.Request
}

func (m *launcher) Run(_ context.Context, stage guard.Request, _ guard.Executable) guard.Outcome {
	m.stage = stage
	return m.during()
}

func (m *launcher) RunOn(ctx context.Context, stage guard.Request, self guard.Executable, _ *os.File, _ func()) guard.Outcome {
	return m.Run(ctx, stage, self)
}

// runs executes a command whose steps are decided one after the other.
func (s *stand) runs(t *testing.T, steps ...supervise.Exec) guard.Outcome {
	t.Helper()
	script := filepath.Join(s.dir, "playbook.sh")
	if err := os.WriteFile(script, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	by := &launcher{}
	by.during = func() guard.Outcome {
		if err := s.kernel.config.Ready(); err != nil {
			s.kernel.summary.Problem = err.Error()
			return guard.Outcome{Started: true}
		}
		for _, e := range steps {
			s.kernel.config.Decide(t.Context(), e)
		}
		return guard.Outcome{Started: true}
	}
	s.hold = by
	executable, err := process.Find(guard.Request{Argv: []string{script}, Dir: s.dir})
	if err != nil {
		t.Fatal(err)
	}
	outcome := s.execute(t.Context(), executable)
	if by.stage.Argv != nil && strings.Join(by.stage.Argv, " ") != "stage ./playbook.sh "+s.command.credentials+" ./playbook.sh" {
		t.Errorf("the launcher was started with %q", by.stage.Argv)
	}
	return outcome
}

func TestWhatIsSaidAtTheEndOfARun(t *testing.T) {
	for _, test := range []struct {
		name    string
		options Options
		request func(*guard.Request)
		summary supervise.Summary
		steps   string
		said    string
	}{
		{"all was allowed: nothing", Options{OnDeny: "stop"}, nil, supervise.Summary{Ungoverned: 3}, "rm /srv/a", ""},
		{"a step was refused", Options{OnDeny: "continue"}, nil, supervise.Summary{Ungoverned: 1}, "rm /srv/a; rm /srv/precious; rm /srv/b",
			"guard: what had run: 2 governed steps, and 1 program that no policy governs\n" +
				"guard:   done     rm /srv/a\nguard:   done     rm /srv/b\nguard:   not run  rm /srv/precious\n"},
		{"something lives on", Options{}, nil, supervise.Summary{Background: []string{"sleep[4711]"}}, "rm /srv/a",
			"guard: still running, and from now on not supervised: sleep[4711]\n"},
		{"an override that no step needed", Options{}, func(r *guard.Request) { r.Overrides = []string{"keep.rule.soft"} }, supervise.Summary{}, "rm /srv/a",
			"guard: no step needed --override keep.rule.soft\n"},
		{"nor of one that was stopped", Options{}, func(r *guard.Request) { r.Overrides = []string{"keep.rule.soft"} }, supervise.Summary{Stopped: true}, "rm /srv/a",
			"guard: what had run: 1 governed step, and 0 programs that no policy governs\nguard:   done     rm /srv/a\n"},
		{"a role that no step had", Options{}, func(r *guard.Request) { r.Expect = []guard.Expectation{{Name: "role", Value: "secondary"}} }, supervise.Summary{}, "rm /srv/a",
			"guard: --expect role=secondary: no step hit a database\n"},
		{"stopped below another guard", Options{}, nil, supervise.Summary{Nested: true, Stopped: true}, "",
			"guard: what ran and what did not is in the log of the guarded shell: guard history show \"$GUARD_SHELL\"\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, test.options)
			if test.request != nil {
				test.request(&s.command.request)
			}
			s.kernel.summary = test.summary
			var steps []supervise.Exec
			for _, words := range strings.Split(test.steps, "; ") {
				if words != "" {
					steps = append(steps, s.step(words))
				}
			}
			if outcome := s.runs(t, steps...); outcome.Error != "" || s.said.String() != test.said {
				t.Errorf("%s\nsaid\n%s", outcome.Error, s.said.String())
			}
		})
	}
}

func TestTheOutcomeOfARun(t *testing.T) {
	s := newStand(t, Options{OnDeny: "continue"})
	s.kernel.summary.Ungoverned = 3
	got := s.runs(t, s.step("rm /srv/a"), s.step("rm /srv/precious"), s.empties("/srv/log")).Supervised
	if got == nil || got.Allowed != 1 || got.Refused != 1 || got.Unasked != 1 || got.Ungoverned != 3 {
		t.Errorf("%+v", got)
	}
	for _, test := range []struct {
		name    string
		summary supervise.Summary
		status  int
		error   string
	}{
		{"it could not be supervised", supervise.Summary{Problem: "seccomp is forbidden", Forbidden: true}, guard.StatusFailed, "supervise: seccomp is forbidden"},
		{"the command is not there", supervise.Summary{Errno: int(syscall.ENOENT)}, guard.StatusNotFound, `start "./playbook.sh": no such file or directory`},
		{"the command cannot be executed", supervise.Summary{Errno: int(syscall.EACCES)}, guard.StatusNotExecutable, `start "./playbook.sh": permission denied`},
	} {
		s := newStand(t, Options{})
		s.kernel.summary = test.summary
		if got := s.runs(t); got.Status != test.status || got.Error != test.error || (s.forbidden != nil) != test.summary.Forbidden {
			t.Errorf("%s: %d, %q, forbidden %v", test.name, got.Status, got.Error, s.forbidden)
		}
	}
}

// Below another guard the steps are that one's, and what was given to this one for
// them does not count.
func TestWhatAScriptBelowAnotherGuardIsTold(t *testing.T) {
	for _, test := range []struct {
		name      string
		onDeny    string
		overrides []string
		playbook  bool
		said      string
	}{
		{"a single command", "ask", nil, false, ""},
		{"a script", "ask", nil, true, "guard: an outer guard already supervises this, and decides the steps\n"},
		{"with an override", "ask", []string{"keep.rule.soft"}, false, "guard: an outer guard already supervises this, and decides the steps\n" +
			"guard: the outer guard does not know this --override; put it before the command in the script: guard --override …\n"},
		{"with --on-deny=continue", "continue", nil, false, "guard: an outer guard already supervises this, and decides the steps\n" +
			"guard: the outer guard does not know --on-deny=continue; it decides whether this goes on after a refused step\n"},
	} {
		s := newStand(t, Options{OnDeny: test.onDeny})
		s.kernel.nested, s.command.request.Overrides, s.command.isPlaybook = true, test.overrides, test.playbook
		if err := s.mode.ready(s.kernel.nested, s.command); err != nil || s.said.String() != test.said {
			t.Errorf("%s: %v, said %q", test.name, err, s.said.String())
		}
		s.kernel.nested = false
		s.said.Reset()
		if err := s.mode.ready(s.kernel.nested, s.command); err != nil || s.said.Len() > 0 {
			t.Errorf("%s, alone: %v, said %q", test.name, err, s.said.String())
		}
	}
}
