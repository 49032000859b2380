package secret

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
)

// renderings are the values in every form in which they are looked for, the
// longest first.
func renderings(values []string) []string {
	var all []string
	for _, value := range values {
		if len(value) < shortest {
			continue
		}
		all = append(all, forms(value)...)
		for line := range strings.Lines(value) {
			if line = strings.TrimSpace(line); len(line) >= 2*shortest {
				all = append(all, line)
			}
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(all)
}

func forms(value string) []string {
	escaped := []string{
		value,
		url.QueryEscape(value),
		url.PathEscape(value),
		url.UserPassword("", value).String()[1:],
		unquoted(strconv.Quote(value)),
		unquoted(strconv.QuoteToASCII(value)),
		guard.Printable(value),
		guard.Printable(strings.ReplaceAll(value, `\`, `\\`)),
		strings.ReplaceAll(value, "'", `'\''`),
		strings.ReplaceAll(value, "'", `'"'"'`),
		strings.ReplaceAll(guard.Printable(strings.ReplaceAll(value, `\`, `\\`)), "'", `\'`),
		backslashed(value),
	}
	if text, err := json.Marshal(value); err == nil {
		escaped = append(escaped, unquoted(string(text)))
	}
	for _, form := range escaped[1:4] {
		escaped = append(escaped, strings.ToLower(form))
	}
	return escaped
}

func unquoted(quoted string) string { return quoted[1 : len(quoted)-1] }

// backslashed is how bash's printf %q writes a word.
func backslashed(value string) string {
	var b strings.Builder
	for i := range len(value) {
		if c := value[i]; c < 0x80 && !isNameByte(c) && !strings.ContainsRune("/.,:@%+=", rune(c)) {
			b.WriteByte('\\')
		}
		b.WriteByte(value[i])
	}
	return b.String()
}

// findCut finds values that the end of a line cuts in two, as on a panel.
func findCut(found spans, s string, values []string) spans {
	if !strings.Contains(s, "\n") {
		return found
	}
	squeezed, places := make([]byte, 0, len(s)), make([]int, 0, len(s)+1)
	for i := 0; i < len(s); i++ {
		if s[i] != '\n' {
			squeezed, places = append(squeezed, s[i]), append(places, i)
			continue
		}
		for i+1 < len(s) && s[i+1] == ' ' {
			i++
		}
	}
	places = append(places, len(s))
	for _, value := range values {
		for _, part := range findExact(nil, string(squeezed), value) {
			found = append(found, span{places[part.from], places[part.to-1] + 1})
		}
	}
	return found
}

// findWord finds a value where it stands alone: what is before and after it could not
// be a part of the same name or path.
func findWord(found spans, s, value string) spans {
	joins := func(c byte) bool { return c >= 0x80 || isNameByte(c) || strings.IndexByte("/.~@:%", c) >= 0 }
	for _, part := range findExact(nil, s, value) {
		if (part.from == 0 || !joins(s[part.from-1])) && (part.to == len(s) || !joins(s[part.to])) {
			found = append(found, part)
		}
	}
	return found
}

func findExact(found spans, s, value string) spans {
	for at := 0; at <= len(s)-len(value); {
		i := strings.Index(s[at:], value)
		if i < 0 {
			break
		}
		found = append(found, span{at + i, at + i + len(value)})
		at += i + 1 // occurrences may overlap
	}
	return found
}
