package playbook

import (
	"context"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/supervise"
)

func TestAStepThatIsAllowedIsRecordedWithItsEnd(t *testing.T) {
	s := newStand(t, Options{})
	s.kernel.await = func() bool { s.now = s.now.Add(3 * time.Second); return true }
	if !s.decided(t, s.step("rm -f /srv/junk")) {
		t.Fatalf("it was refused: %s", s.said.String())
	}
	if got := s.verdicts(); got != "accept rm -f /srv/junk" {
		t.Errorf("the log has %s", got)
	}
	intent := s.log.accepted[0]
	if intent.Request.Run != 7 || strings.Join(intent.Request.Place, " → ") != "playbook.sh → rm" {
		t.Errorf("it is a step of run %d at %q", intent.Request.Run, intent.Request.Place)
	}
	if ended := s.log.ended[1]; !ended.Started || !ended.Unseen || ended.Status != -1 || ended.Duration != 3*time.Second {
		t.Errorf("its end: %+v", ended)
	}
	if len(s.person.asked)+len(s.person.refused) > 0 || s.said.Len() > 0 {
		t.Errorf("somebody was asked or told: %s", s.said.String())
	}
}

func TestWhatNoPolicyGovernsHasNoEntry(t *testing.T) {
	for record, want := range map[string]string{"": "", "all": "accept touch /srv/x"} {
		s := newStand(t, Options{Record: record})
		if !s.decided(t, s.step("touch /srv/x")) || s.verdicts() != want {
			t.Errorf("--record=%s: %q, want %q", record, s.verdicts(), want)
		}
	}
}

// What --on-deny says of a refused step, and what a person says who is asked.
func TestHowTheRunGoesOnAtARefusedStep(t *testing.T) {
	for _, test := range []struct {
		name    string
		onDeny  string
		step    string
		chosen  []approve.Chosen
		asked   int
		runs    bool
		stopped os.Signal
		said    string
	}{
		{"--on-deny=stop asks nobody", "stop", "rm /srv/precious", nil, 0, false, syscall.SIGTERM, "guard: the playbook is stopped here (--on-deny=continue goes on)\n"},
		{"--on-deny=continue asks nobody and goes on", "continue", "rm /srv/precious", nil, 0, false, nil, ""},
		{"no answer stops", "ask", "rm /srv/precious", nil, 1, false, syscall.SIGTERM, "guard: the playbook is stopped here (--on-deny=continue goes on)\n"},
		{"skip goes on", "ask", "rm /srv/precious", []approve.Chosen{{Course: guard.SkipStep}}, 1, false, nil, ""},
		{"run overrides what is soft-mandatory", "ask", "rm /srv/soft", []approve.Chosen{{Course: guard.RunStep, Reason: "ticket 4711"}}, 1, true, nil, ""},
		{"Ctrl-C interrupts", "ask", "rm /srv/precious", []approve.Chosen{{Interrupted: true}}, 1, false, syscall.SIGINT, "guard: interrupted: the script is being ended; what still runs after 5s is killed\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, Options{OnDeny: test.onDeny})
			s.person.chosen = test.chosen
			if !s.decided(t, s.step("rm /srv/one")) {
				t.Fatal("the first step was refused")
			}
			if got := s.decided(t, s.step(test.step)); got != test.runs {
				t.Errorf("it runs: %v", got)
			}
			if len(s.person.refused) != test.asked || s.kernel.frozen != test.asked {
				t.Errorf("asked %d times, with the others stopped %d times", len(s.person.refused), s.kernel.frozen)
			}
			if stopped := s.kernel.stopped; test.stopped == nil && len(stopped) > 0 || test.stopped != nil && (len(stopped) != 1 || stopped[0] != test.stopped) {
				t.Errorf("stopped by %v", stopped)
			}
			if s.kernel.interrupted != (test.stopped == syscall.SIGINT) {
				t.Errorf("interrupted: %v", s.kernel.interrupted)
			}
			if s.said.String() != test.said {
				t.Errorf("said %q", s.said.String())
			}
		})
	}
}

