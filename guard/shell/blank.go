package shell

import "strings"

// blank stands in a text for a part that somebody fills in. It is a character
// of the private use area, so that no shell and no person means anything by it.
const blank = "\uE000"

// masked is text with its blanks replaced, as long as it was.
func masked(text string, blanks []Span) string {
	var b strings.Builder
	at := 0
	for _, span := range blanks {
		if span.Start < at || span.End > len(text) || span.End-span.Start < len(blank) || strings.Contains(text[span.Start:span.End], "\n") {
			continue
		}
		b.WriteString(text[at:span.Start])
		b.WriteString(blank)
		b.WriteString(strings.Repeat("_", span.End-span.Start-len(blank)))
		at = span.End
	}
	b.WriteString(text[at:])
	return b.String()
}

// isBlank: a part of the text is filled in later.
func (r *reader) isBlank(text string) bool { return r.blanks && strings.Contains(text, blank) }

const filledIn = "it is filled in before it is run"
