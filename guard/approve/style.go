package approve

import (
	"image/color"

	"charm.land/lipgloss/v2"
)

// Style is how a text is dressed. The zero Style is plain text without a limit
// to its width.
type Style struct {
	Color bool // false: no escape sequence at all
	Dark  bool // the background is known to be dark
	Width int  // in columns; 0: as wide as it comes
}

// ink is what a piece of text is, for its colour.
type ink int

const (
	plainInk  ink = iota
	strongInk     // the command, the text to type
	faintInk      // labels, evidence
	goodInk       // passes
	badInk        // measured, and bad
	doubtInk      // not known, or only warned about
	accentInk     // guard itself
)

// dress wraps text in the sequences of its ink. Only the sixteen colours of
// the terminal's theme are used, which are readable on its background; yellow
// often is not on a light one, so it needs a background known to be dark.
func (s Style) dress(text string, as ink) string {
	if !s.Color || text == "" || as == plainInk {
		return text
	}
	style := lipgloss.NewStyle()
	switch as {
	case strongInk:
		style = style.Bold(true)
	case faintInk:
		style = style.Faint(true)
	case goodInk:
		style = style.Foreground(lipgloss.Green)
	case badInk:
		style = style.Foreground(lipgloss.Red).Bold(true)
	case doubtInk:
		style = style.Foreground(s.doubt()).Bold(true)
	case accentInk:
		style = style.Foreground(lipgloss.Cyan).Bold(true)
	}
	return style.Render(text)
}

func (s Style) doubt() color.Color {
	if s.Dark {
		return lipgloss.Yellow
	}
	return lipgloss.Magenta
}
