package approve

import (
	"strings"

	"blastguard/guard"
)

// columns are where the parts of a check stand: name, finding, position.
type columns struct{ name, value, pos int }

const (
	maxNameColumn  = 52
	maxValueColumn = 56
)

// measure finds the columns for checks; in a narrow place the position goes
// under the finding (pos is 0 then).
func (t *teller) measure(all []guard.Check) columns {
	c := columns{name: len("role") + 6}
	for _, check := range all {
		c.name = max(c.name, min(width(t.hide(t.name(check, all))), maxNameColumn))
		c.value = max(c.value, min(width(t.hide(told(check))), maxValueColumn))
		c.pos = max(c.pos, width(t.hide(check.Pos)))
	}
	if total := len("guard:   ") + c.name + 2 + c.value + 2 + c.pos; t.style.Width > 0 && total > t.style.Width {
		c.pos = 0
		c.value = max(t.style.Width-len("guard:   ")-c.name-2, 20)
	}
	return c
}

func width(text string) int { return line{{text, plainInk}}.width() }

// name is the check's name; with its policy, when there are several, and for
// what the person expected: "host" alone names no check.
func (t *teller) name(check guard.Check, all []guard.Check) string {
	if check.Policy == "expect" {
		return check.ID()
	}
	for _, other := range all {
		if other.Policy != check.Policy {
			return check.ID()
		}
	}
	return check.Name
}

// told is what a check found, for a line of its own.
func told(check guard.Check) string {
	text := finding(check)
	if mark := marked(check); mark != "" {
		text += " (" + mark + ")"
	}
	return text
}

// checks tells each check that did not pass, with its evidence.
func (t *teller) checks(all []guard.Check) {
	c := t.measure(all)
	said := map[string]bool{}
	for _, check := range all {
		as := badInk
		if check.Status == guard.Unknown || check.Effect != guard.Deny {
			as = doubtInk
		}
		name := t.hide(t.name(check, all))
		for i, l := range wrap(line{{t.hide(told(check)), as}}, max(c.value, 1)) {
			t.say(t.row(name, l, t.pos(check, i), c)...)
			name = ""
		}
		if c.pos == 0 && check.Pos != "" {
			t.say(t.row("", line{{t.hide(check.Pos), faintInk}}, "", c)...)
		}
		for _, evidence := range check.Evidence {
			if said[evidence] {
				continue // one probe, several checks
			}
			said[evidence] = true
			for _, l := range wrap(line{{t.hide(evidence), faintInk}}, t.room(c)) {
				t.say(t.row("", l, "", c)...)
			}
		}
	}
}

// pos stands on the first line of a check, when there is a column for it.
func (t *teller) pos(check guard.Check, line int) string {
	if line > 0 {
		return ""
	}
	return t.hide(check.Pos)
}

// room is how wide evidence may be: to the end of the line.
func (t *teller) room(c columns) int {
	if t.style.Width == 0 {
		return maxClean
	}
	return max(t.style.Width-len("guard:   ")-c.name-2, 20)
}

func (t *teller) row(name string, value line, pos string, c columns) line {
	l := line{{"  " + name + spaces(c.name-width(name)) + "  ", strongInk}}
	l = append(l, value...)
	if c.pos > 0 && pos != "" {
		l = append(l, span{spaces(c.value-value.width()) + "  " + pos, faintInk})
	}
	return l
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }
