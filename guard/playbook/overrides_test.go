package playbook

import (
	"slices"
	"testing"

	"blastguard/guard"
)

// While facts are missing, a check that the run's overrides are about settles nothing: it
// may be overridden once all is known.
func TestAnOverrideOfTheRunLeavesTheStepOpen(t *testing.T) {
	decide := overriding(func(request guard.Request, _ []guard.Operation, _ guard.Facts) ([]guard.Ask, guard.Decision) {
		if len(request.Overrides) > 0 {
			t.Error("it is decided with overrides before all is known")
		}
		return []guard.Ask{{Key: "slow"}}, guard.Decision{Effect: guard.Deny, Settled: []string{"p.rule.soft", "p.rule.other"}}
	})
	_, decision := decide(guard.Request{Overrides: []string{"p.rule.soft"}, Reason: "test"}, nil, nil)
	if !slices.Equal(decision.Settled, []string{"p.rule.other"}) {
		t.Errorf("settled: %v", decision.Settled)
	}
}
