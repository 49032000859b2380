package ptytest

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// escape handles a sequence that starts with ESC.
func (t *terminal) escape(data []byte) int {
	if len(data) < 2 {
		return 0
	}
	switch data[1] {
	case '[':
		return t.csi(data)
	case ']', 'P', '_', '^', 'X':
		return t.str(data)
	case '(', ')', '#', '%', ' ':
		return min(len(data)/3*3, 3)
	}
	t.short(data[1])
	return 2
}

func (t *terminal) short(c byte) {
	switch c {
	case '7':
		t.saved = [2]int{t.x, t.y}
	case '8':
		t.x, t.y = t.saved[0], t.saved[1]
	case 'D':
		t.lineFeed()
	case 'E':
		t.x = 0
		t.lineFeed()
	case 'M':
		if t.y == t.top {
			t.scroll(t.top, -1)
		} else {
			t.y = max(t.y-1, 0)
		}
	case 'c':
		t.resize(t.size)
	}
}

// str handles the sequences that hold a text up to BEL or ESC \: titles,
// colours, clipboards.
func (t *terminal) str(data []byte) int {
	end, length := bytes.IndexByte(data, 7), 1
	if st := bytes.Index(data, []byte("\x1b\\")); st > 0 && (end < 0 || st < end) {
		end, length = st, 2
	}
	if end < 0 {
		return 0
	}
	switch string(data[1:end]) {
	case "]10;?":
		t.answers.WriteString("\x1b]10;rgb:ffff/ffff/ffff\x1b\\")
	case "]11;?":
		t.answers.WriteString("\x1b]11;rgb:0000/0000/0000\x1b\\")
	}
	return end + length
}

// csi handles ESC [ parameters final.
func (t *terminal) csi(data []byte) int {
	end := 2
	for end < len(data) && (data[end] < 0x40 || data[end] > 0x7e) {
		end++
	}
	if end == len(data) {
		return 0
	}
	parameters, final := string(data[2:end]), data[end]
	switch {
	case strings.ContainsAny(parameters, "?>=<$ !"):
		t.private(parameters, final)
	default:
		t.command(numbers(parameters), final)
	}
	return end + 1
}

// private handles the sequences of DEC and xterm.
func (t *terminal) private(parameters string, final byte) {
	switch parameters + string(final) {
	case "?1049h", "?47h":
		t.alternate()
	case "?1049l", "?47l":
		t.primary()
	case ">c", ">0c":
		t.answers.WriteString("\x1b[>1;10;0c")
	}
	if mode, found := strings.CutSuffix(parameters, "$"); found && final == 'p' {
		fmt.Fprintf(&t.answers, "\x1b[%s;0$y", mode)
	}
}

// numbers are the parameters of a sequence; a missing one is 0.
func numbers(parameters string) []int {
	var all []int
	for _, text := range strings.Split(parameters, ";") {
		n, _ := strconv.Atoi(text)
		all = append(all, min(n, 1<<15))
	}
	return all
}

// command handles the standard sequences. n is the first parameter where 0
// means 1.
func (t *terminal) command(parameters []int, final byte) {
	n := max(parameters[0], 1)
	switch final {
	case 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'I', 'Z', '`', 'd', 'H', 'f':
		t.move(parameters, final, n)
	case 'J', 'K', 'X', 'P', '@':
		t.erase(parameters[0], final, n)
	case 'L':
		t.scroll(t.y, -min(n, t.size.Rows))
	case 'M':
		t.scroll(t.y, min(n, t.size.Rows))
	case 'S':
		t.scroll(t.top, min(n, t.size.Rows))
	case 'T':
		t.scroll(t.top, -min(n, t.size.Rows))
	case 'b':
		for range min(n, t.size.Columns) {
			t.print(t.last)
		}
	case 'r':
		t.region(parameters)
	case 's':
		t.saved = [2]int{t.x, t.y}
	case 'u':
		t.x, t.y = t.saved[0], t.saved[1]
	case 'c':
		t.answers.WriteString("\x1b[?62;22c")
	case 'n':
		t.report(parameters[0])
	}
}

func (t *terminal) region(parameters []int) {
	top, below := max(parameters[0], 1)-1, t.size.Rows
	if len(parameters) > 1 && parameters[1] > 0 {
		below = min(parameters[1], t.size.Rows)
	}
	if top < below {
		t.top, t.below, t.x, t.y = top, below, 0, 0
	}
}

func (t *terminal) report(what int) {
	switch what {
	case 5:
		t.answers.WriteString("\x1b[0n")
	case 6:
		fmt.Fprintf(&t.answers, "\x1b[%d;%dR", t.y+1, min(t.x, t.size.Columns-1)+1)
	}
}

func (t *terminal) move(parameters []int, final byte, n int) {
	switch final {
	case 'A', 'F':
		t.y -= n
	case 'B', 'E':
		t.y += n
	case 'C':
		t.x += n
	case 'D':
		t.x = min(t.x, t.size.Columns-1) - n
	case 'G', '`':
		t.x = n - 1
	case 'I': // n tab stops on
		t.x = (t.x/tab + n) * tab
	case 'Z': // and back
		t.x = ((t.x+tab-1)/tab - n) * tab
	case 'd':
		t.y = n - 1
	case 'H', 'f':
		t.y, t.x = n-1, 0
		if len(parameters) > 1 {
			t.x = max(parameters[1], 1) - 1
		}
	}
	if final == 'E' || final == 'F' {
		t.x = 0
	}
	t.x = max(min(t.x, t.size.Columns-1), 0)
	t.y = max(min(t.y, t.size.Rows-1), 0)
}

// erase blanks or shifts cells of the cursor's line, or of the screen.
func (t *terminal) erase(which int, final byte, n int) {
	line, x := t.cells[t.y], min(t.x, t.size.Columns-1)
	n = min(n, t.size.Columns-x)
	switch final {
	case 'J':
		t.eraseScreen(which)
		t.eraseLine(which)
	case 'K':
		t.eraseLine(which)
	case 'X':
		copy(line[x:], blank(n))
	case 'P':
		copy(line[x:], append(line[x+n:len(line):len(line)], blank(n)...))
	case '@':
		copy(line[x:], append(blank(n), line[x:len(line)-n]...))
	}
}

func (t *terminal) eraseLine(which int) {
	from, to := min(t.x, t.size.Columns), t.size.Columns
	if which != 0 {
		from = 0
	}
	if which == 1 {
		to = min(t.x+1, t.size.Columns)
	}
	copy(t.cells[t.y][from:to], blank(to-from))
}

// eraseScreen blanks the other lines.
func (t *terminal) eraseScreen(which int) {
	for row := range t.cells {
		if which >= 2 || which == 0 && row > t.y || which == 1 && row < t.y {
			t.cells[row] = blank(t.size.Columns)
		}
	}
}
