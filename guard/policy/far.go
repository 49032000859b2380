package policy

import (
	"slices"

	"blastguard/guard"
)

// far decides what another host or a container would run. Nothing can be measured
// there: what is certain to be refused anywhere is refused, and a person is asked for
// all else that may last.
func (d *decider) far(op *guard.Operation) {
	if isHarmless(op) || onlyHelp(op) {
		return
	}
	seen := d.set.Foresee(*op)
	d.decision.Secrets = append(d.decision.Secrets, seen.Secrets...)
	for _, problem := range seen.Problems {
		d.problem(problem.What, problem.Next, problem.Pos)
	}
	for _, check := range seen.Checks {
		check.Effect = guard.Deny
		if check.Level == guard.SoftMandatory && slices.Contains(d.request.Overrides, check.ID()) {
			check.Effect, check.Overridden = guard.Warn, true
		}
		d.effect = guard.Strictest(d.effect, check.Effect)
		d.decision.Checks = append(d.decision.Checks, check)
	}
	for _, name := range seen.Policies {
		d.decision.Policies = appendNew(d.decision.Policies, name)
	}
	switch {
	case len(seen.Policies) > 0:
		d.confirmHost(op)
	default:
		d.unmatched(op)
	}
}
