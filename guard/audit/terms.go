package audit

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A term is something that an entry is found by.
type term struct{ kind, value string }

const (
	termDecision = "decision" // every entry but exits; no value
	termVerdict  = "verdict"
	termUser     = "user"
	termUID      = "uid"
	termProgram  = "program"
	termPolicy   = "policy"
	termTarget   = "target"
	termWord     = "word" // of the command, the summary and the targets, in lower case
	termOf       = "of"   // of an exit: the entry that ended
	termRun      = "run"  // of a step: the entry of its run
)

// maxWords bounds the words of one entry.
const maxWords = 24

// terms are those of an entry, each once.
func (a about) terms() []term {
	if a.Kind == kindExit {
		return []term{{termOf, strconv.FormatInt(a.Of, 10)}}
	}
	terms := []term{{termDecision, ""}, {termVerdict, a.Kind}, {termUser, a.User}, {termUID, strconv.Itoa(a.UID)}}
	if a.Run != 0 {
		terms = append(terms, term{termRun, strconv.FormatInt(a.Run, 10)})
	}
	for _, list := range []struct {
		kind   string
		values []string
	}{{termProgram, a.Programs}, {termPolicy, a.Policies}, {termTarget, a.Targets}, {termWord, a.words()}} {
		for _, value := range list.values {
			terms = append(terms, term{list.kind, value})
		}
	}
	return terms
}

// words are the first distinct words of what an entry is about.
func (a about) words() []string {
	var found []string
	for _, text := range append([]string{a.Command, a.Summary}, a.Targets[:min(len(a.Targets), maxWords)]...) {
		for _, word := range wordsOf(text) {
			if len(found) < maxWords && !slices.Contains(found, word) {
				found = append(found, word)
			}
		}
	}
	return found
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
