package approve

import (
	"cmp"

	"charm.land/lipgloss/v2"
)

// section is a part of the panel: a label and rows, of which some may be left
// out where the screen is small.
type section struct {
	label string
	rows  []row
	total int // how many rows there would be; 0: those in rows
	rank  int // the higher, the earlier it is cut
	want  int // lines it gets before others get more than that; 0: all
	given int // lines it has got
}

// row is one thing in a section.
type row struct {
	line
	exact bool // folded where the line is full, with every space
}

func (r row) lines(width int) []line {
	if r.exact {
		return fold(r.line, width)
	}
	return wrap(r.line, width)
}

func (s section) count() int { return cmp.Or(s.total, len(s.rows)) }

// need is how many lines the whole section takes.
func (s section) need(width int) int {
	lines := 0
	for _, row := range s.rows {
		lines += len(row.lines(width))
	}
	if s.count() > len(s.rows) {
		lines++
	}
	return lines
}

// lay returns the section in the lines it was given. What is left out is
// counted on the last one.
func (s section) lay(width int, glyphs glyphs) []line {
	if s.given <= 0 {
		return nil
	}
	var lines []line
	shown := 0
	for _, row := range s.rows {
		next := row.lines(width)
		last := shown+1 == s.count()
		if len(lines)+len(next) > s.given || (len(lines)+len(next) == s.given && !last) {
			break
		}
		lines = append(lines, next...)
		shown++
	}
	if shown == s.count() {
		return lines
	}
	return append(lines, s.rest(shown, s.given-len(lines), width, glyphs)...)
}

// rest stands for the rows from shown on, in room lines.
func (s section) rest(shown, room, width int, glyphs glyphs) []line {
	if shown >= len(s.rows) {
		return []line{{{"and " + thousands(s.count()-shown) + " more", faintInk}}}
	}
	if shown > 0 && room == 1 && s.count()-shown > 1 {
		return []line{{{"and " + thousands(s.count()-shown) + " more", faintInk}}}
	}
	// Part of the next row, and how many come after it.
	lines := s.rows[shown].lines(width)
	ending := line{}
	if after := s.count() - shown - 1; after > 0 {
		ending = line{{others(after, width), faintInk}}
	}
	last, cut := min(len(lines), room)-1, ""
	if len(lines) > room || lines[last].width()+ending.width() > width {
		cut = glyphs.ellipsis
	}
	kept := fit(lines[last], width-ending.width()-lipgloss.Width(cut), "")
	lines[last] = append(append(kept, span{cut, faintInk}), ending...)
	return lines[:last+1]
}

// share gives each section lines of room: one to each in the order of their
// rank, then what each wants, then what is left.
func share(sections []*section, width, room int) int {
	for _, upTo := range []func(*section) int{
		func(*section) int { return 1 },
		func(s *section) int { return cmp.Or(s.want, maxLines) },
		func(*section) int { return maxLines },
	} {
		for _, s := range sections {
			more := min(upTo(s), s.need(width)) - s.given
			more = max(min(more, room), 0)
			s.given += more
			room -= more
		}
	}
	return room
}

// others counts what comes after the only row that is shown.
func others(count, width int) string {
	if width < 40 {
		return " +" + thousands(count)
	}
	return " and " + thousands(count) + " more"
}

const maxLines = 1 << 20
