package review

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// Show writes one entry as a page: who, what, where, what was known, what was
// decided, what happened.
func Show(w io.Writer, entry history.Entry, style Style) error {
	p := &page{w: w, style: style}
	verdict := style.paint(verdictColor(entry.Verdict), guard.Printable(string(entry.Verdict)))
	p.line(style.paint(bold, "entry "+strconv.FormatInt(entry.ID, 10)) + "  " + verdict + "  " + style.when(entry.At))
	p.field("why", entry.Why)
	p.field("outcome", outcome(entry.Summary))
	if entry.Exit != 0 {
		p.field("", fmt.Sprintf("recorded as entry %d", entry.Exit))
	}
	if run := entry.Intent.Request.Run; run != 0 {
		p.field("step of", fmt.Sprintf("entry %d: %s", run, strings.Join(entry.Intent.Request.Place, " → ")))
	}
	showWhat(p, entry)
	showWho(p, entry)
	showDecision(p, entry.Intent.Decision)
	showFacts(p, entry.Intent.Facts)
	showAnswer(p, entry.Intent)
	showProof(p, entry)
	return p.err
}

func showWhat(p *page, entry history.Entry) {
	p.head("what")
	intent := entry.Intent
	p.field("command", guard.CommandLine(intent.Request.Argv))
	if !slices.Equal(intent.Argv, intent.Request.Argv) {
		p.field("ran as", guard.CommandLine(intent.Argv))
	}
	p.field("directory", intent.Request.Dir)
	p.field("does", intent.Decision.Summary)
	for _, operation := range intent.Operations {
		p.field("operation", operationLine(operation))
	}
	for _, target := range intent.Decision.Targets {
		p.field("target", targetLine(target))
	}
	if intent.Executable.Path != "" {
		p.field("executable", intent.Executable.Path)
		p.field("", cmp.Or(prefixed("sha256 ", intent.Executable.SHA256), intent.Executable.Problem))
	}
	for _, expect := range intent.Request.Expect {
		p.field("expected", expect.Name+" = "+expect.Value)
	}
	p.field("reason", intent.Request.Reason)
	p.field("overrides", strings.Join(intent.Request.Overrides, " "))
}

func operationLine(operation guard.Operation) string {
	words := []string{cmp.Or(operation.Path, operation.Program, "?")}
	for _, word := range operation.Args {
		words = append(words, word.Text)
	}
	line := guard.CommandLine(words)
	if len(operation.Via) > 0 {
		line += "  (through " + strings.Join(operation.Via, ", ") + ")"
	}
	if operation.Opaque != "" {
		line += "  (not readable: " + operation.Opaque + ")"
	}
	return line
}

func targetLine(target guard.Target) string {
	line := target.Given
	if target.Resolved != "" && target.Resolved != target.Given {
		line += " → " + target.Resolved
	}
	if target.Detail != "" {
		line += "  (" + target.Detail + ")"
	}
	return line
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func showWho(p *page, entry history.Entry) {
	p.head("who and where")
	operator, host := entry.Intent.Request.Operator, entry.Intent.Request.Host
	p.field("user", fmt.Sprintf("%s (uid %d, euid %d, loginuid %s)", entry.User, operator.UID, operator.EUID, number(operator.LoginUID)))
	p.field("sudo user", operator.SudoUser)
	p.field("terminal", operator.TTY)
	p.field("ssh from", operator.SSH)
	var names []string
	for _, process := range operator.Ancestry {
		names = append(names, fmt.Sprintf("%s[%d]", process.Name, process.PID))
	}
	slices.Reverse(names)
	p.field("processes", strings.Join(names, " → "))
	p.field("host", host.Name)
	p.field("machine", host.MachineID)
	p.field("boot", host.BootID)
	p.field("environment", strings.Join(entry.Env, "\n"))
}

func number(n int) string {
	if n < 0 {
		return "not set"
	}
	return strconv.Itoa(n)
}

func showDecision(p *page, decision guard.Decision) {
	p.head("decision: " + decision.Effect.String())
	p.field("policies", strings.Join(decision.Policies, ", "))
	for _, problem := range decision.Problems {
		p.field("problem", withPos(problem.What, problem.Pos))
		p.field("", problem.Next)
	}
	for _, check := range decision.Checks {
		showCheck(p, check)
	}
	for _, measure := range decision.Measures {
		p.field("measured", measure.Unit+": "+measure.Text)
	}
	for _, role := range decision.Roles {
		p.field("role", cmp.Or(role.Role, "not known")+"  "+role.Of+prefixed("  ", role.Detail))
	}
	for _, claim := range decision.Claims {
		p.field("claimed", fmt.Sprintf("%s of %s %s %s", units(claim.Units), claim.Policy, claim.Block, claim.Key))
	}
}

func showCheck(p *page, check guard.Check) {
	color := red
	switch check.Status {
	case guard.Passes:
		color = green
	case guard.Unknown:
		color = yellow
	}
	line := guard.Printable(check.ID() + prefixed("  ", check.Value) + prefixed(", ", check.Limit))
	if check.Overridden {
		line += "  (overridden)"
	}
	p.line("  " + p.style.paint(color, pad(check.Status.String(), nameWidth)) + " " + withPos(line, guard.Printable(check.Pos)))
	p.field("", check.Message)
	p.field("", strings.Join(check.Evidence, "\n"))
}

func withPos(text, pos string) string {
	if pos == "" {
		return text
	}
	return text + "  " + pos
}

func units(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }

func showFacts(p *page, facts []guard.Finding) {
	if len(facts) == 0 {
		return
	}
	p.head("what was known")
	for _, finding := range facts {
		value := "not known: " + finding.Fact.Reason
		if finding.Fact.Known {
			value = plain(finding.Fact.Value)
		}
		p.field(finding.Ask.Kind, cmp.Or(finding.Ask.Label, finding.Ask.Key))
		p.field("", value)
		p.field("", strings.Join(finding.Fact.Evidence, "\n"))
		p.field("", fmt.Sprintf("measured %s in %s", finding.Fact.At.UTC().Format("15:04:05.000"), finding.Fact.Took.Round(time.Millisecond)))
	}
}

func showAnswer(p *page, intent guard.Intent) {
	answer := intent.Answer
	if answer == nil {
		return
	}
	p.head("confirmation")
	said := "no"
	if answer.Yes {
		said = "yes"
	}
	p.field("answer", fmt.Sprintf("%s (%s) after %s", said, answer.How, answer.Took.Round(time.Millisecond)))
	p.field("why", answer.Why)
	p.field("typed", strings.Join(answer.Typed, "\n"))
	if answer.Wrong > 0 {
		p.field("wrong", strconv.Itoa(answer.Wrong)+" times")
	}
	if intent.First != nil {
		p.field("again", "measured again after the answer")
	}
	p.field("shown", answer.Shown)
}

func showProof(p *page, entry history.Entry) {
	p.head("record")
	set := entry.Intent.Policies
	p.field("policy set", fmt.Sprintf("%s, %d shipped, %d of the host, %d of the user", cmp.Or(set.Hash, "none"), set.Shipped, set.Host, set.User))
	p.field("guard", fmt.Sprintf("%s, %s, pid %d", cmp.Or(entry.Intent.Version, "unknown version"), entry.Intent.Mode, entry.PID))
	p.field("leaf", entry.Leaf)
}
