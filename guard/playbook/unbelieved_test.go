package playbook

import (
	"context"
	"errors"
	"os"
	"testing"

	"blastguard/guard"
)

// A script may write a file without an entry in the log, but not when it counts against a
// limit, or when something is to be said about it.
func TestAnActWithAClaimIsRecorded(t *testing.T) {
	allowed := guard.Decision{Effect: guard.Allow}
	claimed := guard.Decision{Effect: guard.Allow, Claims: []guard.Claim{{Kind: guard.BudgetClaim, Units: 1, Room: 1}}}
	for _, test := range []struct {
		name   string
		record string
		report guard.Report
		quiet  bool
	}{
		{"allowed", "", guard.Report{Decision: allowed}, true},
		{"with a claim", "", guard.Report{Decision: claimed}, false},
		{"warned of", "", guard.Report{Decision: guard.Decision{Effect: guard.Warn}}, false},
		{"confirmed", "", guard.Report{Decision: guard.Decision{Effect: guard.Confirm}}, false},
		{"denied", "", guard.Report{Decision: guard.Decision{Effect: guard.Deny}}, false},
		{"failed", "", guard.Report{Decision: allowed, Err: errors.New("x")}, false},
		{"where all is recorded", "all", guard.Report{Decision: allowed}, false},
	} {
		s := &supervisedRun{options: Options{Record: test.record}}
		if got := s.quiet(test.report); got != test.quiet || (s.tally.unasked == 1) != test.quiet {
			t.Errorf("%s: quiet %v, counted %d", test.name, got, s.tally.unasked)
		}
	}
}

// What the numbers of processes mean is only known where they are counted as here.
func TestNumbersOfAnotherNamespaceAreNotBelieved(t *testing.T) {
	measured := func(context.Context, []guard.Ask, func(string)) guard.Facts {
		return guard.Facts{"process 7": {Known: true, Value: "init"}, "tree /srv": {Known: true, Value: 1}}
	}
	asks := []guard.Ask{{Kind: "process", Key: "process 7"}, {Kind: "tree", Key: "tree /srv"}}
	const nobody = 1 << 30 // no process has that number: where it counts cannot be told
	for pid, believed := range map[int]bool{os.Getpid(): true, nobody: false} {
		facts := numbersOf(pid, measured)(t.Context(), asks, func(string) {})
		if fact := facts["process 7"]; fact.Known != believed || !believed && fact.Reason == "" {
			t.Errorf("process %d: %+v", pid, fact)
		}
		if !facts["tree /srv"].Known {
			t.Errorf("process %d: what has nothing to do with numbers is not known", pid)
		}
	}
}
