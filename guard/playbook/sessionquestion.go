package playbook

import (
	"context"
	"fmt"
	"strings"

	"blastguard/guard"
)

// heldApprover asks while the shell's terminal is held.
type heldApprover struct {
	hold     func(question func()) error
	approver guard.Approver
	where    stepTerminal
	keeps    bool // a line of the question stays
}

// Approve asks; without a terminal the answer is no. The question's screen is given
// back, and one line of it stays with the shell's own.
func (h *heldApprover) Approve(ctx context.Context, question guard.Question) guard.Answer {
	answer := guard.Answer{How: "no terminal"}
	if err := h.hold(func() { answer = h.approver.Approve(ctx, question) }); err != nil {
		answer.Why = err.Error()
	}
	if text := kept(question, answer); text != "" && h.keeps {
		h.where.keep(text)
	}
	return answer
}

// kept is the line that stays of a question; "" when nobody was asked. A text that is
// not shown is not in it.
func kept(question guard.Question, answer guard.Answer) string {
	if answer.How == "no terminal" || answer.How == "background" {
		return ""
	}
	what := question.Decision.Summary
	if what == "" {
		what = guard.CommandLine(question.Request.Argv)
	}
	for _, secret := range question.Decision.Secrets {
		if secret != "" {
			what = strings.ReplaceAll(what, secret, "(hidden)")
		}
	}
	said := "no, " + answer.Why
	if answer.Yes {
		said = "typed " + typedTexts(question, answer)
	}
	const most = 160
	return fmt.Sprintf("guard: asked: %s: %s\n", guard.Shorten(guard.Printable(what), most), guard.Printable(said))
}

func typedTexts(question guard.Question, answer guard.Answer) string {
	texts := make([]string, len(answer.Typed))
	for i, text := range answer.Typed {
		texts[i] = "(not shown)"
		if i < len(question.Decision.Confirmations) && question.Decision.Confirmations[i].Show {
			texts[i] = text
		}
	}
	return strings.Join(texts, ", ")
}
