package audit

import (
	"slices"

	"blastguard/guard"
)

// withoutHidden is an intent of which nothing ran, without the texts that a
// person must know: whoever may read the log could answer the question next
// time. Of what ran they stay, as what was answered.
func withoutHidden(intent guard.Intent) guard.Intent {
	hidden := hide(&intent.Decision)
	if intent.First != nil {
		first := *intent.First
		hidden = append(hidden, hide(&first)...)
		intent.First = &first
	}
	if intent.Answer != nil && len(intent.Answer.Typed) > 0 {
		answer := *intent.Answer
		answer.Typed = slices.DeleteFunc(slices.Clone(answer.Typed), func(text string) bool {
			return slices.Contains(hidden, text)
		})
		intent.Answer = &answer
	}
	return intent
}

// hide empties the texts that are not shown, and returns them.
func hide(decision *guard.Decision) []string {
	var hidden []string
	decision.Confirmations = slices.Clone(decision.Confirmations)
	for i, confirmation := range decision.Confirmations {
		if !confirmation.Show {
			hidden = append(hidden, confirmation.Text)
			decision.Confirmations[i].Text, decision.Confirmations[i].Key = "", ""
		}
	}
	return hidden
}
