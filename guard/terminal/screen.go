package terminal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// screen follows what a program writes to its terminal, as far as a question
// that comes between must know it: whether it has the alternate screen, how it
// wants keys and mouse, and whether a sequence is unfinished. The zero screen
// is that of a terminal in its initial state.
type screen struct {
	reading   reading
	sequence  []byte // of a control sequence, after its introducer
	rest      int    // bytes of a character that are still to come
	changed   map[int]bool
	margins   string // the parameters of the scrolling region; "" is the whole screen
	keypad    bool   // application keypad
	otherKeys string // xterm's modifyOtherKeys, as it was set; "" is not
	kitty     bool   // the keyboard was set up by kitty's protocol
	mid       bool   // something printable stands in the line
}

// reading is what the next byte belongs to.
type reading int

const (
	plain    reading = iota
	escape           // after ESC
	skipOne          // after ESC and an intermediate: one byte follows
	control          // after CSI
	text             // a string: title, clipboard
	textStop         // ESC inside a string
)

// maxSequence bounds what is kept of a sequence; a longer one is none that
// matters here.
const maxSequence = 64

// modes are DEC's private modes that disturb a question, with their initial
// state; those of the alternate screen are not among them.
func modes() map[int]bool {
	return map[int]bool{
		1: false, 6: false, 7: true, 25: true, // cursor keys, origin, wrap, cursor visible
		9: false, 1000: false, 1001: false, 1002: false, 1003: false, // mouse
		1005: false, 1006: false, 1015: false, 1016: false,
		1004: false, 2004: false, 2026: false, 2031: false, 2048: false, // focus, paste, held drawing, reports
	}
}

// alternates are the modes that show the alternate screen.
func alternates() []int { return []int{47, 1047, 1049} }

// write follows what was written.
func (s *screen) write(data []byte) {
	for _, b := range data {
		s.next(b)
	}
}

// between says that no character and no sequence is unfinished.
func (s *screen) between() bool { return s.reading == plain && s.rest == 0 }

// alternate says that the program has the alternate screen.
func (s *screen) alternate() bool {
	return slices.ContainsFunc(alternates(), func(mode int) bool { return s.changed[mode] })
}

func (s *screen) next(b byte) {
	const cancel, substitute, bell, esc = 0x18, 0x1a, 0x07, 0x1b
	switch {
	case b == cancel || b == substitute:
		s.reading = plain
	case s.reading == text && b == bell:
		s.reading = plain
	case b == esc && (s.reading == text || s.reading == textStop):
		s.reading = textStop
	case b == esc:
		s.reading, s.rest = escape, 0
	case s.reading == plain:
		s.print(b)
	case s.reading == escape:
		s.begin(b)
	case s.reading == skipOne:
		if b >= 0x30 {
			s.reading = plain
		}
	case s.reading == control:
		s.parameter(b)
	case s.reading == textStop:
		// ESC \ ends the string; ESC and anything else does too, and begins anew.
		s.begin(b)
	}
}

// print takes a byte of text.
func (s *screen) print(b byte) {
	switch {
	case b == '\n' || b == '\r':
		s.mid, s.rest = false, 0
	case b < 0x20 || b == 0x7f:
	case b >= 0x80 && b < 0xc0:
		s.rest = max(s.rest-1, 0)
	default:
		s.mid, s.rest = true, 0
		switch {
		case b >= 0xf0:
			s.rest = 3
		case b >= 0xe0:
			s.rest = 2
		case b >= 0xc0:
			s.rest = 1
		}
	}
}

// begin takes the byte after ESC.
func (s *screen) begin(b byte) {
	s.reading = plain
	switch {
	case b == '[':
		s.reading, s.sequence = control, s.sequence[:0]
	case strings.IndexByte("]P_^X", b) >= 0:
		s.reading = text
	case b >= 0x20 && b < 0x30:
		s.reading = skipOne
	case b == '=', b == '>':
		s.keypad = b == '='
	case b == 'c':
		*s = screen{sequence: s.sequence[:0]}
	}
}

