package guard

import "strings"

// Covers says whether what was decided of a command stands for a step of it with the
// same words: the step hits nothing else. What the command itself has claimed of a
// limit does not count against its step.
func Covers(command, step Decision) bool {
	if len(step.Problems) > 0 {
		return false
	}
	command.Identities = shared(command.Identities, step.Identities)
	command.Checks, step.Checks = withoutClaims(command.Checks), withoutClaims(step.Checks)
	step.Effect = command.Effect
	return len(Changes(command, step)) == 0
}

// shared are those of the names that are in the other too.
func shared(all, other map[string]string) map[string]string {
	some := map[string]string{}
	for name, value := range all {
		if _, found := other[name]; found {
			some[name] = value
		}
	}
	return some
}

func withoutClaims(checks []Check) []Check {
	var kept []Check
	for _, check := range checks {
		if id := check.ID(); !strings.Contains(id, ".budget") && !strings.Contains(id, ".keep_at_least") {
			kept = append(kept, check)
		}
	}
	return kept
}
