package guard

import (
	"slices"
	"strings"
)

// NeedsRoot is part of every reason for not knowing something that this user lacks the
// rights to see. Code that makes such a reason must use these words.
const NeedsRoot = "needs root"

// fromRoot says that the same question asked as root could be decided: something
// that denies is not known, some fact is hidden from this user, and nothing was
// measured that would be refused all the same.
func fromRoot(decision Decision, facts Facts) bool {
	if decision.Effect != Deny {
		return false
	}
	open := len(decision.Problems) > 0
	for _, check := range decision.Checks {
		switch {
		case check.Effect != Deny:
		case check.Status == Unknown:
			open = true
		case check.Level == HardMandatory:
			return false
		}
	}
	if !open {
		return false
	}
	for _, fact := range facts {
		if strings.Contains(fact.Reason, NeedsRoot) || hidden(fact.Value) {
			return true
		}
	}
	return false
}

// hidden: some part of a fact's value is not known for lack of rights.
func hidden(value any) bool {
	switch part := value.(type) {
	case Unmeasured:
		return strings.Contains(part.Reason, NeedsRoot)
	case []any:
		return slices.ContainsFunc(part, hidden)
	case map[string]any:
		for _, one := range part {
			if hidden(one) {
				return true
			}
		}
	}
	return false
}
