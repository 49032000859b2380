package approve

import (
	"strings"
	"unicode"

	"charm.land/lipgloss/v2"

	"blastguard/guard"
)

// span is a piece of text in one ink. Its text is safe to show: it comes from
// clean or is guard's own.
type span struct {
	text string
	ink  ink
}

// line is one line on the screen, or a row before it is wrapped.
type line []span

func (l line) text() string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(s.text)
	}
	return b.String()
}

func (l line) width() int { return lipgloss.Width(l.text()) }

func (l line) dress(style Style) string {
	var b strings.Builder
	for _, s := range l {
		b.WriteString(style.dress(s.text, s.ink))
	}
	return b.String()
}

// maxClean bounds, in bytes, what is shown of one text from outside.
const maxClean = 8 << 10

// clean makes a text from outside safe to show: nothing a terminal acts on, and
// no pile of combining marks on one character.
func clean(text string) string {
	cut := len(text) > maxClean
	if cut {
		text = text[:maxClean]
	}
	text = guard.Printable(text)
	if marks := boundedMarks(text); marks != text {
		text = marks
	}
	if cut {
		text += " (cut)"
	}
	return text
}

// maxMarks is how many combining marks a character may carry on the screen.
const maxMarks = 2

func boundedMarks(text string) string {
	var b strings.Builder
	marks := maxMarks // a mark at the start has nothing to stand on
	for _, r := range text {
		if !unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) {
			marks = 0
		} else if marks++; marks > maxMarks {
			b.WriteString(escapeRune(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func escapeRune(r rune) string {
	const digits = "0123456789abcdef"
	if r > 0xffff {
		return `\U000` + string([]byte{digits[r>>16&15], digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
	}
	return `\u` + string([]byte{digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15]})
}

// cluster is what stands in one place on the screen: a character with its
// marks.
type cluster struct {
	span
	width int
}

func clusters(row line) []cluster {
	var all []cluster
	for _, s := range row {
		for _, r := range s.text {
			if last := len(all) - 1; last >= 0 && unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc) {
				all[last].text += string(r)
				all[last].width = lipgloss.Width(all[last].text)
				continue
			}
			all = append(all, cluster{span{string(r), s.ink}, runeWidth(r)})
		}
	}
	return all
}

func runeWidth(r rune) int {
	if r < 0x80 {
		return 1
	}
	return lipgloss.Width(string(r))
}

// wrap breaks a row into lines of at most width columns, at a space where one
// is near the end.
func wrap(row line, width int) []line {
	rest := clusters(row)
	var lines []line
	for len(rest) > 0 {
		n := lineEnd(rest, width)
		lines = append(lines, joined(rest[:n]))
		rest = rest[n:]
		for len(rest) > 0 && rest[0].text == " " {
			rest = rest[1:]
		}
	}
	if len(lines) == 0 {
		lines = []line{{}}
	}
	return lines
}

// after is what stands behind the beginning of a line, without spaces before it.
func (l line) after(beginning line) line {
	rest := clusters(l)[len(clusters(beginning)):]
	for len(rest) > 0 && rest[0].text == " " {
		rest = rest[1:]
	}
	return joined(rest)
}

// fold breaks a row where a line is full, and keeps every space.
func fold(row line, width int) []line {
	rest := clusters(row)
	lines := []line{}
	for len(rest) > 0 {
		n := max(fitting(rest, width), 1)
		lines = append(lines, joined(rest[:n]))
		rest = rest[n:]
	}
	return lines
}

// fitting is how many clusters fit into width.
func fitting(rest []cluster, width int) int {
	n, used := 0, 0
	for n < len(rest) && used+rest[n].width <= width {
		used += rest[n].width
		n++
	}
	return n
}

// lineEnd is how many clusters go on the first line of prose, at least one: a word
// is broken only where it is longer than a line.
func lineEnd(rest []cluster, width int) int {
	n := fitting(rest, width)
	if n >= len(rest) {
		return n
	}
	for space := n; space > 0; space-- {
		if rest[space].text == " " {
			if space > n/2 || fitting(rest[space+1:], width) >= wordLength(rest[space+1:]) {
				return space
			}
			break
		}
	}
	return max(n, 1)
}

func wordLength(rest []cluster) int {
	for i, c := range rest {
		if c.text == " " {
			return i
		}
	}
	return len(rest)
}

func joined(part []cluster) line {
	var l line
	for _, c := range part {
		if last := len(l) - 1; last >= 0 && l[last].ink == c.ink {
			l[last].text += c.text
			continue
		}
		l = append(l, c.span)
	}
	return l
}

// fit cuts a row to width, with an ellipsis where something is missing.
func fit(row line, width int, ellipsis string) line {
	all := clusters(row)
	if widthOf(all) <= width {
		return row
	}
	keep := all
	for len(keep) > 0 && widthOf(keep)+lipgloss.Width(ellipsis) > width {
		keep = keep[:len(keep)-1]
	}
	if cut := append(joined(keep), span{ellipsis, faintInk}); cut.width() <= width {
		return cut
	}
	return line{}
}

func widthOf(all []cluster) int {
	sum := 0
	for _, c := range all {
		sum += c.width
	}
	return sum
}
