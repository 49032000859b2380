package review

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"blastguard/guard"
)

// Style says how the output looks. The zero Style is plain, 80 columns wide.
type Style struct {
	Color bool
	Width int       // columns; zero: 80. Lists are cut to it, pages are not
	Now   time.Time // for relative times; zero: none are shown
}

func (s Style) width() int {
	if s.Width <= 0 {
		return 80
	}
	return max(s.Width, 40)
}

const (
	red    = "31"
	yellow = "33"
	green  = "32"
	faint  = "2"
	bold   = "1"
)

func (s Style) paint(color, text string) string {
	if !s.Color || text == "" {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// ago is a time before now, in its largest unit: "12s", "3m", "5h", "12d".
func (s Style) ago(at time.Time) string {
	if s.Now.IsZero() {
		return ""
	}
	d := s.Now.Sub(at)
	switch {
	case d < 0:
		return "ahead"
	case d < time.Minute:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	default:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	}
}

// when is a time in full, with how long ago it was.
func (s Style) when(at time.Time) string {
	text := at.UTC().Format("2006-01-02 15:04:05.000 MST")
	if ago := s.ago(at); ago != "" && ago != "ahead" {
		text += " (" + ago + " ago)"
	}
	return text
}

// cut shortens text to so many runes.
func cut(text string, width int) string {
	if utf8.RuneCountInString(text) <= width {
		return text
	}
	runes := []rune(text)
	return string(runes[:max(width-1, 0)]) + "…"
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// page writes lines and remembers the first error.
type page struct {
	w     io.Writer
	style Style
	err   error
}

func (p *page) line(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(text, " ")+"\n")
	}
}

func (p *page) head(text string) {
	p.line("")
	p.line(p.style.paint(bold, text))
}

// nameWidth is the width of a page's left column.
const nameWidth = 12

// field writes a name and its value; nothing when the value is empty. What
// stands in value comes from outside.
func (p *page) field(name, value string) {
	if value == "" {
		return
	}
	for i, line := range strings.Split(strings.TrimRight(value, "\n"), "\n") {
		if i > 0 {
			name = ""
		}
		p.line("  " + p.style.paint(faint, pad(name, nameWidth)) + " " + guard.Printable(line))
	}
}
