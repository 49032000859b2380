package guard

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// world is a guard whose parts are fakes, and what they saw.
type world struct {
	*Guard
	recorded []Intent
	ran      int
	exits    []Outcome
	asked    []Question
	shown    []Report
}

func newWorld() *world {
	w := &world{}
	w.Guard = &Guard{
		Recognise: func(r Request) []Operation { return []Operation{{Program: r.Argv[0], Args: Lits(r.Argv[1:]...)}} },
		Decide: func(Request, []Operation, Facts) ([]Ask, Decision) {
			return nil, Decision{Effect: Allow}
		},
		Measure: measures(func([]Ask) Facts { return nil }),
		Resolve: func(Request) (Executable, error) { return Executable{Path: "/bin/rm", Inode: 1}, nil },
		Digest:  func(context.Context, Executable) (string, error) { return "00", nil },
		Execute: func(context.Context, Request, Executable) Outcome {
			w.ran++
			return Outcome{Started: true, Status: 3}
		},
		Show: func(r Report) { w.shown = append(w.shown, r) },
		Now:  time.Now,
	}
	w.Approver, w.Log = approves{w, Answer{Yes: true, How: "typed"}}, logs{w, nil}
	return w
}

type approves struct {
	w      *world
	answer Answer
}

func (a approves) Approve(_ context.Context, q Question) Answer {
	a.w.asked = append(a.w.asked, q)
	return a.answer
}

type logs struct {
	w   *world
	err error
}

func (l logs) Accept(_ context.Context, i Intent) (int64, error) {
	if l.err != nil {
		return 0, l.err
	}
	l.w.recorded = append(l.w.recorded, i)
	return int64(len(l.w.recorded)), nil
}

func (l logs) Refuse(_ context.Context, i Intent) (int64, error) {
	l.w.recorded = append(l.w.recorded, i)
	return int64(len(l.w.recorded)), nil
}

func (l logs) Exit(_ context.Context, _ int64, o Outcome) error {
	l.w.exits = append(l.w.exits, o)
	return nil
}

func rm() Request { return Request{Argv: []string{"rm", "-rf", "/srv/a"}} }

func confirming(text string) Decision {
	return Decision{Effect: Confirm, Confirmations: []Confirmation{{Text: text, Show: true}}}
}

// decides gives one decision after the other, and keeps to the last.
func decides(decisions ...Decision) func(Request, []Operation, Facts) ([]Ask, Decision) {
	i := -1
	return func(Request, []Operation, Facts) ([]Ask, Decision) {
		i = min(i+1, len(decisions)-1)
		return nil, decisions[i]
	}
}

func TestOnlyAnAcceptedAndRecordedCommandRuns(t *testing.T) {
	allow := Decision{Effect: Allow}
	for _, test := range []struct {
		name   string
		change func(*world)
		ran    int
		status int
		record Verdict
	}{
		{"an allowed command runs and gives its own status", func(*world) {}, 1, 3, Accepted},
		{"a warning runs", func(w *world) { w.Decide = decides(Decision{Effect: Warn}) }, 1, 3, Accepted},
		{"a denied command does not", func(w *world) { w.Decide = decides(Decision{Effect: Deny}) }, 0, 77, Rejected},
		{"an unfilled decision does not", func(w *world) { w.Decide = decides(Decision{}) }, 0, 77, Rejected},
		{"an effect out of range does not", func(w *world) { w.Decide = decides(Decision{Effect: 17}) }, 0, 77, Rejected},
		{"a confirmed command runs", func(w *world) { w.Decide = decides(confirming("x")) }, 1, 3, Accepted},
		{"an unanswered question does not", func(w *world) {
			w.Decide, w.Approver = decides(confirming("x")), approves{w, Answer{}}
		}, 0, 77, Declined},
		{"an intent that cannot be written does not", func(w *world) { w.Log = logs{w, errors.New("disk full")} }, 0, 125, ""},
		{"a claim that others took does not", func(w *world) { w.Log = logs{w, &ClaimRefused{}} }, 0, 77, Rejected},
		{"a panic in the decision denies", func(w *world) {
			w.Decide = func(Request, []Operation, Facts) ([]Ask, Decision) { panic("boom") }
		}, 0, 77, Rejected},
		{"policies that ask for ever are refused", func(w *world) {
			n := 0
			w.Decide = func(Request, []Operation, Facts) ([]Ask, Decision) {
				n++
				return []Ask{{Key: fmt.Sprint(n)}}, allow
			}
		}, 0, 77, Rejected},
		{"policies that ask what is answered are refused", func(w *world) {
			w.Decide = func(Request, []Operation, Facts) ([]Ask, Decision) { return []Ask{{Key: "a"}}, allow }
		}, 0, 77, Rejected},
		{"a bad policy file refuses", func(w *world) { w.Broken = errors.New("rm.hcl:3: unknown function") }, 0, 125, Rejected},
		{"a missing program does not run", func(w *world) {
			w.Resolve = func(Request) (Executable, error) { return Executable{}, &NotRunnable{Program: "x", Missing: true} }
		}, 0, 127, Rejected},
		{"a program that is not executable does not run", func(w *world) {
			w.Resolve = func(Request) (Executable, error) { return Executable{}, &NotRunnable{Program: "x"} }
		}, 0, 126, Rejected},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			test.change(w)
			report := w.Run(t.Context(), rm())
			if w.ran != test.ran {
				t.Errorf("ran %d times, want %d", w.ran, test.ran)
			}
			if status, _ := report.Ended(); status != test.status {
				t.Errorf("status %d, want %d (%v)", status, test.status, report.Err)
			}
			var verdict Verdict
			if len(w.recorded) > 0 {
				verdict = w.recorded[len(w.recorded)-1].Verdict
			}
			if verdict != test.record {
				t.Errorf("recorded %q, want %q", verdict, test.record)
			}
			if len(w.exits) != test.ran {
				t.Errorf("recorded %d outcomes, want %d", len(w.exits), test.ran)
			}
		})
	}
}

