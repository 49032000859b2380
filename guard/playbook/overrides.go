package playbook

import (
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// decision is what Guard.Decide is.
type decision func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision)

// overriding applies the overrides that were given for a run to each part of it
// that they are about. A part that they do not concern is decided without them:
// an override that does nothing is refused, and would be everywhere else.
func overriding(decide decision) decision {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		without := request
		without.Overrides = nil
		asks, decided := decide(without, ops, facts)
		needed := decided.Overridable()
		if len(asks) > 0 || len(needed) == 0 || !containsAll(request.Overrides, needed) {
			policy.SayHard(decided.Checks, request.Overrides)
			// Once all is known, these may be overridden.
			decided.Settled = slices.DeleteFunc(decided.Settled, func(id string) bool { return slices.Contains(request.Overrides, id) })
			return asks, decided
		}
		request.Overrides = needed
		return decide(request, ops, facts)
	}
}

// overriddenIn are the checks that were overridden.
func overriddenIn(decision guard.Decision) []string {
	var ids []string
	for _, check := range decision.Checks {
		if check.Overridden {
			ids = append(ids, check.ID())
		}
	}
	return ids
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}
