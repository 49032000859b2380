package shell

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// plain is the text of a word that has no expansion, however it is quoted; ""
// when it has one.
func plain(word *syntax.Word) string {
	var b strings.Builder
	for _, part := range word.Parts {
		if !plainPart(&b, part) {
			return ""
		}
	}
	return b.String()
}

func plainPart(b *strings.Builder, part syntax.WordPart) bool {
	switch part := part.(type) {
	case *syntax.Lit:
		if strings.ContainsAny(part.Value, "*?[{~") {
			return part.Value == "[" && b.Len() == 0 && b.String() == part.Value
		}
		b.WriteString(bareText(part.Value))
	case *syntax.SglQuoted:
		text, ok := part.Value, true
		if part.Dollar {
			text, ok = unescape(part.Value)
		}
		b.WriteString(text)
		return ok
	case *syntax.DblQuoted:
		for _, inner := range part.Parts {
			lit, ok := inner.(*syntax.Lit)
			if !ok || part.Dollar {
				return false
			}
			b.WriteString(unquote(lit.Value, "$`\"\\"))
		}
	default:
		return false
	}
	return true
}

// bareText takes the backslashes out of unquoted text.
func bareText(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			i++
			if text[i] == '\n' {
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

var simpleEscapes = map[byte]byte{
	'a': 7, 'b': 8, 'e': 27, 'E': 27, 'f': 12, 'n': 10, 'r': 13, 't': 9, 'v': 11,
	'\\': '\\', '\'': '\'', '"': '"', '?': '?',
}

// unescape reads the text between $' and '. Not ok: an escape on which shells
// differ, or a NUL.
func unescape(text string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		c := text[i]
		if plain, ok := simpleEscapes[c]; ok {
			b.WriteByte(plain)
			continue
		}
		used, ok := numericEscape(&b, text[i:])
		if !ok {
			return b.String(), false
		}
		i += used - 1
	}
	return b.String(), true
}

// numericEscape reads \nnn, \xHH, \uHHHH and \UHHHHHHHH without the backslash
// and says how many bytes of text it was.
func numericEscape(b *strings.Builder, text string) (used int, ok bool) {
	radix, most, skip := 16, 2, 1
	switch c := text[0]; {
	case c >= '0' && c <= '7':
		radix, most, skip = 8, 3, 0
	case c == 'x':
	case c == 'u':
		most = 4
	case c == 'U':
		most = 8
	default:
		return 0, false
	}
	digits := text[skip:min(len(text), skip+most)]
	for digits != "" {
		value, err := strconv.ParseUint(digits, radix, 32)
		if err != nil {
			digits = digits[:len(digits)-1]
			continue
		}
		if value == 0 || value > 255 || strings.HasPrefix(digits, "+") || most > 3 && value > 127 {
			return 0, false // what \u writes depends on the locale
		}
		b.WriteByte(byte(value))
		return skip + len(digits), true
	}
	return 0, false
}