func TestTheWorldIsMeasuredAgainAfterTheAnswer(t *testing.T) {
	same := confirming("db2")
	changed := func(change func(*Decision)) Decision {
		d := confirming("db2")
		change(&d)
		return d
	}
	role := map[string]string{"role": "secondary"}
	counting := func(value, drift float64) Decision {
		return changed(func(d *Decision) { d.Counts = []Count{{Name: "entries", Value: value, Drift: drift}} })
	}
	for _, test := range []struct {
		name          string
		first, second Decision
		asked, ran    int
	}{
		{"nothing changed", same, same, 1, 1},
		{"it is denied now", same, Decision{}, 1, 0},
		{"another text is to be typed", same, confirming("db1"), 2, 1},
		{"another identity", changed(func(d *Decision) { d.Identities = role }),
			changed(func(d *Decision) { d.Identities = map[string]string{"role": "primary"} }), 2, 1},
		{"an identity is gone", changed(func(d *Decision) { d.Identities = role }), same, 2, 1},
		{"an identity is new", same, changed(func(d *Decision) { d.Identities = role }), 2, 1},
		{"another check does not pass, though it only warns", same,
			changed(func(d *Decision) { d.Checks = []Check{{Name: "rule.x", Status: Fails, Effect: Warn}} }), 2, 1},
		{"a count grew by a tenth", counting(50, 0), counting(55, 0), 1, 1},
		{"a count grew by more than a tenth", counting(50, 0), counting(56, 0), 2, 1},
		{"a small count grew by one", counting(3, 0), counting(4, 0), 1, 1},
		{"3 hosts became 5", counting(3, 0), counting(5, 0), 2, 1},
		{"3 hosts became 103", counting(3, 0), counting(103, 0), 2, 1},
		{"nothing became something", counting(0, 0), counting(1, 0), 2, 1},
		{"a count shrank", counting(50, 0), counting(3, 0), 1, 1},
		{"a count grew within the drift of its policy", counting(50, 100), counting(150, 100), 1, 1},
		{"a count grew beyond the drift of its policy", counting(50, 100), counting(151, 100), 2, 1},
		{"it would run without confirmation now", same, Decision{Effect: Allow}, 1, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			w.Decide = decides(test.first, test.second)
			w.Run(t.Context(), rm())
			if len(w.asked) != test.asked || w.ran != test.ran {
				t.Errorf("asked %d times and ran %d, want %d and %d", len(w.asked), w.ran, test.asked, test.ran)
			}
			if len(w.asked) > 1 && len(w.asked[1].Changes) == 0 {
				t.Error("the second question does not say what changed")
			}
		})
	}
}

func TestAWorldThatNeverHoldsStillIsRefused(t *testing.T) {
	w := newWorld()
	n := 0
	w.Decide = func(Request, []Operation, Facts) ([]Ask, Decision) {
		n++
		return nil, confirming(fmt.Sprint(n))
	}
	report := w.Run(t.Context(), rm())
	if w.ran != 0 || len(w.asked) != maxQuestions || report.Verdict != Rejected {
		t.Errorf("ran %d, asked %d, verdict %s", w.ran, len(w.asked), report.Verdict)
	}
}

func TestAProgramThatChangesWhileItIsConfirmedDoesNotRun(t *testing.T) {
	w := newWorld()
	inode := uint64(0)
	w.Decide = decides(confirming("x"))
	w.Resolve = func(Request) (Executable, error) { inode++; return Executable{Path: "/bin/rm", Inode: inode}, nil }
	if report := w.Run(t.Context(), rm()); w.ran != 0 || !strings.Contains(report.Why, "/bin/rm") {
		t.Errorf("ran %d times, why %q", w.ran, report.Why)
	}
}

