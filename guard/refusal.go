package guard

import (
	"cmp"
	"fmt"
	"strconv"
)

// refusal is a decision that denies for a reason that belongs to no check.
func refusal(what, next string) Decision {
	return Decision{Effect: Deny, Problems: []Problem{{What: what, Next: next}}}
}

// denial is one line that says why a decision denies.
func denial(decision Decision) string {
	for _, problem := range decision.Problems {
		return problem.What
	}
	for _, check := range decision.Checks {
		if check.Effect == Deny {
			return check.ID() + ": " + check.Status.String() + ": " + cmp.Or(check.Value, check.Message)
		}
	}
	return "denied"
}

// claimDenied puts the refusal of a claim into the decision, at the check that
// the claim answers for.
func claimDenied(decision Decision, refused *ClaimRefused) Decision {
	decision.Effect = Deny
	checks := append([]Check(nil), decision.Checks...)
	for i := range checks {
		if checks[i].ID() == refused.Claim.Check {
			checks[i].Status, checks[i].Effect, checks[i].Message = Fails, Deny, refused.Error()
			decision.Checks = checks
			return decision
		}
	}
	decision.Problems = append(decision.Problems, Problem{What: refused.Error(), Next: "wait for the others to finish, or take fewer"})
	return decision
}

// sameExecutable compares the executable before and after the confirmation.
func sameExecutable(first, again Executable, err error) error {
	first.SHA256, again.SHA256, first.Problem, again.Problem = "", "", "", ""
	switch {
	case err != nil:
		return fmt.Errorf("the program has disappeared since it was confirmed: %w", err)
	case first != again:
		return fmt.Errorf("the program changed since it was confirmed: %s", again.Path)
	default:
		return nil
	}
}

// unanswered are the asks that have no fact yet, each key once.
func unanswered(asks []Ask, facts Facts) []Ask {
	var open []Ask
	seen := map[string]bool{}
	for _, ask := range asks {
		if _, ok := facts[ask.Key]; !ok && !seen[ask.Key] {
			seen[ask.Key] = true
			open = append(open, ask)
		}
	}
	return open
}

func formatUnits(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
