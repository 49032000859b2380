package approve

import (
	"blastguard/guard"
)

// unattended answers where nobody can be asked: each confirmation says itself
// what stands in for a person, and all have to agree. how is why nobody can be
// asked. The reason of a no never holds a text.
func unattended(question guard.Question, how string) guard.Answer {
	confirmations := question.Decision.Confirmations
	answer := guard.Answer{How: "limits"}
	for _, confirmation := range confirmations {
		var why string
		switch confirmation.Unattended {
		case guard.UnattendedText:
			why = textStandsIn(question.Request.Text, confirmation, len(confirmations))
			answer.How = "text"
			answer.Typed = append(answer.Typed, confirmation.Text)
		case guard.UnattendedLimits:
			why = limitsStandIn(question.Decision.Checks)
		default:
			why = "a person must confirm it: run it in the foreground of a terminal"
		}
		if why != "" {
			return no(how, nobody(how)+why+at(confirmation.Pos))
		}
	}
	answer.Yes = len(confirmations) > 0
	return answer
}

func nobody(how string) string {
	if how == "background" {
		return "guard is in the background and cannot ask there; "
	}
	return "there is no terminal to ask on; "
}

func at(pos string) string {
	if pos == "" {
		return ""
	}
	return " (" + pos + ")"
}

func textStandsIn(given string, confirmation guard.Confirmation, count int) string {
	switch {
	case count != 1:
		return "--confirm answers one text and this asks for several: split the command, or run it on a terminal"
	case given == "":
		return "give the text with --confirm TEXT, or run it on a terminal"
	case given != confirmation.Text:
		return "the text given with --confirm is not the one that was measured: compare what you meant with \"guard check\""
	default:
		return ""
	}
}

func limitsStandIn(checks []guard.Check) string {
	if len(checks) == 0 {
		return "it may run unattended only within limits, and no check limits it"
	}
	for _, check := range checks {
		if check.Status != guard.Passes {
			return "it runs unattended only when every check passes, and " + guard.Printable(check.ID()) + " does not: run it on a terminal"
		}
	}
	return ""
}