func TestFreshFactsAreNotMeasuredAgain(t *testing.T) {
	w := newWorld()
	var measured []string
	w.Measure = measures(func(asks []Ask) Facts {
		facts := Facts{}
		for _, ask := range asks {
			measured = append(measured, ask.Key)
			facts[ask.Key] = Fact{Known: true, At: w.Now()}
		}
		return facts
	})
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		return unknown(facts, Ask{Key: "plan", FreshFor: time.Hour}, Ask{Key: "role"}), confirming("x")
	}
	w.Run(t.Context(), rm())
	if want := []string{"plan", "role", "role"}; !slices.Equal(measured, want) {
		t.Errorf("measured %v, want %v", measured, want)
	}
	if got := len(w.recorded[0].Facts); got != 2 {
		t.Errorf("recorded %d facts, want 2", got)
	}
}

// What was fresh when the question was put is measured again when the answer took longer.
func TestAFactIsFreshForItsTimeOnly(t *testing.T) {
	for answered, want := range map[time.Duration]int{time.Minute: 1, time.Hour: 1, time.Hour + time.Nanosecond: 2} {
		w, now, measured := newWorld(), time.Date(2017, 1, 31, 17, 20, 0, 0, time.UTC), 0
		w.Now = func() time.Time { return now }
		w.Measure = measures(func(asks []Ask) Facts {
			facts := Facts{}
			for _, ask := range asks {
				measured++
				facts[ask.Key] = Fact{Known: true, At: now}
			}
			return facts
		})
		w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
			return unknown(facts, Ask{Key: "plan", FreshFor: time.Hour}), confirming("x")
		}
		w.Approver = later{w, func() { now = now.Add(answered) }}
		if report := w.Run(t.Context(), rm()); measured != want || report.Verdict != Accepted {
			t.Errorf("answered after %s: measured %d times, want %d; %s", answered, measured, want, report.Verdict)
		}
	}
}

// The policies that decided are those that hold when the answer comes.
func TestPoliciesThatChangedWhileAPersonWasAskedStopIt(t *testing.T) {
	w := newWorld()
	w.Decide = decides(confirming("x"))
	w.Policies = PolicySet{Hash: "decided"}
	var compared []string
	w.SamePolicies = func(decided PolicySet) error {
		compared = append(compared, decided.Hash)
		return errors.New("the policy files are different now")
	}
	report := w.Run(t.Context(), rm())
	if w.ran != 0 || report.Verdict == Accepted || !strings.Contains(report.Why, "different now") || !slices.Equal(compared, []string{"decided"}) {
		t.Errorf("ran %d, %s, %q, compared %q", w.ran, report.Verdict, report.Why, compared)
	}
}

// later says yes when time has passed.
type later struct {
	w    *world
	pass func()
}

func (l later) Approve(ctx context.Context, q Question) Answer {
	l.pass()
	return approves{l.w, Answer{Yes: true, How: "typed"}}.Approve(ctx, q)
}

func unknown(facts Facts, asks ...Ask) []Ask { return unanswered(asks, facts) }

func TestAProbeWithoutAnAnswerIsAnUnknownFact(t *testing.T) {
	w := newWorld()
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		if fact, ok := facts["a"]; ok && !fact.Known {
			return nil, Decision{}
		}
		return []Ask{{Key: "a"}, {Key: "a"}}, Decision{Effect: Allow}
	}
	report := w.Run(t.Context(), rm())
	if w.ran != 0 || len(report.Facts) != 1 || report.Facts[0].Fact.Reason == "" {
		t.Errorf("ran %d, facts %+v", w.ran, report.Facts)
	}
}

func TestAnInterruptedQuestionEndsByTheSignal(t *testing.T) {
	w := newWorld()
	w.Decide, w.Approver = decides(confirming("x")), approves{w, Answer{Interrupted: true}}
	if _, signal := w.Run(t.Context(), rm()).Ended(); signal != syscall.SIGINT {
		t.Errorf("signal %v, want SIGINT", signal)
	}
}

func TestACommandThatDoesNotStartSaysSo(t *testing.T) {
	w := newWorld()
	w.Execute = func(context.Context, Request, Executable) Outcome { return Outcome{Error: "exec format error"} }
	if status, _ := w.Run(t.Context(), rm()).Ended(); status != StatusNotExecutable {
		t.Errorf("status %d, want 126", status)
	}
	if len(w.exits) != 1 || w.exits[0].Started {
		t.Errorf("recorded outcomes %+v, want one that did not start", w.exits)
	}
}

func TestACommandKilledByASignalKillsGuardByIt(t *testing.T) {
	w := newWorld()
	w.Execute = func(context.Context, Request, Executable) Outcome {
		return Outcome{Started: true, Status: -1, Signal: 9}
	}
	if _, signal := w.Run(t.Context(), rm()).Ended(); signal != syscall.SIGKILL {
		t.Errorf("signal %v, want SIGKILL", signal)
	}
}
