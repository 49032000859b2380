package guard

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Changes says what is different between the decision a person confirmed and
// the one measured just before the command starts, one line each; empty when
// the confirmation still holds. It does when
//   - the effect is no stricter and no check passes less than before,
//   - every identity is the same, and
//   - no count grew by more than its drift.
func Changes(first, again Decision) []string {
	var changes []string
	if again.Effect < first.Effect {
		changes = append(changes, fmt.Sprintf("decision: was %s, now %s", first.Effect, again.Effect))
	}
	changes = append(changes, changedChecks(first.Checks, again.Checks)...)
	changes = append(changes, changedIdentities(first.Identities, again.Identities)...)
	changes = append(changes, changedTexts(first.Confirmations, again.Confirmations)...)
	return append(changes, changedCounts(first.Counts, again.Counts)...)
}

// changedDenied denies because of the changes: after them there is no text left that a
// person could type.
func changedDenied(decision Decision, changes []string) Decision {
	decision.Effect = Deny
	for _, change := range changes {
		decision.Problems = append(slices.Clip(decision.Problems), Problem{
			What: "it changed while the question was open: " + change, Next: "look at what is there now, and run it again if it is still what you mean",
		})
	}
	return decision
}

func changedChecks(first, again []Check) []string {
	before := map[string]Status{}
	for _, check := range first {
		// The same check on several operations: the strictest counts.
		if status, seen := before[check.ID()]; !seen || check.Status < status {
			before[check.ID()] = check.Status
		}
	}
	var changes []string
	for _, check := range again {
		status, seen := before[check.ID()]
		if check.Status != Passes && (!seen || status != check.Status) {
			changes = append(changes, fmt.Sprintf("%s: %s, was %s", check.ID(), describe(check), wasStatus(status, seen)))
		}
	}
	return changes
}

func describe(check Check) string {
	if check.Value == "" {
		return check.Status.String()
	}
	return check.Status.String() + " (" + check.Value + ")"
}

func wasStatus(status Status, seen bool) string {
	if !seen {
		return "not checked"
	}
	return status.String()
}

func changedIdentities(first, again map[string]string) []string {
	names := map[string]bool{}
	for name := range first {
		names[name] = true
	}
	for name := range again {
		names[name] = true
	}
	var changes []string
	for _, name := range sortedKeys(names) {
		was, before := first[name]
		is, now := again[name]
		switch {
		case !before:
			changes = append(changes, fmt.Sprintf("%s: new, %s", name, is))
		case !now:
			changes = append(changes, fmt.Sprintf("%s: gone, was %s", name, was))
		case was != is:
			changes = append(changes, fmt.Sprintf("%s: now %s, was %s", name, is, was))
		}
	}
	return changes
}

func changedTexts(first, again []Confirmation) []string {
	texts := func(confirmations []Confirmation) []string {
		var all []string
		for _, confirmation := range confirmations {
			all = append(all, cmp.Or(confirmation.Key, confirmation.Text))
		}
		return all
	}
	// A confirmation that is no longer asked for needs no new answer.
	was := texts(first)
	for _, text := range texts(again) {
		if !slices.Contains(was, text) {
			return []string{"text to type: it is different now"}
		}
	}
	return nil
}

// changedCounts compares counts of the same name in their order: two operations
// of one request may be counted by the same policy.
func changedCounts(first, again []Count) []string {
	before := map[string][]Count{}
	for _, count := range first {
		before[count.Name] = append(before[count.Name], count)
	}
	var changes []string
	for _, count := range again {
		if len(before[count.Name]) == 0 {
			changes = append(changes, fmt.Sprintf("%s: %s, was not counted", count.Name, formatUnits(count.Value)))
			continue
		}
		was := before[count.Name][0]
		before[count.Name] = before[count.Name][1:]
		if count.Value > was.Value+drift(was) {
			changes = append(changes, fmt.Sprintf("%s: %s, was %s", count.Name, formatUnits(count.Value), formatUnits(was.Value)))
		}
	}
	return changes
}

// drift is how much a count may grow while a person types. Without a policy that states
// it, it is a share of the confirmed count, not a fixed number: a command on 3 hosts is
// another command on 5.
func drift(count Count) float64 {
	if count.Drift > 0 {
		return count.Drift
	}
	return math.Ceil(count.Value / 10)
}

func sortedKeys(set map[string]bool) []string {
	keys := make([]string, 0, len(set))
	for key := range set {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
