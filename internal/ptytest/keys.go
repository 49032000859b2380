package ptytest

import (
	"fmt"
	"strings"
)

// Send types the text, byte for byte. Enter is "\r".
func (s *Session) Send(text string) error {
	if _, err := s.master.WriteString(text); err != nil {
		return fmt.Errorf("send %q: %w", text, err)
	}
	return nil
}

// Key presses one key by its name: enter, esc, backspace, tab, space, up, down,
// left, right, home, end, delete, page-up, page-down, or ctrl- with a letter,
// "\", "]" or space.
func (s *Session) Key(name string) error {
	keys, err := sequence(name)
	if err != nil {
		return err
	}
	return s.Send(keys)
}

// Paste sends the text as a terminal does that was asked for bracketed paste.
func (s *Session) Paste(text string) error {
	return s.Send("\x1b[200~" + text + "\x1b[201~")
}

func sequence(name string) (string, error) {
	if letter, found := strings.CutPrefix(name, "ctrl-"); found {
		return control(letter)
	}
	switch name {
	case "enter":
		return "\r", nil
	case "esc":
		return "\x1b", nil
	case "backspace":
		return "\x7f", nil
	case "tab":
		return "\t", nil
	case "space":
		return " ", nil
	case "up", "down", "right", "left":
		return "\x1b[" + map[string]string{"up": "A", "down": "B", "right": "C", "left": "D"}[name], nil
	case "home":
		return "\x1b[H", nil
	case "end":
		return "\x1b[F", nil
	case "delete":
		return "\x1b[3~", nil
	case "page-up":
		return "\x1b[5~", nil
	case "page-down":
		return "\x1b[6~", nil
	default:
		return "", fmt.Errorf("key %q: there is no such key", name)
	}
}

func control(letter string) (string, error) {
	if letter == "space" {
		return "\x00", nil
	}
	if len(letter) == 1 && (letter[0] >= 'a' && letter[0] <= 'z' || letter == `\` || letter == "]") {
		return string([]byte{letter[0] & 0x1f}), nil
	}
	return "", fmt.Errorf("key %q: there is no such key", "ctrl-"+letter)
}
