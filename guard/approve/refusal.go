package approve

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// Refusal is what is said on stderr when nothing ran: what was refused, each
// reason with its rule, and what to do next. It ends with a newline. What was
// measured and is bad looks different from what is not known. A text to type
// is never in it.
func Refusal(report guard.Report, style Style) string {
	secrets := append(slices.Clone(report.Decision.Secrets), secret.Found(report.Request.Argv)...) // it may end up in somebody's log
	t := teller{style: style, hide: concealer(secrets), secrets: secrets}
	t.say(t.headline(report)...)
	if report.Err == nil && report.Verdict != guard.Declined {
		t.changed(report)
		t.problems(report.Decision.Problems)
		t.checks(deniers(report.Decision.Checks))
		t.remarks(report.Decision.Remarks)
		t.advice(report)
	}
	closing := t.closing(report)
	if whole := t.traced(report); whole != "" && (strings.Contains(closing.text(), "…") || t.style.Width > 0 && len("guard: ")+closing.width() > t.style.Width) {
		t.say(span{"nothing was run", strongInk}, span{". Every step is shown by", plainInk})
		t.command(whole)
		return t.b.String()
	}
	t.say(closing...)
	return t.b.String()
}

// Warning is what is said on stderr when a command runs in spite of checks that
// do not pass, because they only advise or are overridden; empty when there are
// none. It ends with a newline.
func Warning(report guard.Report, style Style) string {
	t := teller{style: style, hide: concealer(report.Decision.Secrets), secrets: report.Decision.Secrets}
	var passing []guard.Check
	for _, check := range report.Decision.Checks {
		if check.Status != guard.Passes && check.Effect != guard.Deny {
			passing = append(passing, check)
		}
	}
	if len(passing) > 0 {
		t.say(span{"warning: ", doubtInk}, span{t.what(report), plainInk})
		t.checks(passing)
	}
	t.remarks(report.Decision.Remarks)
	return t.b.String()
}

// changed says what is different since it was confirmed, and why nothing runs when
// no check and no problem says it: the program is another one now.
func (t *teller) changed(report guard.Report) {
	if report.First != nil {
		for _, change := range guard.Changes(*report.First, report.Decision) {
			t.say(span{"  changed     ", strongInk}, span{t.hide(change), doubtInk})
		}
	}
	if report.Why != "" && len(report.Decision.Problems) == 0 && len(deniers(report.Decision.Checks)) == 0 {
		t.say(span{"  " + t.hide(report.Why), badInk})
	}
}

func (t *teller) remarks(all []string) {
	for _, remark := range all {
		t.say(span{t.hide(remark), doubtInk})
	}
}

func deniers(all []guard.Check) []guard.Check {
	var denying []guard.Check
	for _, check := range all {
		if check.Effect == guard.Deny && check.Status != guard.Passes {
			denying = append(denying, check)
		}
	}
	// A reader stops early: the policies of which something was measured to be wrong come
	// first, and before them those that nobody can lift.
	first := map[string]int{}
	for _, check := range denying {
		first[check.Policy] = min(first[check.Policy], urgency(check))
	}
	slices.SortStableFunc(denying, func(a, b guard.Check) int { return first[a.Policy] - first[b.Policy] })
	return denying
}

// urgency is the lower, the earlier a check should be read.
func urgency(check guard.Check) int {
	switch {
	case check.Status == guard.Fails && check.Level == guard.HardMandatory:
		return -2
	case check.Status == guard.Fails:
		return -1
	default:
		return 0
	}
}

// teller writes lines for stderr.
type teller struct {
	b     strings.Builder
	style Style
	hide  func(string) string

	secrets []string
}

