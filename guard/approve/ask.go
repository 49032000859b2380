package approve

import (
	"cmp"
	"strings"

	"blastguard/guard"
)

// ask lays out what is never left out: what to type, what has been typed, what
// is wrong with it, how much time is left.
func (g grid) ask(d *dialogue) frame {
	switch {
	case d.done:
		return g.result(d.answer)
	case d.delaying():
		return g.delay(d)
	default:
		return g.prompt(d)
	}
}

func (g grid) prompt(d *dialogue) frame {
	var f frame
	for i, l := range g.wanted(d.confirmation()) {
		f.lines = append(f.lines, g.labelled("type", i == 0, l))
	}
	shown, before := g.window(d.input)
	f.cursorX, f.cursorY = g.margin+g.label+before, len(f.lines)
	if g.label == 0 {
		shown, f.cursorX = append(line{{g.glyphs.prompt + " ", accentInk}}, shown...), before+2
		f.lines = append(f.lines, shown)
	} else {
		pad := strings.Repeat(" ", g.label-2)
		f.lines = append(f.lines, append(line{{strings.Repeat(" ", g.margin) + pad + g.glyphs.prompt + " ", accentInk}}, shown...))
	}
	f.lines = append(f.lines, g.notice(d)...)
	status := line{{clock(d.deadline.Sub(d.now)) + " left", plainInk}, {g.glyphs.dot + "Enter confirms" + g.glyphs.dot + "Esc declines", faintInk}}
	f.lines = append(f.lines, g.labelled("", true, fit(status, g.text(), g.glyphs.ellipsis)))
	return f
}

// wanted is the text to type, or the hint to it.
func (g grid) wanted(confirmation guard.Confirmation) []line {
	if !confirmation.Show {
		hint := cmp.Or(clean(confirmation.Hint), "the text that confirms this, from memory")
		return wrap(g.cue(line{{hint, plainInk}, {" (not shown)", faintInk}}), g.text())
	}
	return fold(g.cue(line{{clean(confirmation.Text), strongInk}}), g.text())
}

// cue says that this is to be typed, where there is no label to say it.
func (g grid) cue(text line) line {
	if g.label > 0 {
		return text
	}
	return append(line{{"type ", accentInk}}, text...)
}

// window is the part of the input round its cursor that fits, and how many
// columns of it are before the cursor.
func (g grid) window(in input) (shown line, before int) {
	room := g.text() - 1
	if g.label == 0 {
		room -= 2
	}
	room = max(room, 1)
	all := clusters(line{{in.String(), strongInk}})
	head := clusters(line{{string(in.runes[:in.cursor]), strongInk}})
	start := 0
	for start < len(head) && widthOf(head[start:]) > room {
		start++
	}
	start = min(start, len(all))
	end := start + fitting(all[start:], room)
	return joined(all[start:end]), widthOf(head[min(start, len(head)):])
}

func (g grid) notice(d *dialogue) []line {
	if d.notice == "" {
		return nil
	}
	var lines []line
	if want := d.confirmation().Text; d.differs > 0 && g.label > 0 && len(want) < g.text() {
		head := []rune(d.input.String() + " ")
		indent := widthOf(clusters(line{{string(head[:min(d.differs-1, len(head))]), plainInk}}))
		if indent < g.text()-1 {
			lines = append(lines, g.labelled("", true, line{{strings.Repeat(" ", indent) + g.glyphs.caret, badInk}}))
		}
	}
	for _, l := range wrap(line{{d.notice, doubtInk}}, g.text()) {
		lines = append(lines, g.labelled("", true, l))
	}
	return lines
}

func (g grid) delay(d *dialogue) frame {
	f := frame{cursorX: -1, cursorY: -1}
	for i, l := range fold(line{{clean(d.answer.Typed[len(d.answer.Typed)-1]), strongInk}}, g.text()) {
		f.lines = append(f.lines, g.labelled("typed", i == 0, l))
	}
	countdown := line{
		{"continues in " + clock(d.resume.Sub(d.now)), doubtInk},
		{g.glyphs.dot + "n, Esc or Ctrl-C cancels", faintInk},
	}
	for _, l := range wrap(countdown, g.text()) {
		f.lines = append(f.lines, g.labelled("", true, l))
	}
	return f
}

func (g grid) result(answer guard.Answer) frame {
	f := frame{cursorX: -1, cursorY: -1}
	sign := row{line: line{{g.glyphs.fail + " no: ", badInk}, {clean(answer.Why), plainInk}}}
	if answer.Yes {
		sign = row{line: line{{g.glyphs.pass + " typed: ", goodInk}, {clean(strings.Join(answer.Typed, ", ")), strongInk}}}
	}
	for i, l := range sign.lines(g.text()) {
		f.lines = append(f.lines, g.labelled("answer", i == 0, l))
	}
	return f
}
