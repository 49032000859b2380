package guard

import (
	"context"
	"errors"
	"testing"
)

func TestNothingRunsInDoubt(t *testing.T) {
	counted := func(values ...float64) Decision {
		d := confirming("x")
		for _, value := range values {
			d.Counts = append(d.Counts, Count{Name: "delete: entries", Value: value})
		}
		return d
	}
	for _, test := range []struct {
		name   string
		change func(*world)
	}{
		{"an effect that guard does not know, after the answer", func(w *world) {
			w.Decide = decides(confirming("x"), Decision{Effect: 17})
		}},
		{"an effect under Deny, before and after", func(w *world) { w.Decide = decides(Decision{Effect: -1}) }},
		{"the smaller of two counts of the same name grows", func(w *world) {
			w.Decide = decides(counted(10, 100_000), counted(90_000, 100_000), counted(10, 100_000))
			w.Approver = approvesOnce{&w.asked}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := newWorld()
			test.change(w)
			if report := w.Run(t.Context(), rm()); w.ran != 0 || report.Verdict == Accepted {
				t.Errorf("ran %d times, verdict %s", w.ran, report.Verdict)
			}
		})
	}
}

// approvesOnce says yes to the first question and no to all others.
type approvesOnce struct{ asked *[]Question }

func (a approvesOnce) Approve(_ context.Context, q Question) Answer {
	*a.asked = append(*a.asked, q)
	return Answer{Yes: len(*a.asked) == 1}
}

func TestACommandThatWasStoppedBeforeItRanDoesNotRun(t *testing.T) {
	for _, test := range []struct {
		name     string
		decision Decision
	}{
		{"allowed at once", Decision{Effect: Allow}},
		{"confirmed", confirming("x")},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			w := newWorld()
			w.Decide = func(Request, []Operation, Facts) ([]Ask, Decision) {
				cancel()
				return nil, test.decision
			}
			report := w.Run(ctx, rm())
			if status, _ := report.Ended(); w.ran != 0 || status != StatusRefused || len(w.recorded) != 1 {
				t.Errorf("ran %d times, status %d, recorded %d", w.ran, status, len(w.recorded))
			}
		})
	}
}

func TestAnOutcomeThatCannotBeWrittenIsReported(t *testing.T) {
	w := newWorld()
	w.Log = forgets{logs{w, nil}}
	report := w.Run(t.Context(), rm())
	if status, _ := report.Ended(); w.ran != 1 || status != 3 || report.Err == nil {
		t.Errorf("ran %d times, status %d, error %v", w.ran, status, report.Err)
	}
}

// forgets cannot write outcomes.
type forgets struct{ logs }

func (forgets) Exit(context.Context, int64, Outcome) error { return errors.New("disk full") }
