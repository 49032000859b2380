package ptytest

import (
	"strings"
	"testing"
)

func TestScreen(t *testing.T) {
	for _, test := range []struct{ name, written, screen string }{
		{"plain lines", "one\r\ntwo", "one\ntwo"},
		{"a line feed alone keeps the column", "one\ntwo", "one\n   two"},
		{"colours are dropped", "\x1b[1;31mred\x1b[0m", "red"},
		{"long lines wrap", "0123456789ab", "0123456789\nab"},
		{"a full line wraps only with the next character", "0123456789\r\nab", "0123456789\nab"},
		{"the screen scrolls", "1\r\n2\r\n3\r\n4\r\n5", "2\n3\n4\n5"},
		{"the cursor is placed", "\x1b[2;3Hx\x1b[Hy", "y\n  x"},
		{"the cursor moves and stays inside", "\x1b[99;99H\x1b[2A\x1b[4Dx", "\n     x"},
		{"the rest of a line is erased", "0123\x1b[2D\x1b[K", "01"},
		{"the start of a line is erased", "0123\x1b[2D\x1b[1K", "   3"},
		{"the whole screen is erased", "one\r\ntwo\x1b[2J", ""},
		{"below the cursor is erased", "one\r\ntwo\r\nthree\x1b[2;2H\x1b[J", "one\nt"},
		{"characters are deleted and inserted", "0123\x1b[3D\x1b[P\x1b[@", "0 23"},
		{"lines are inserted", "one\r\ntwo\x1b[H\x1b[L", "\none\ntwo"},
		{"lines are deleted", "one\r\ntwo\x1b[H\x1b[M", "two"},
		{"only the region scrolls", "top\r\n\x1b[2;3ra\x1b[2;1Hb\r\nc\r\nd", "aop\nc\nd"},
		{"a character is repeated", "-\x1b[4b", "-----"},
		{"the alternate screen is another one", "one\x1b[?1049htwo", "two"},
		{"the first screen comes back as it was", "one\x1b[?1049h\x1b[3;2Htwo\x1b[?1049l!", "one!"},
		{"titles are not shown", "\x1b]0;title\aone\x1b]2;title\x1b\\two", "onetwo"},
		{"characters of several bytes", "größer │", "größer │"},
		{"invalid bytes are shown as such", "a\xffb", "a\ufffdb"},
		{"backspace and tab", "ab\bc\td", "ac      d"},
		{"the cursor moves by tab stops", "\x1b[Ix\x1b[2Zy", "y       x"},
		{"absurd numbers are bounded", "a\x1b[99999999999999999999C\x1b[40000b\x1b[40000L", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			whole, pieces := newTerminal(Size{10, 4}), newTerminal(Size{10, 4})
			whole.write([]byte(test.written))
			for i := range len(test.written) {
				pieces.write([]byte{test.written[i]})
			}
			if got := whole.String(); got != test.screen && test.screen != "" {
				t.Errorf("screen\n%s\nwant\n%s", got, test.screen)
			}
			if whole.String() != pieces.String() {
				t.Errorf("byte by byte the screen is\n%s\nat once it is\n%s", pieces, whole)
			}
		})
	}
}

func TestQueriesAreAnswered(t *testing.T) {
	for _, test := range []struct{ query, answer string }{
		{"\x1b[c", "\x1b[?62;22c"},
		{"ab\x1b[6n", "\x1b[1;3R"},
		{"\x1b[5n", "\x1b[0n"},
		{"\x1b]11;?\a", "\x1b]11;rgb:0000/0000/0000\x1b\\"},
		{"\x1b[?2026$p", "\x1b[?2026;0$y"},
		{"no query", ""},
	} {
		if got := newTerminal(Standard).write([]byte(test.query)); got != test.answer {
			t.Errorf("%q is answered by %q, want %q", test.query, got, test.answer)
		}
	}
}

func FuzzTerminal(f *testing.F) {
	f.Add("one\r\n\x1b[2;3Hx\x1b[K\x1b]0;t\a")
	f.Fuzz(func(t *testing.T, written string) {
		terminal := newTerminal(Size{7, 3})
		terminal.write([]byte(written))
		if lines := strings.Count(terminal.String(), "\n"); lines > 2 {
			t.Errorf("%d lines on a screen of 3", lines+1)
		}
	})
}
