package guard

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable returns text with everything escaped that a terminal could act on
// or a person could not see: control characters, invalid UTF-8, bidirectional
// overrides. What is shown this way is for reading; it is never run.
func Printable(text string) string {
	if isPrintable(text) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size <= 1:
			b.WriteString(`\x`)
			b.WriteString(hexByte(text[i]))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		i += size
	}
	return b.String()
}

func isPrintable(text string) bool {
	if !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

func hexByte(c byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[c>>4], digits[c&15]})
}

// Plural is "1 byte", "3 bytes"; other plurals than with s are given.
func Plural[N int | int64](n N, one string, many ...string) string {
	number := strconv.FormatInt(int64(n), 10)
	switch {
	case n == 1:
		return number + " " + one
	case len(many) > 0:
		return number + " " + many[0]
	default:
		return number + " " + one + "s"
	}
}

// CommandLine shows argv as a shell would take it: words are quoted only where
// they must be, and unprintable bytes are escaped in $'…'.
func CommandLine(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = shellQuote(word)
	}
	return strings.Join(words, " ")
}

// ShowWords shows words as far as they are known: those that are not as they were
// written.
func ShowWords(words []Word) string {
	shown := make([]string, len(words))
	for i, word := range words {
		shown[i] = Printable(word.Text)
		if word.Reading == Literal {
			shown[i] = shellQuote(word.Text)
		}
	}
	return strings.Join(shown, " ")
}

func shellQuote(word string) string {
	switch {
	case word == "":
		return "''"
	case !isPrintable(word):
		return "$'" + strings.ReplaceAll(Printable(strings.ReplaceAll(word, `\`, `\\`)), "'", `\'`) + "'"
	case strings.IndexFunc(word, needsQuote) < 0:
		return word
	default:
		return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
	}
}

func needsQuote(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./=:,@%+", r)
}

// Shorten cuts a text that would fill the screen: size is in bytes, and an ellipsis
// stands for the rest.
func Shorten(text string, size int) string {
	if len(text) <= size {
		return text
	}
	return strings.ToValidUTF8(text[:size], "") + "…"
}

// Amount is "1 program" or "3 programs"; many is the plural where it takes more
// than an s.
func Amount(n int, one string, many ...string) string {
	switch {
	case n == 1:
		return "1 " + one
	case len(many) > 0:
		return strconv.Itoa(n) + " " + many[0]
	default:
		return strconv.Itoa(n) + " " + one + "s"
	}
}

// OwnWords are the first words that are guard's own. The list is closed: a word
// added later would shadow a program.
func OwnWords() []string {
	return []string{"run", "check", "policy", "history", "drill", "setup", "demo", "doctor", "help", "completion", "shell"}
}