func TestThePersonSeesWhatHadRunAndWhatCouldBeOverridden(t *testing.T) {
	s := newStand(t, Options{})
	s.decided(t, s.step("rm /srv/one"))
	s.decided(t, s.step("rm /srv/soft"))
	got := s.person.refused[0]
	if got.Run != "playbook.sh" || strings.Join(got.Done, "; ") != "rm /srv/one" || strings.Join(got.Overrides, "; ") != "keep.rule.soft" {
		t.Errorf("asked with %+v", got)
	}
	s = newStand(t, Options{})
	s.decided(t, s.step("rm /srv/precious"))
	if got := s.person.refused[0]; len(got.Overrides) > 0 || got.Why != "keep.rule.hard cannot be overridden" {
		t.Errorf("asked with %+v", got)
	}
}

// An override is recorded with its reason, and asked for is still what policies ask.
func TestAStepThatIsRunAgainstAChecksWordIsDecidedAgain(t *testing.T) {
	s := newStand(t, Options{})
	s.person.answer = guard.Answer{Yes: true, How: "typed"}
	s.person.chosen = []approve.Chosen{{Course: guard.RunStep, Reason: "ticket 4711"}}
	if !s.decided(t, s.step("rm /srv/soft /srv/asked")) {
		t.Fatal("it was refused")
	}
	if got := s.verdicts(); got != "accept rm /srv/soft /srv/asked; reject rm /srv/soft /srv/asked" {
		t.Errorf("the log has %s", got)
	}
	if intent := s.log.accepted[0]; intent.Request.Reason != "ticket 4711" || len(s.person.asked) != 1 {
		t.Errorf("reason %q, %d questions", intent.Request.Reason, len(s.person.asked))
	}
}

func TestAStepThatAPersonIsAskedAbout(t *testing.T) {
	for _, test := range []struct {
		name    string
		answer  guard.Answer
		runs    bool
		chooses int
		log     string
		stopped int
	}{
		{"yes", guard.Answer{Yes: true, How: "typed"}, true, 0, "accept rm /srv/asked", 0},
		{"no, and then how it goes on", guard.Answer{How: "declined"}, false, 1, "decline rm /srv/asked", 1},
		{"nobody is there: nor for the next question", guard.Answer{How: "no terminal"}, false, 0, "decline rm /srv/asked", 1},
		{"Ctrl-C ends the script", guard.Answer{How: "interrupted", Interrupted: true}, false, 0, "decline rm /srv/asked", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newStand(t, Options{})
			s.person.answer = test.answer
			if got := s.decided(t, s.step("rm /srv/asked")); got != test.runs {
				t.Errorf("it runs: %v", got)
			}
			if want := 1 + test.chooses; s.kernel.frozen != want {
				t.Errorf("the others were stopped %d times, want %d", s.kernel.frozen, want)
			}
			if len(s.person.asked) != 1 || len(s.person.refused) != test.chooses || len(s.kernel.stopped) != test.stopped || s.verdicts() != test.log {
				t.Errorf("asked %d, how to go on %d, stopped %v, log %s", len(s.person.asked), len(s.person.refused), s.kernel.stopped, s.verdicts())
			}
		})
	}
}

// Nobody waits any more: nothing runs, whatever the person says, and the run is not
// stopped for it.
func TestAStepWhoseProcessEndsWhileItIsAskedAbout(t *testing.T) {
	t.Run("at the question", func(t *testing.T) {
		s := newStand(t, Options{})
		ctx, gone := context.WithCancel(t.Context())
		s.person.answer, s.person.during = guard.Answer{Yes: true, How: "typed"}, gone
		if s.decide(ctx, s.step("rm /srv/asked")) || len(s.log.accepted) > 0 {
			t.Errorf("it runs, with %s", s.verdicts())
		}
	})
	t.Run("at the question how it goes on", func(t *testing.T) {
		s := newStand(t, Options{})
		ctx, gone := context.WithCancel(t.Context())
		s.person.chosen, s.person.during = []approve.Chosen{{Course: guard.RunStep, Reason: "x"}}, gone
		if s.decide(ctx, s.step("rm /srv/soft")) || len(s.kernel.stopped) > 0 || len(s.tally.not) != 0 {
			t.Errorf("it runs, or the run was stopped: %v", s.kernel.stopped)
		}
	})
	t.Run("when it is on record", func(t *testing.T) {
		s := newStand(t, Options{})
		ctx, gone := context.WithCancel(t.Context())
		s.pipeline.Show = func(report guard.Report) { gone() } // after the entry
		if s.decide(ctx, s.step("rm /srv/junk")) {
			t.Error("it runs")
		}
		if ended := s.log.ended[1]; ended.Started || ended.Error != "its process ended while it was asked" || ended.Status != guard.StatusNotExecutable {
			t.Errorf("its end: %+v", ended)
		}
	})
	t.Run("before its turn", func(t *testing.T) {
		s := newStand(t, Options{})
		ctx, gone := context.WithCancel(t.Context())
		s.one <- struct{}{} // another one is asked about
		gone()
		if s.decide(ctx, s.step("rm /srv/junk")) || s.verdicts() != "" {
			t.Errorf("it runs, with %s", s.verdicts())
		}
	})
}

