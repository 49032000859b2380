package approve

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
)

// Panel is the question as it is first shown, in at most height lines of at
// most width columns. Style.Width is not used. It has no escape sequences but
// those of style, whatever the question holds. Where room is scarce it leaves
// out, first to last: passing checks, log and policies, summary, targets,
// limits, doubts, role, place, command; never what to type.
func Panel(question guard.Question, width, height int, style Style) string {
	return screen(newDialogue(question, time.Time{}), width, height).dress(style)
}

// frame is a laid-out panel.
type frame struct {
	lines            []line
	cursorX, cursorY int // where the next key goes; -1: nowhere
}

func (f frame) dress(style Style) string {
	lines := make([]string, len(f.lines))
	for i, l := range f.lines {
		lines[i] = l.dress(style)
	}
	return strings.Join(lines, "\n")
}

// grid is how the panel is divided: labels in a column of their own where there
// is room.
type grid struct {
	width, height int
	margin, label int
	glyphs        glyphs
}

func newGrid(width, height int) grid {
	g := grid{width: max(width, 1), height: max(height, 1), glyphs: unicodeGlyphs()}
	if width >= 40 {
		g.margin, g.label = 1, 10
	}
	return g
}

// text is how many columns are left for text.
func (g grid) text() int { return max(g.width-2*g.margin-g.label, 1) }

// screen lays the dialogue out.
func screen(d *dialogue, width, height int) frame {
	g := newGrid(width, height)
	ask := g.ask(d)
	room := g.height - len(ask.lines)
	if room <= 0 {
		return g.clamp(ask)
	}
	above, below := facts(d.question, height, g.glyphs), origins(d.question)
	spare := share(ranked(above, below), g.text(), room-1)
	var f frame
	f.lines = append(f.lines, g.title(d))
	f.lines = append(f.lines, g.body(above, &spare)...)
	f.cursorX, f.cursorY = ask.cursorX, ask.cursorY+len(f.lines)
	f.lines = append(f.lines, ask.lines...)
	if last := g.body(below, new(int)); len(last) > 0 {
		if spare > 0 {
			f.lines = append(f.lines, g.rule())
		}
		f.lines = append(f.lines, last...)
	}
	return g.clamp(f)
}

func ranked(above, below []*section) []*section {
	all := slices.Concat(above, below)
	slices.SortStableFunc(all, func(a, b *section) int { return cmp.Compare(a.rank, b.rank) })
	return all
}

// body lays sections one below the other, with an empty line round the command
// and before the question while there are spare ones.
func (g grid) body(sections []*section, spare *int) []line {
	var lines []line
	gap := func() {
		if last := len(lines) - 1; *spare > 1 && (last < 0 || len(lines[last]) > 0) {
			lines = append(lines, line{})
			*spare--
		}
	}
	for _, s := range sections {
		if s.rank == commandRank {
			gap()
		}
		for i, l := range s.lay(g.text(), g.glyphs) {
			lines = append(lines, g.labelled(s.label, i == 0, l))
		}
		if s.rank == commandRank {
			gap()
		}
	}
	gap()
	return lines
}

const commandRank = 2

// labelled puts a line into the grid; the label stands on the first one.
func (g grid) labelled(label string, first bool, text line) line {
	if g.label == 0 {
		return text
	}
	if !first {
		label = ""
	}
	pad := strings.Repeat(" ", g.label-len(label))
	return append(line{{strings.Repeat(" ", g.margin), plainInk}, {label + pad, faintInk}}, text...)
}

func (g grid) title(d *dialogue) line {
	name, count := "guard asks", ""
	if total := len(d.question.Decision.Confirmations); total > 1 {
		count = " " + thousands(d.index+1) + " of " + thousands(total) + " "
	}
	if g.width < 40 {
		return line{{name + count, accentInk}}
	}
	lead := strings.Repeat(g.glyphs.rule, 2) + " " + name + " "
	fill := g.width - line{{lead + count, plainInk}}.width() - 2
	return line{{lead + strings.Repeat(g.glyphs.rule, max(fill, 0)) + count + strings.Repeat(g.glyphs.rule, 2), accentInk}}
}

func (g grid) rule() line {
	return line{{strings.Repeat(g.glyphs.rule, g.width), faintInk}}
}

// clamp makes sure of the size, whatever went before.
func (g grid) clamp(f frame) frame {
	f.lines = f.lines[:min(len(f.lines), g.height)]
	for i, l := range f.lines {
		if l.width() > g.width {
			f.lines[i] = fit(l, g.width, g.glyphs.ellipsis)
		}
	}
	if f.cursorY >= len(f.lines) {
		f.cursorX, f.cursorY = -1, -1
	}
	f.cursorX = min(f.cursorX, g.width-1)
	return f
}
