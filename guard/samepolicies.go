package guard

import (
	"context"
	"fmt"
	"slices"
)

// samePolicies says why the policies are others than when a person was asked.
func (g *Guard) samePolicies() error {
	if g.SamePolicies == nil {
		return nil
	}
	if err := g.SamePolicies(g.Policies); err != nil {
		return fmt.Errorf("changed since it was confirmed: %w", err)
	}
	return nil
}

// refuseChanged refuses for what is no part of the decision, and says so on the
// screen as in the log.
func (g *Guard) refuseChanged(ctx context.Context, report Report, why, next string) Report {
	report.Decision.Effect = Deny
	report.Decision.Problems = append(slices.Clone(report.Decision.Problems), Problem{What: why, Next: next})
	return g.refuse(ctx, report, Rejected, why)
}
