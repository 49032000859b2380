package guard

import (
	"context"
	"fmt"
	"slices"
)

// samePolicies returns an error when the policies differ from those that decided before
// a person was asked.
func (g *Guard) samePolicies() error {
	if g.SamePolicies == nil {
		return nil
	}
	if err := g.SamePolicies(g.Policies); err != nil {
		return fmt.Errorf("changed since it was confirmed: %w", err)
	}
	return nil
}

// refuseChanged refuses for a reason outside the decision. The reason is shown and
// recorded like those of checks.
func (g *Guard) refuseChanged(ctx context.Context, report Report, why, next string) Report {
	report.Decision.Effect = Deny
	report.Decision.Problems = append(slices.Clone(report.Decision.Problems), Problem{What: why, Next: next})
	return g.refuse(ctx, report, Rejected, why)
}
