package approve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"blastguard/guard"
)

// notShown stands for a text that a person has to know.
const notShown = "(not shown)"

// withoutKnown hides also the texts that a person has to type from memory: what is
// shown beside the question need not be known.
func withoutKnown(confirmations []guard.Confirmation, hide func(string) string) func(string) string {
	var known []string
	for _, confirmation := range confirmations {
		if !confirmation.Show && confirmation.Text != "" {
			known = append(known, clean(confirmation.Text))
		}
	}
	return func(text string) string {
		text = hide(text)
		for _, one := range known {
			text = replaceWord(text, one, notShown)
		}
		return text
	}
}

// replaceWord replaces a text where it stands as a word, and not in another one.
func replaceWord(text, word, with string) string {
	part := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	var b strings.Builder
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return b.String() + text[from:]
		}
		start, end := from+i, from+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:start])
		after, _ := utf8.DecodeRuneInString(text[end:])
		b.WriteString(text[from:start])
		if part(before) || part(after) {
			b.WriteString(word)
		} else {
			b.WriteString(with)
		}
		from = end
	}
}

func hiddenRows(rows []row, hide func(string) string) []row {
	for i := range rows {
		for j := range rows[i].line {
			rows[i].line[j].text = hide(rows[i].line[j].text)
		}
	}
	return rows
}
