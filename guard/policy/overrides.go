package policy

import (
	"fmt"
	"slices"

	"blastguard/guard"
)

const cannotBeOverridden = "it is hard-mandatory and cannot be overridden"

// SayHard adds to the message of each check that an override names, and that is
// hard-mandatory, that it cannot be overridden. Checks that pass stay as they are.
func SayHard(checks []guard.Check, overrides []string) {
	for i := range checks {
		check := &checks[i]
		if check.Status == guard.Passes || check.Level != guard.HardMandatory || !slices.Contains(overrides, check.ID()) {
			continue
		}
		if check.Message != "" {
			check.Message += "; "
		}
		check.Message += cannotBeOverridden
	}
}

// IdleOverride refuses overrides that could do nothing in any decision of the set:
// misspelt, or of a check that has none, they would only look as if they were there
// for one. Nil: each could lift something.
func (s *Set) IdleOverride(overrides []string) *guard.Problem {
	for _, id := range overrides {
		switch declared, overridable := s.Overridable(id); {
		case !declared:
			return &guard.Problem{
				What: fmt.Sprintf("--override %s names no check of any policy", guard.Printable(id)),
				Next: `"guard policy list" shows them`,
			}
		case !overridable:
			return &guard.Problem{What: fmt.Sprintf("--override %s: %s", guard.Printable(id), cannotBeOverridden), Next: "leave it out"}
		}
	}
	return nil
}

// LiftedBy says whether the overrides lift all that is certain to refuse the
// operation. A problem cannot be lifted.
func (f Foresight) LiftedBy(overrides []string) bool {
	return len(f.Problems) == 0 && !slices.ContainsFunc(f.Checks, func(check guard.Check) bool {
		return check.Level != guard.SoftMandatory || !slices.Contains(overrides, check.ID())
	})
}
