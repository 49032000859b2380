package review

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/history"
)

func stepsOf(steps ...history.Entry) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		for _, step := range steps {
			if !yield(step, nil) {
				return
			}
		}
	}
}

func aStep(place ...string) history.Entry {
	var step history.Entry
	step.ID, step.Verdict, step.Command = 7, guard.Rejected, "rm -r old"
	step.Intent.Request.Place = place
	return step
}

// Which entries have steps: a supervised run, one that was killed, and any that has
// some, a session that still runs among them.
func TestWhichEntriesHaveSteps(t *testing.T) {
	var supervised, killed, ended history.Entry
	supervised.Outcome = &guard.Outcome{Supervised: &guard.Supervision{Ungoverned: 3}}
	killed.Ending, killed.Intent.Operations = history.UnknownEnd, []guard.Operation{{Supervised: true}}
	ended.Ending = history.Ended
	for _, test := range []struct {
		name       string
		run        history.Entry
		steps      []history.Entry
		want, json string // what the page has, and whether there are steps for JSON
	}{
		{"none", history.Entry{}, nil, "", "no"},
		{"supervised", supervised, nil, "steps\n  not governed 3 programs", "yes"},
		{"killed", killed, nil, "guard itself ended", "yes"},
		{"ended by itself", ended, nil, "", "no"},
		{"running", ended, []history.Entry{aStep("playbook.sh", "xargs", "rm")}, "steps\n  playbook.sh\n    xargs\n      reject  rm -r old  entry 7", "yes"},
	} {
		var b strings.Builder
		if err := Steps(&b, test.run, stepsOf(test.steps...), Style{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), test.want) || test.want == "" && b.Len() > 0 {
			t.Errorf("%s: got\n%s", test.name, b.String())
		}
		shown, err := EntryJSON(test.run, stepsOf(test.steps...))
		if err != nil || (shown.Steps != nil) != (test.json == "yes") || len(shown.Steps) != len(test.steps) {
			t.Errorf("%s: for JSON %v, %v", test.name, shown.Steps, err)
		}
	}
}

// A log that cannot be read further is no shorter log.
func TestAnErrorAmongTheStepsIsReturned(t *testing.T) {
	broken := errors.New("damaged")
	steps := func(yield func(history.Entry, error) bool) {
		_ = yield(aStep("playbook.sh", "rm"), nil) && yield(history.Entry{}, broken)
	}
	if err := Steps(&strings.Builder{}, history.Entry{}, steps, Style{}); !errors.Is(err, broken) {
		t.Errorf("page: %v", err)
	}
	if _, err := EntryJSON(history.Entry{}, steps); !errors.Is(err, broken) {
		t.Errorf("JSON: %v", err)
	}
	if err := Steps(full{}, history.Entry{}, steps, Style{}); err == nil || errors.Is(err, broken) {
		t.Errorf("a page that cannot be written: %v", err)
	}
}