// parameter takes a byte of a control sequence.
func (s *screen) parameter(b byte) {
	switch {
	case b >= 0x40 && b <= 0x7e:
		s.reading = plain
		if len(s.sequence) < maxSequence {
			s.command(string(s.sequence), b)
		}
	case b >= 0x20 && b < 0x40 && len(s.sequence) < maxSequence:
		s.sequence = append(s.sequence, b)
	}
}

// command takes a whole control sequence.
func (s *screen) command(parameters string, final byte) {
	private, isPrivate := strings.CutPrefix(parameters, "?")
	switch {
	case isPrivate && (final == 'h' || final == 'l'):
		s.set(private, final == 'h')
	case final == 'r' && !strings.ContainsAny(parameters, "?$"):
		s.margins = parameters
	case final == 'p' && parameters == "!": // soft reset
		s.margins, s.keypad = "", false
		for _, mode := range []int{1, 6, 7, 25} {
			delete(s.changed, mode)
		}
	case final == 'u' && len(parameters) > 0 && strings.IndexByte("<>=", parameters[0]) >= 0:
		s.kitty = true
	case final == 'm' && strings.HasPrefix(parameters, ">4"):
		s.otherKeys = ""
		if _, value, set := strings.Cut(parameters, ";"); set && value != "0" {
			s.otherKeys = parameters
		}
	}
}

func (s *screen) set(list string, on bool) {
	if s.changed == nil {
		s.changed = map[int]bool{}
	}
	initial := modes()
	for _, word := range strings.Split(list, ";") {
		mode, err := strconv.Atoi(word)
		if err != nil {
			continue
		}
		if usual, known := initial[mode]; known && on == usual {
			delete(s.changed, mode)
		} else if known || slices.Contains(alternates(), mode) {
			s.changed[mode] = on
		}
	}
}

// taken is how the screen is taken for a question and given back.
type taken struct {
	before, after string
	redraw        bool // the program must draw its whole screen anew
	below         bool // the question stands below what was there
}

// take says what to write before and after a question. full says that the
// terminal has an alternate screen and can be cleared; otherwise the question
// stands in the lines below.
func (s *screen) take(full bool) taken {
	reset, restore := s.unsettle()
	if !full {
		line := ""
		if s.mid {
			line = "\r\n"
		}
		return taken{before: line + reset, after: restore, below: true}
	}
	clear := "\x1b[r\x1b[m\x1b(B\x1b[2J\x1b[H"
	if s.alternate() {
		return taken{before: reset + clear, after: "\x1b[m\x1b[2J\x1b[H" + restore, redraw: true}
	}
	// The cursor is saved on the way in and put back on the way out, so that the
	// region may move it. Keyboard stacks belong to one screen.
	return taken{before: "\x1b[?1049h" + reset + clear, after: "\x1b[m\x1b[2J" + restore + s.region() + "\x1b[?1049l"}
}

// region sets the program's scrolling region again; that moves the cursor.
func (s *screen) region() string {
	if s.margins == "" {
		return ""
	}
	return "\x1b[" + s.margins + "r"
}

// unsettle takes back what the program has set up, and says how to set it again.
func (s *screen) unsettle() (reset, restore string) {
	onOff := map[bool]string{true: "h", false: "l"}
	initial := modes()
	var changed []int
	for mode := range s.changed {
		if _, known := initial[mode]; known {
			changed = append(changed, mode)
		}
	}
	slices.Sort(changed)
	for _, mode := range changed {
		reset += fmt.Sprintf("\x1b[?%d%s", mode, onOff[initial[mode]])
		restore += fmt.Sprintf("\x1b[?%d%s", mode, onOff[s.changed[mode]])
	}
	if s.keypad {
		reset, restore = reset+"\x1b>", restore+"\x1b="
	}
	if s.otherKeys != "" {
		reset, restore = reset+"\x1b[>4m", restore+"\x1b["+s.otherKeys+"m"
	}
	if s.kitty {
		reset, restore = reset+"\x1b[>0u", restore+"\x1b[<1u"
	}
	return reset, restore
}