// An override of the script is there for the steps that need it, and only for those.
func TestTheOverrideOfAScript(t *testing.T) {
	s := newStand(t, Options{OnDeny: "stop"})
	s.command.request.Overrides, s.command.request.Reason = []string{"keep.rule.soft", "ask.rule.other"}, "ticket 4711"
	if !s.decided(t, s.step("rm /srv/junk")) || !s.decided(t, s.step("rm /srv/soft")) {
		t.Errorf("refused: %s", s.verdicts())
	}
	if got := unneeded(s.command, &s.tally); len(got) != 1 || got[0] != "ask.rule.other" {
		t.Errorf("not needed: %q", got)
	}
	s.command.alone = true // then it is about the command, not about what it executes
	if s.decided(t, s.step("rm /srv/soft")) {
		t.Error("what a followed program executes ran with its override")
	}
}

// What guard cannot read, or what would lose its rights, is refused without a policy.
func TestAStepThatIsRefusedWithoutAPolicy(t *testing.T) {
	s := newStand(t, Options{OnDeny: "continue"})
	unread := s.step("touch /srv/x")
	unread.Unreadable = "its memory cannot be read"
	setID := s.step("sudo true")
	setID.SetID = true
	mounts := s.step("mount -l")
	mounts.SetID = true
	for _, test := range []struct {
		step supervise.Exec
		runs bool
		what string
	}{
		{unread, false, "its memory cannot be read"},
		{setID, false, "sudo cannot change the user below an unprivileged guard"},
		{mounts, true, ""},
	} {
		s.shown = nil
		if got := s.decided(t, test.step); got != test.runs {
			t.Errorf("%q: runs %v", test.step.Argv, got)
		}
		if test.runs {
			continue
		}
		if problems := s.shown[0].Decision.Problems; len(problems) != 1 || problems[0].What != test.what {
			t.Errorf("%q: %+v", test.step.Argv, problems)
		}
	}
}

// A program that hands its very words on is one operation with what it executes.
func TestAShimIsAskedAboutOnce(t *testing.T) {
	s := newStand(t, Options{})
	s.person.answer = guard.Answer{Yes: true, How: "typed"}
	shim := s.step("rm /srv/asked")
	shim.PID = os.Getpid()
	for range 2 {
		if !s.decide(t.Context(), shim) {
			t.Fatal("refused")
		}
	}
	if len(s.person.asked) != 1 || s.verdicts() != "accept rm /srv/asked" {
		t.Errorf("asked %d times: %s", len(s.person.asked), s.verdicts())
	}
	other := shim
	other.Argv = []string{"rm", "/srv/asked", "/srv/more"}
	other.Forms = [][]string{other.Argv}
	if !s.decide(t.Context(), other) || len(s.person.asked) != 2 {
		t.Errorf("other words: asked %d times", len(s.person.asked))
	}
}

// A transaction lets steps pass that are refused for what is not known: nothing may be left
// unmeasured because a step is refused anyway.
func TestAStepIsMeasuredToItsEnd(t *testing.T) {
	s := newStand(t, Options{})
	if step := s.pipelineOf(s.step("rm -rf x"), nil, nil, nil); !step.Patient {
		t.Error("the step is measured in a hurry")
	}
}