// say writes a line, and breaks it at a word where it is full; what follows is
// indented below its beginning.
func (t *teller) say(spans ...span) {
	const lead, hang = "guard: ", "  "
	text := line(spans).text()
	indent := text[:len(text)-len(strings.TrimLeft(text, " "))]
	room := t.style.Width - len(lead) - len(indent) - len(hang)
	lines := []line{spans}
	if t.style.Width > 0 && len(lead)+line(spans).width() > t.style.Width && room >= 20 && !strings.Contains(text, "\n") {
		lines = wrap(spans, t.style.Width-len(lead))
		if len(lines) > 1 {
			rest := line(spans).after(lines[0])
			lines = append(lines[:1], wrap(rest, room)...)
			for i := range lines[1:] {
				lines[i+1] = append(line{{indent + hang, plainInk}}, lines[i+1]...)
			}
		}
	}
	for _, l := range lines {
		t.b.WriteString(t.style.dress(lead, faintInk) + l.dress(t.style) + "\n")
	}
}

func (t *teller) what(report guard.Report) string {
	const enough = 160
	return fit(line{{t.hide(cmp.Or(report.Decision.Summary, briefly(report))), plainInk}}, enough, "…").text()
}

// briefly is the command line, if it is short.
func briefly(report guard.Report) string {
	return fit(line{{command(report.Request.Argv, report.Decision.Secrets)[0].text(), plainInk}}, 72, "…").text()
}

func (t *teller) headline(report guard.Report) line {
	var notRunnable *guard.NotRunnable
	switch {
	case errors.As(report.Err, &notRunnable):
		return line{{t.hide(notRunnable.Error()), badInk}}
	case report.Err != nil:
		return line{{"cannot go on: ", badInk}, {t.lines(report.Err.Error()), plainInk}}
	case report.Verdict == guard.Declined:
		return line{{"not confirmed: ", badInk}, {t.hide(cmp.Or(report.Why, "nobody said yes")), plainInk}}
	default:
		return line{{"refused: ", badInk}, {t.what(report), strongInk}}
	}
}

// lines keeps the lines of an error that has several: diagnostics.
func (t *teller) lines(text string) string {
	parts := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := range parts {
		parts[i] = t.hide(parts[i])
	}
	return strings.Join(parts, "\n"+t.style.dress("guard: ", faintInk)+"  ")
}

func (t *teller) closing(report guard.Report) line {
	run := line{{"nothing was run", strongInk}}
	if len(report.Request.Place) > 0 {
		run = line{{"this step was not run: ", strongInk}, {t.hide(strings.Join(report.Request.Place, " → ")), plainInk}}
	}
	switch {
	case report.Err != nil:
		return run
	case len(report.Request.Place) > 0 && report.Entry > 0:
		// "guard check" where a person stands would look at another directory.
		return append(run, span{". \"guard history show " + strconv.FormatInt(report.Entry, 10) + "\" shows every check", plainInk})
	case report.Verdict == guard.Declined && report.Entry > 0:
		return append(run, span{"; recorded as entry " + thousands(int(report.Entry)), plainInk})
	case report.Verdict == guard.Declined:
		return run
	default:
		return append(run, span{". \"" + fit(line{{t.traceLine(report), plainInk}}, 96, "…").text() + "\" shows every step", plainInk})
	}
}

// traced is the whole command that shows every step of a decision; "" where another
// one is named, or where it would fill the screen.
func (t *teller) traced(report guard.Report) string {
	const enough = 1000
	named := report.Err != nil || report.Verdict == guard.Declined || len(report.Request.Place) > 0 && report.Entry > 0
	line := t.traceLine(report)
	if named || len(line) > enough {
		return ""
	}
	return line
}

// traceLine is that command line, with the flags that the decision came from.
func (t *teller) traceLine(report guard.Report) string {
	return guard.CommandLine(t.hidden(slices.Concat([]string{"guard", "check", "--trace"}, report.Request.DecidingFlags(), []string{"--"}, report.Request.Argv)))
}

func (t *teller) problems(all []guard.Problem) {
	for _, problem := range all {
		l := line{{"  " + t.hide(problem.What), badInk}}
		if problem.Pos != "" {
			l = append(l, span{"  " + t.hide(problem.Pos), faintInk})
		}
		t.say(l...)
		if problem.Next != "" {
			t.say(span{"    " + t.hide(problem.Next), plainInk})
		}
	}
}
