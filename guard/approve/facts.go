package approve

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
)

// maxTargets is how many targets are named before the rest is counted.
const maxTargets = 5

// facts are the sections that say what would happen, in the order in which
// they are shown. Empty ones are left out.
func facts(question guard.Question, height int, glyphs glyphs) []*section {
	decision, hide := question.Decision, concealer(question.Decision.Secrets)
	open, passed := sorted(decision.Checks)
	all := []*section{
		{label: "changed", rank: 1, rows: texts(question.Changes, doubtInk, hide)},
		{label: "runs", rank: 2, want: max(height/8, 2), rows: command(question.Request.Argv, decision.Secrets)},
		{label: "step of", rank: 2, want: 1, rows: texts(nonEmpty(strings.Join(question.Request.Place, " → ")), plainInk, hide)},
		{label: "where", rank: 3, rows: where(question.Request, hide)},
		{label: "role", rank: 4, want: max(height/8, 2), rows: roles(decision.Roles, hide)},
		{label: "doubts", rank: 5, rows: checks(open, glyphs, hide)},
		{label: "reason", rank: 6, want: 1, rows: reason(question.Request, hide)},
		{label: "radius", rank: 7, rows: measures(decision.Measures, hide)},
		{label: "targets", rank: 8, want: maxTargets + 1, rows: targets(decision.Targets, hide), total: len(decision.Targets)},
		{label: "what", rank: 9, want: 1, rows: texts(nonEmpty(decision.Summary), plainInk, hide)},
		{label: "checks", rank: 12, want: 4, rows: checks(passed, glyphs, hide)},
	}
	return slices.DeleteFunc(all, (*section).empty)
}

// origins are the last lines: which policies, which log.
func origins(question guard.Question) []*section {
	hide := concealer(nil)
	all := []*section{
		{label: "policies", rank: 10, want: 1, rows: texts(nonEmpty(question.PolicyLine), faintInk, hide)},
		{label: "log", rank: 11, want: 1, rows: texts(nonEmpty(question.LogLine), faintInk, hide)},
	}
	return slices.DeleteFunc(all, (*section).empty)
}

func (s *section) empty() bool { return len(s.rows) == 0 }

func nonEmpty(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// concealed stands for a secret.
const concealed = "(hidden)"

// concealer returns what makes a text safe to show: secrets hidden, then clean.
func concealer(secrets []string) func(string) string {
	return func(text string) string { return clean(conceal(text, secrets)) }
}

func conceal(text string, secrets []string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, concealed)
		}
	}
	return text
}

func texts(all []string, as ink, hide func(string) string) []row {
	var rows []row
	for _, text := range all {
		rows = append(rows, row{line: line{{hide(text), as}}})
	}
	return rows
}

// command is the command line as it will run. Of an endless one, only what a
// screen can hold is made.
func command(argv, secrets []string) []row {
	var b strings.Builder
	for i, word := range argv {
		if b.Len() > maxClean/2 {
			b.WriteString(" (and " + thousands(len(argv)-i) + " more words)")
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		// Hidden first: quoted, a secret may not be found any more.
		b.WriteString(clean(guard.CommandLine([]string{shortened(conceal(word, secrets))})))
	}
	return []row{{line: line{{b.String(), strongInk}}, exact: true}}
}

func shortened(word string) string {
	if len(word) > maxClean/2 {
		return word[:maxClean/2] + "(cut)"
	}
	return word
}

func where(request guard.Request, hide func(string) string) []row {
	l := line{{hide(account(request.Account) + "@" + request.Host.Name), strongInk}}
	if typist := request.Operator.Name; typist != "" && typist != request.Account.Name {
		l = append(l, span{hide(" typed by " + typist), plainInk})
	}
	if request.Dir != "" {
		l = append(l, span{hide(" in " + request.Dir), faintInk})
	}
	return []row{{line: l}}
}

func account(account guard.Account) string {
	switch {
	case account.Name != "":
		return account.Name
	case account.Known:
		return "uid " + strconv.Itoa(account.UID)
	default:
		return "unknown user"
	}
}

func roles(all []guard.Role, hide func(string) string) []row {
	var rows []row
	for _, role := range all {
		l := line{{hide(role.Role), strongInk}}
		if role.Role == "" {
			l = line{{"not known", doubtInk}}
		}
		l = append(l, span{hide("  " + role.Of), plainInk})
		if role.Detail != "" {
			l = append(l, span{hide("  " + role.Detail), faintInk})
		}
		rows = append(rows, row{line: l})
	}
	return rows
}

func measures(all []guard.Measure, hide func(string) string) []row {
	var rows []row
	for _, measure := range all {
		rows = append(rows, row{line: line{{hide(measure.Text), strongInk}}})
	}
	return rows
}

func targets(all []guard.Target, hide func(string) string) []row {
	var rows []row
	for _, target := range all[:min(len(all), maxTargets)] {
		l := line{{hide(cmp.Or(target.Resolved, target.Given)), plainInk}}
		if target.Detail != "" {
			l = append(l, span{hide("  " + target.Detail), faintInk})
		}
		if target.Resolved != "" && target.Given != target.Resolved {
			l = append(l, span{"  typed as " + hide(target.Given), faintInk})
		}
		rows = append(rows, row{line: l})
	}
	return rows
}

func reason(request guard.Request, hide func(string) string) []row {
	return texts(nonEmpty(request.Reason), plainInk, hide)
}

// sorted parts the checks: those that do not pass, measured ones first, and
// those that do.
func sorted(all []guard.Check) (open, passed []guard.Check) {
	for _, check := range all {
		if check.Status == guard.Passes {
			passed = append(passed, check)
			continue
		}
		open = append(open, check)
	}
	slices.SortStableFunc(open, func(a, b guard.Check) int { return cmp.Compare(b.Status, a.Status) })
	return open, passed
}

func checks(all []guard.Check, glyphs glyphs, hide func(string) string) []row {
	var rows []row
	for _, check := range all {
		sign, as := glyphs.status(check.Status)
		l := line{{sign + " ", as}, {hide(check.ID()), plainInk}, {"  " + hide(finding(check)), as}}
		if check.Status == guard.Passes {
			l[2].ink = faintInk
		}
		if mark := marked(check); mark != "" {
			l = append(l, span{" (" + mark + ")", doubtInk})
		}
		if check.Pos != "" && check.Status != guard.Passes {
			l = append(l, span{"  " + hide(check.Pos), faintInk})
		}
		rows = append(rows, row{line: l})
	}
	return rows
}

// marked says why a check that does not pass lets the command through.
func marked(check guard.Check) string {
	switch {
	case check.Overridden:
		return "overridden"
	case check.Level == guard.Advisory && check.Status != guard.Passes && check.Effect != guard.Confirm:
		return "advisory"
	default:
		return ""
	}
}

// finding is a check's value beside its limit, or why it has none.
func finding(check guard.Check) string {
	switch check.Status {
	case guard.Passes, guard.Fails:
		return strings.Join(slices.DeleteFunc([]string{check.Value, check.Limit, failing(check)}, isEmpty), ", ")
	case guard.Unknown:
		return "not known: " + cmp.Or(check.Message, check.Value, "no reason was given")
	default:
		return "error: " + cmp.Or(check.Message, check.Value, "no reason was given")
	}
}

func failing(check guard.Check) string {
	if check.Status == guard.Passes {
		return ""
	}
	return check.Message
}

func isEmpty(text string) bool { return text == "" }
