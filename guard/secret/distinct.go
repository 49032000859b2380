package secret

import "unicode"

// distinctive says whether a value is so long and so random that it can be no word, no
// name of a file and no host: only then is it a secret also where nothing but its bytes
// say so. "postgres", "data2" and "db-primary-01" stand for themselves wherever they
// stand; they are masked in their place, after the flag that takes a password.
func distinctive(value string) bool {
	n := classChanges(value)
	return len(value) >= 8 && n >= 3 || len(value) >= 12 && n >= 2
}

// class is what kind of character a word has at a place.
type class int

const (
	separator class = iota // between the words of a name
	lower
	upper
	digit
	other
)

func classOf(r rune) class {
	switch {
	case r == '-' || r == '_' || r == '.' || r == '/' || r == ' ' || r == ':':
		return separator
	case unicode.IsDigit(r):
		return digit
	case unicode.IsUpper(r):
		return upper
	case unicode.IsLetter(r):
		return lower
	default:
		return other
	}
}

// classChanges counts where a value goes on with another kind of character, as names do
// not: the number after a name and a capital that begins a word are none.
func classChanges(value string) int {
	n, last := 0, separator
	length := 0 // of the run of one kind
	runes := []rune(value)
	for i, r := range runes {
		now := classOf(r)
		if now == last {
			length++
			continue
		}
		capital := last == upper && now == lower && length == 1
		trailing := now == digit && (last == lower || last == upper) && onlyDigits(runes[i:])
		camel := last == lower && now == upper
		if last != separator && now != separator && !capital && !trailing && !camel {
			n++
		}
		last, length = now, 1
	}
	return n
}

// onlyDigits: up to the next separator there are digits only.
func onlyDigits(runes []rune) bool {
	for _, r := range runes {
		switch classOf(r) {
		case separator:
			return true
		case digit:
		default:
			return false
		}
	}
	return true
}
