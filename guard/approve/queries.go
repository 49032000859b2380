package approve

import (
	"bytes"
	"os"
)

// quietTerminal is a terminal on which nothing is written that it would answer
// or that changes how it sends keys. An answer that comes late would be read by
// the command that runs next. Every sequence has to arrive in one Write.
type quietTerminal struct{ *os.File }

// Write writes what is left of text. Its count is that of the whole text.
func (q quietTerminal) Write(text []byte) (int, error) {
	if _, err := q.File.Write(withoutQueries(text)); err != nil {
		return 0, err
	}
	return len(text), nil
}

// WriteString is Write.
func (q quietTerminal) WriteString(text string) (int, error) { return q.Write([]byte(text)) }

// withoutQueries drops the control sequences that ask something or that set up
// the keyboard:
//
//	CSI … $ p   requests a mode's state         CSI … c, CSI … n   asks who, where
//	CSI ? u     asks for the keyboard's flags   CSI > < = …        sets them
func withoutQueries(text []byte) []byte {
	var kept []byte
	for {
		start := bytes.Index(text, []byte("\x1b["))
		if start < 0 {
			return append(kept, text...)
		}
		end := start + 2
		for end < len(text) && text[end] < 0x40 {
			end++
		}
		if end >= len(text) {
			return append(kept, text...)
		}
		kept = append(kept, text[:start]...)
		if sequence := text[start : end+1]; !isQuery(sequence[2:]) {
			kept = append(kept, sequence...)
		}
		text = text[end+1:]
	}
}

// isQuery judges a sequence without its CSI.
func isQuery(sequence []byte) bool {
	switch first, final := sequence[0], sequence[len(sequence)-1]; {
	case first == '>', first == '<', first == '=':
		return true
	case final == 'c', final == 'n':
		return true
	case final == 'u':
		return first == '?'
	default:
		return final == 'p' && bytes.IndexByte(sequence, '$') >= 0
	}
}
