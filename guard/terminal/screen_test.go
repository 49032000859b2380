package terminal

import (
	"strings"
	"testing"
)

// What a question has to take back, and to set again, after what a program wrote.
func TestTheScreenIsGivenBackAsItWas(t *testing.T) {
	const clear = "\x1b[r\x1b[m\x1b(B\x1b[2J\x1b[H"
	for _, test := range []struct{ name, written, before, after string }{
		{"nothing special", "text\r\n", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"bracketed paste, as a shell's editor asks for", "\x1b[?2004h$ ", "\x1b[?1049h\x1b[?2004l" + clear, "\x1b[m\x1b[2J\x1b[?2004h\x1b[?1049l"},
		{"and no longer", "\x1b[?2004h$ \x1b[?2004l", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"a hidden cursor", "\x1b[?25l", "\x1b[?1049h\x1b[?25h" + clear, "\x1b[m\x1b[2J\x1b[?25l\x1b[?1049l"},
		{"several modes at once", "\x1b[?1000;1006h", "\x1b[?1049h\x1b[?1000l\x1b[?1006l" + clear, "\x1b[m\x1b[2J\x1b[?1000h\x1b[?1006h\x1b[?1049l"},
		{"keys of an editor", "\x1b[?1h\x1b=", "\x1b[?1049h\x1b[?1l\x1b>" + clear, "\x1b[m\x1b[2J\x1b[?1h\x1b=\x1b[?1049l"},
		{"xterm's other keys", "\x1b[>4;2m", "\x1b[?1049h\x1b[>4m" + clear, "\x1b[m\x1b[2J\x1b[>4;2m\x1b[?1049l"},
		{"xterm's other keys, taken back", "\x1b[>4;2m\x1b[>4m", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"kitty's keyboard", "\x1b[>1u", "\x1b[?1049h\x1b[>0u" + clear, "\x1b[m\x1b[2J\x1b[<1u\x1b[?1049l"},
		{"a scrolling region", "\x1b[2;20r", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[2;20r\x1b[?1049l"},
		{"a full-screen program", "\x1b[?1049h\x1b[?1h", "\x1b[?1l" + clear, "\x1b[m\x1b[2J\x1b[H\x1b[?1h"},
		{"an older one", "\x1b[?47h", clear, "\x1b[m\x1b[2J\x1b[H"},
		{"one that has ended", "\x1b[?1049h\x1b[?1049l", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"a reset", "\x1b[?1049h\x1b[?2004h\x1b[2;3r\x1bc", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"what only looks like it, in a title", "\x1b]0;[?1049h\x1b\\", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"what only looks like it, without ESC", "[?1049h", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"a sequence longer than any", "\x1b[?" + strings.Repeat("1049;", 30) + "1049h", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
		{"a soft reset", "\x1b[?1;25l\x1b[?1h\x1b[2;3r\x1b[!p", "\x1b[?1049h" + clear, "\x1b[m\x1b[2J\x1b[?1049l"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var whole, pieces screen
			whole.write([]byte(test.written))
			for i := range len(test.written) {
				pieces.write([]byte{test.written[i]})
			}
			got := whole.take(true)
			if got.before != test.before || got.after != test.after {
				t.Errorf("%q\nbefore %q\nwant   %q\nafter  %q\nwant   %q", test.written, got.before, test.before, got.after, test.after)
			}
			if got.redraw != whole.alternate() {
				t.Errorf("%q: redraw %v", test.written, got.redraw)
			}
			if pieces.take(true) != got {
				t.Errorf("%q: byte by byte %+v", test.written, pieces.take(true))
			}
		})
	}
}

func TestAQuestionDoesNotCutASequence(t *testing.T) {
	for _, test := range []struct {
		written string
		between bool
	}{
		{"", true}, {"text", true}, {"\x1b", false}, {"\x1b[", false}, {"\x1b[1;3", false}, {"\x1b[1;3m", true},
		{"\x1b]0;title", false}, {"\x1b]0;title\a", true}, {"\x1b]0;title\x1b", false}, {"\x1b]0;title\x1b\\", true},
		{"\x1b(", false}, {"\x1b(B", true}, {"gr\xc3", false}, {"gr\xc3\xb6", true}, {"\xe2\x94", false}, {"\xe2\x94\x80", true},
		{"\xf0\x9f\x99", false}, {"\xf0\x9f\x99\x82", true}, {"\x1b[1\x18", true}, {"\xff\n", true}, {"\x1bP1;2|x\x1b\\", true},
	} {
		var s screen
		s.write([]byte(test.written))
		if s.between() != test.between {
			t.Errorf("%q: between sequences %v, want %v", test.written, s.between(), test.between)
		}
	}
}

func TestPlainLinesBeginALine(t *testing.T) {
	for written, before := range map[string]string{"": "", "$ ": "\r\n", "$ \r\n": "", "\x1b[?2004h$ ls": "\r\n\x1b[?2004l", "x\r": ""} {
		var s screen
		s.write([]byte(written))
		if got := s.take(false); got.before != before || strings.Contains(got.after, "1049") {
			t.Errorf("%q: before %q, want %q; after %q", written, got.before, before, got.after)
		}
	}
}

// No output, however broken, ends the copier or makes it forget that it follows.
func FuzzScreen(f *testing.F) {
	for _, seed := range []string{"\x1b[?1049h", "\x1b]0;t\a", "\x1b[>4;2m\x1b[2;3r", "\xe2\x94", "\x1bP\x1b\\"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, written []byte) {
		var s screen
		s.write(written)
		s.write([]byte("\x18\x1bc"))
		if !s.between() || s.alternate() || s.take(true).redraw {
			t.Errorf("after a reset: %+v", s)
		}
		if len(s.sequence) > maxSequence {
			t.Errorf("%d bytes kept", len(s.sequence))
		}
	})
}
