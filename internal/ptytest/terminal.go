package ptytest

import (
	"strings"
	"unicode/utf8"
)

// terminal is a small VT100: enough for line editors, pagers and full-screen
// programs that draw with cursor movements. Colours are dropped, and every
// character is taken to be one column wide.
type terminal struct {
	size       Size
	cells      [][]rune
	x, y       int // of the cursor; x may be one past the last column
	saved      [2]int
	top, below int       // the scrolling region: rows top to below-1
	main       *terminal // the primary screen, while the alternate one is shown

	pending []byte          // of an unfinished character or sequence
	last    rune            // for REP
	text    strings.Builder // all characters, in the order of writing
	answers strings.Builder // to the queries of one write
}

// tab is how far apart the tab stops are; they cannot be changed.
const tab = 8

func newTerminal(size Size) *terminal {
	t := &terminal{}
	t.resize(size)
	return t
}

func (t *terminal) resize(size Size) {
	t.size, t.top, t.below = size, 0, size.Rows
	t.x, t.y, t.saved = 0, 0, [2]int{}
	t.cells = blankScreen(size)
	if t.main != nil {
		t.main = &terminal{cells: blankScreen(size)}
	}
}

// alternate shows the other screen, which is blank at first.
func (t *terminal) alternate() {
	if t.main == nil {
		t.main = &terminal{cells: t.cells, x: t.x, y: t.y}
	}
	main := t.main
	t.resize(t.size)
	t.main = main
}

// primary shows the first screen again, as it was.
func (t *terminal) primary() {
	if main := t.main; main != nil {
		t.main, t.cells, t.x, t.y = nil, main.cells, main.x, main.y
	}
}

func blankScreen(size Size) [][]rune {
	cells := make([][]rune, size.Rows)
	for row := range cells {
		cells[row] = blank(size.Columns)
	}
	return cells
}

func blank(columns int) []rune { return []rune(strings.Repeat(" ", columns)) }

// String is the screen.
func (t *terminal) String() string {
	lines := make([]string, len(t.cells))
	for row, cells := range t.cells {
		lines[row] = strings.TrimRight(string(cells), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// write takes what the program wrote and returns what the terminal answers.
func (t *terminal) write(data []byte) (answers string) {
	t.pending = append(t.pending, data...)
	for len(t.pending) > 0 {
		used := t.step(t.pending)
		if used == 0 {
			break // the rest of it is still to come
		}
		t.pending = t.pending[used:]
	}
	answers = t.answers.String()
	t.answers.Reset()
	return answers
}

// step handles one character or sequence and says how long it was; 0 means that
// it is not complete.
func (t *terminal) step(data []byte) int {
	switch {
	case data[0] == 0x1b:
		return t.escape(data)
	case data[0] < 0x20 || data[0] == 0x7f:
		t.control(data[0])
		return 1
	case !utf8.FullRune(data):
		return 0
	}
	r, size := utf8.DecodeRune(data)
	t.print(r)
	return size
}

func (t *terminal) print(r rune) {
	if t.x >= t.size.Columns {
		t.x = 0
		t.lineFeed()
	}
	t.cells[t.y][t.x] = r
	t.x++
	t.last = r
	t.text.WriteRune(r)
}

func (t *terminal) control(c byte) {
	switch c {
	case '\r':
		t.x = 0
	case '\n', '\v', '\f':
		t.lineFeed()
		t.text.WriteByte('\n')
	case '\b':
		t.x = max(min(t.x, t.size.Columns-1)-1, 0)
	case '\t':
		t.x = min((t.x/tab+1)*tab, t.size.Columns-1)
		t.text.WriteByte('\t')
	}
}

func (t *terminal) lineFeed() {
	switch {
	case t.y == t.below-1:
		t.scroll(t.top, 1)
	case t.y < t.size.Rows-1:
		t.y++
	}
}

// scroll moves the lines from row to the end of the scrolling region up by n,
// or down when n is negative; what comes in is blank.
func (t *terminal) scroll(row, n int) {
	for ; n > 0; n-- {
		copy(t.cells[row:t.below], t.cells[row+1:t.below])
		t.cells[t.below-1] = blank(t.size.Columns)
	}
	for ; n < 0; n++ {
		copy(t.cells[row+1:t.below], t.cells[row:t.below-1])
		t.cells[row] = blank(t.size.Columns)
	}
}
