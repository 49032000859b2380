package secret

import (
	"path"
	"strings"
)

// word is one word of a command, and where it stands.
type word struct {
	text string
	nr   int  // in argv
	at   int  // in a text, in bytes
	ends bool // the command ends with it
	pipe bool // and a pipe follows
}

// eachFlagValue calls found for the part of a word that is the secret of a
// flag: "--password x", "-pX" after mysql; or of an operand: redis-cli AUTH x.
func eachFlagValue(words []word, found func(w word, from, to int)) {
	program := ""
	operands := secretOperands()
	for i, w := range words {
		base := baseName(w.text)
		if isTool(base) {
			program = base
		}
		if look := operands[base]; look != nil {
			look(words[i:endOf(words, i)], found)
		}
		next := word{}
		if i+1 < len(words) && !w.ends {
			next = words[i+1]
		}
		switch {
		case longFlag(w.text, program) && next.text != "" && !strings.HasPrefix(next.text, "-"):
			found(next, 0, len(next.text))
		case contains(userFlags[program], w.text):
			foundAfter(next, 0, ":", found)
		default:
			userFlag(program, w, found)
			shortFlag(program, w, next, found)
		}
		if w.ends {
			program = ""
			if w.pipe {
				pipedSecret(words[beginOf(words, i):i+1], words[i+1:endOf(words, i+1)], found)
			}
		}
	}
}

func baseName(text string) string { return path.Base(text) }

// endOf is after the last word of the command that the word belongs to, beginOf is its
// first.
func endOf(words []word, i int) int {
	for ; i < len(words); i++ {
		if words[i].ends {
			return i + 1
		}
	}
	return len(words)
}

func beginOf(words []word, i int) int {
	for i > 0 && !words[i-1].ends {
		i--
	}
	return i
}

func longFlag(text, program string) bool {
	return strings.HasPrefix(text, "-") && len(text) > 2 && !strings.ContainsAny(text, "=:/. ") && sensitive(text) && !contains(prompting, program)
}

// userFlag: --user=USER:SECRET.
func userFlag(program string, w word, found func(w word, from, to int)) {
	for _, flag := range userFlags[program] {
		if strings.HasPrefix(w.text, flag+"=") {
			foundAfter(w, len(flag)+1, ":", found)
		}
	}
}

func shortFlag(program string, w, next word, found func(w word, from, to int)) {
	for _, known := range shortFlags {
		if !contains(known.programs, program) || !strings.HasPrefix(w.text, known.flag) {
			continue
		}
		value, at := next, 0
		if len(w.text) > len(known.flag) {
			if known.shape == separate || known.shape == passPrefix {
				continue
			}
			value, at = w, len(known.flag)
		} else if known.shape == attached {
			continue
		}
		foundValue(program, known.shape, value, at, found)
	}
}

// foundValue finds the secret in the value of a flag.
func foundValue(program string, shape shape, value word, at int, found func(w word, from, to int)) {
	text := value.text[min(at, len(value.text)):]
	switch {
	case text == "" || at == 0 && strings.HasPrefix(text, "-") || isPublish(program, text):
	case shape == userColon:
		foundAfter(value, at, ":", found)
	case shape == userOther:
		foundAfter(value, at, "%,", found)
	case shape == cookiePair:
		foundAfter(value, at, "=", found)
	case shape == passPrefix:
		if strings.HasPrefix(text, "pass:") {
			found(value, at+len("pass:"), len(value.text))
		}
	default:
		found(value, at, len(value.text))
	}
}

// isPublish: docker run -p 8080:80 is a port, and so is one of a connection.
func isPublish(program, value string) bool {
	return contains([]string{"docker", "podman", "nerdctl", "nodetool"}, program) && strings.Trim(value, "0123456789.:-/tcpud") == ""
}

// foundAfter is what follows the first of some characters: USER:SECRET.
func foundAfter(w word, at int, marks string, found func(w word, from, to int)) {
	if at > len(w.text) {
		return
	}
	if i := strings.IndexAny(w.text[at:], marks); i >= 0 {
		found(w, at+i+1, len(w.text))
	}
}

func isTool(base string) bool {
	for _, known := range shortFlags {
		if contains(known.programs, base) {
			return true
		}
	}
	return userFlags[base] != nil || contains(prompting, base)
}

func contains(list []string, text string) bool {
	for _, item := range list {
		if item == text {
			return true
		}
	}
	return false
}

func findFlags(found spans, s string, words []word) spans {
	eachFlagValue(words, func(w word, from, to int) {
		found = append(found, span{w.at + from, w.at + to})
	})
	return found
}

// textWords cuts shell text into words, roughly: at blanks and operators, with
// a quoted part that begins a word as one word, without its quotes.
func textWords(s string) []word {
	if !strings.ContainsAny(s, " \t") {
		return nil // one word
	}
	var words []word
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case isSpace(c):
			i++
		case strings.IndexByte(";&|()\n", c) >= 0:
			if len(words) > 0 && !words[len(words)-1].ends {
				words[len(words)-1].ends = true
				words[len(words)-1].pipe = c == '|' && (i+1 == len(s) || s[i+1] != '|')
			}
			i++
		case isQuote(c):
			i++
			if i < len(s) && !isSpace(s[i]) && len(words) > 0 && strings.HasPrefix(words[len(words)-1].text, "-") {
				to := quotedEnd(s, i, c, false)
				words = append(words, word{text: s[i:to], at: i})
				i = to
			}
		default:
			to := i
			for to < len(s) && !isSpace(s[to]) && !isQuote(s[to]) && strings.IndexByte(";&|()", s[to]) < 0 {
				to++
			}
			words = append(words, word{text: s[i:to], at: i})
			i = to
		}
	}
	return words
}
