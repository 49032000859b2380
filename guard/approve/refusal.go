package approve

import (
	"cmp"
	"errors"
	"strconv"
	"strings"

	"blastguard/guard"
)

// Refusal is what is said on stderr when nothing ran: what was refused, each
// reason with its rule, and what to do next. It ends with a newline. What was
// measured and is bad looks different from what is not known. A text to type
// is never in it.
func Refusal(report guard.Report, style Style) string {
	t := teller{style: style, hide: concealer(report.Decision.Secrets), secrets: report.Decision.Secrets}
	t.say(t.headline(report)...)
	if report.Err == nil && report.Verdict != guard.Declined {
		t.problems(report.Decision.Problems)
		t.checks(deniers(report.Decision.Checks))
		t.advice(report)
	}
	t.say(t.closing(report)...)
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
	if len(passing) == 0 {
		return ""
	}
	t.say(span{"warning: ", doubtInk}, span{t.what(report), plainInk})
	t.checks(passing)
	return t.b.String()
}

func deniers(all []guard.Check) []guard.Check {
	var denying []guard.Check
	for _, check := range all {
		if check.Effect == guard.Deny && check.Status != guard.Passes {
			denying = append(denying, check)
		}
	}
	return denying
}

// teller writes lines for stderr.
type teller struct {
	b     strings.Builder
	style Style
	hide  func(string) string

	secrets []string
}

func (t *teller) say(spans ...span) {
	t.b.WriteString(t.style.dress("guard: ", faintInk) + line(spans).dress(t.style) + "\n")
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
		return append(run, span{". \"guard check --trace -- " + briefly(report) + "\" shows every step", plainInk})
	}
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
