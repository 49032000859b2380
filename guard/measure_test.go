package guard

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// measures answers questions as a function does, all at once.
func measures(answer func(asks []Ask) Facts) func(context.Context) Measurement {
	return func(context.Context) Measurement { return &fake{answer: answer, answers: make(chan Answered, 100)} }
}

type fake struct {
	answer  func([]Ask) Facts
	answers chan Answered
	hurried bool
}

func (f *fake) Ask(asks []Ask) {
	facts := f.answer(asks)
	for _, ask := range asks {
		fact, ok := facts[ask.Key]
		if !ok {
			fact = Fact{Reason: "the probe gave no answer"}
		}
		f.answers <- Answered{ask.Key, fact}
	}
}

func (f *fake) Answers() <-chan Answered { return f.answers }

func (f *fake) Hurry() { f.hurried = true }

// slowly is a Measurement in which "slow" is answered when something else happens.
type slowly struct {
	fake
	release func(s *slowly, asks []Ask)
	asked   []string
}

func (s *slowly) Ask(asks []Ask) {
	for _, ask := range asks {
		s.asked = append(s.asked, ask.Key)
		if ask.Key != "slow" {
			s.answers <- Answered{ask.Key, Fact{Known: true}}
		}
	}
	s.release(s, asks)
}

func (s *slowly) Hurry() {
	if !s.hurried {
		s.answers <- Answered{"slow", Fact{Skipped: true, Reason: "skipped"}}
	}
	s.hurried = true
}

func slowWorld(release func(*slowly, []Ask)) (*world, *slowly) {
	w, s := newWorld(), &slowly{fake: fake{answers: make(chan Answered, 100)}, release: release}
	w.Measure = func(context.Context) Measurement { return s }
	return w, s
}

// What quick facts lead to is asked beside the slow one, and not after it.
func TestASlowFactDoesNotHoldUpTheOthers(t *testing.T) {
	w, s := slowWorld(func(s *slowly, asks []Ask) {
		if asks[0].Key == "then" {
			s.answers <- Answered{"slow", Fact{Known: true}}
		}
	})
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		asks := []Ask{{Key: "slow"}, {Key: "quick"}}
		if _, quick := facts["quick"]; quick {
			asks = append(asks, Ask{Key: "then"})
		}
		return unknown(facts, asks...), Decision{Effect: Allow}
	}
	report := w.Check(t.Context(), rm())
	if want := []string{"slow", "quick", "then"}; report.Decision.Effect != Allow || !slices.Equal(s.asked, want) || s.hurried {
		t.Errorf("asked %v, want %v; %+v", s.asked, want, report.Decision)
	}
	var order []string
	for _, finding := range report.Facts {
		order = append(order, finding.Ask.Key)
	}
	if want := []string{"slow", "quick", "then"}; !slices.Equal(order, want) {
		t.Errorf("reported %v, want them as they were asked: %v", order, want)
	}
}

// A command that some fact refuses does not wait for what would take long.
func TestARefusalIsInAHurry(t *testing.T) {
	w, s := slowWorld(func(*slowly, []Ask) {})
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		decision := Decision{Effect: Deny}
		if facts["quick"].Known {
			decision.Checks = []Check{{Policy: "p", Name: "rule.r", Status: Fails, Effect: Deny}}
			decision.Settled = []string{"p.rule.r"}
		}
		return unknown(facts, Ask{Key: "slow"}, Ask{Key: "quick"}), decision
	}
	report := w.Check(t.Context(), rm())
	if !s.hurried || report.Decision.Effect != Deny || len(report.Decision.Checks) != 1 {
		t.Errorf("hurried %v, %+v", s.hurried, report.Decision)
	}
	if len(report.Facts) != 2 || !report.Facts[0].Fact.Skipped {
		t.Errorf("the skipped fact is not on record: %+v", report.Facts)
	}
}

// A check that fails settles nothing by itself: it may be overridden once all is known.
func TestOnlyWhatIsSettledIsInAHurry(t *testing.T) {
	w, s := slowWorld(func(s *slowly, asks []Ask) {
		if asks[0].Key == "then" {
			s.answers <- Answered{"slow", Fact{Known: true}}
		}
	})
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		asks := []Ask{{Key: "slow"}, {Key: "quick"}}
		if facts["quick"].Known {
			asks = append(asks, Ask{Key: "then"})
		}
		return unknown(facts, asks...), Decision{Effect: Deny, Checks: []Check{{Status: Fails, Effect: Deny}}}
	}
	if w.Check(t.Context(), rm()); s.hurried {
		t.Error("the measurement was hurried")
	}
}

func TestWhoIsPatientIsNotInAHurry(t *testing.T) {
	w, s := slowWorld(func(s *slowly, asks []Ask) {
		if asks[0].Key == "then" {
			s.answers <- Answered{"slow", Fact{Known: true}}
		}
	})
	w.Patient = true
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		asks := []Ask{{Key: "slow"}, {Key: "quick"}}
		if facts["quick"].Known {
			asks = append(asks, Ask{Key: "then"})
		}
		return unknown(facts, asks...), Decision{Effect: Deny, Settled: []string{"p.rule.r"}}
	}
	if w.Check(t.Context(), rm()); s.hurried {
		t.Error("the measurement was hurried")
	}
}

// What looked like a refusal is none when all is known: then what was skipped is measured.
func TestWhatWasSkippedInVainIsMeasured(t *testing.T) {
	for name, last := range map[string]Decision{
		"it is allowed":                      {Effect: Allow},
		"it is asked":                        {Effect: Confirm, Confirmations: []Confirmation{{Text: "x", Show: true}}},
		"it is refused, and nothing settles": {Effect: Deny, Problems: []Problem{{What: "not everything was measured"}}},
	} {
		w, begun := newWorld(), []*slowly{}
		w.Measure = func(context.Context) Measurement {
			s := &slowly{fake: fake{answers: make(chan Answered, 100)}, release: func(s *slowly, asks []Ask) {
				if len(begun) > 1 {
					s.answers <- Answered{"slow", Fact{Known: true, Value: "measured"}}
				}
			}}
			begun = append(begun, s)
			return s
		}
		w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
			asks := unknown(facts, Ask{Key: "slow"}, Ask{Key: "quick"})
			switch {
			case len(asks) > 0 && facts["quick"].Known:
				return asks, Decision{Effect: Deny, Settled: []string{"p.rule.r"}}
			case len(asks) > 0:
				return asks, Decision{Effect: Deny}
			case facts["slow"].Known:
				return nil, Decision{Effect: Warn}
			default:
				return nil, last
			}
		}
		report := w.Check(t.Context(), rm())
		if report.Decision.Effect != Warn || len(begun) != 2 || !begun[0].hurried || begun[1].hurried {
			t.Errorf("%s: %s after %d measurements", name, report.Decision.Effect, len(begun))
		}
		if len(report.Facts) != 2 || report.Facts[0].Fact.Skipped || report.Facts[1].Fact.Skipped {
			t.Errorf("%s: facts %+v", name, report.Facts)
		}
	}
}

func TestAMeasurementThatNeverAnswersEndsWithItsContext(t *testing.T) {
	w, _ := slowWorld(func(*slowly, []Ask) {})
	w.Decide = func(_ Request, _ []Operation, facts Facts) ([]Ask, Decision) {
		return unknown(facts, Ask{Key: "slow"}), Decision{Effect: Allow}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if report := w.Check(ctx, rm()); len(report.Facts) != 1 || report.Facts[0].Fact.Known || !strings.Contains(report.Facts[0].Fact.Reason, "stopped") {
		t.Errorf("got %+v", report.Facts)
	}
}

// Each part of what a program is was confirmed with it; its hash is recorded, and may be
// missing.
func TestEveryPartOfAnExecutableIsCompared(t *testing.T) {
	first := Executable{Path: "/bin/rm", Device: 1, Inode: 2, Size: 3, Ctime: 4, SHA256: "aa"}
	for name, change := range map[string]func(*Executable){
		"path": func(e *Executable) { e.Path = "/bin/rn" }, "device": func(e *Executable) { e.Device++ }, "inode": func(e *Executable) { e.Inode++ },
		"size": func(e *Executable) { e.Size++ }, "ctime": func(e *Executable) { e.Ctime++ },
	} {
		again := first
		if change(&again); sameExecutable(first, again, nil) == nil {
			t.Errorf("another %s is not noticed", name)
		}
	}
	again := first
	again.SHA256, again.Problem = "", "not read"
	if err := sameExecutable(first, again, nil); err != nil {
		t.Errorf("the same program: %v", err)
	}
}
