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
	words := a.words()
	terms := make([]term, 0, 5+len(a.Programs)+len(a.Policies)+len(a.Targets)+len(words))
	terms = append(terms, term{termDecision, ""}, term{termVerdict, a.Kind}, term{termUser, a.User}, term{termUID, strconv.Itoa(a.UID)})
	if a.Run != 0 {
		terms = append(terms, term{termRun, strconv.FormatInt(a.Run, 10)})
	}
	for _, list := range []struct {
		kind   string
		values []string
	}{{termProgram, a.Programs}, {termPolicy, a.Policies}, {termTarget, a.Targets}, {termWord, words}} {
		for _, value := range list.values {
			terms = append(terms, term{list.kind, value})
		}
	}
	return terms
}

// words are the first distinct words of what an entry is about.
func (a about) words() []string {
	found := make([]string, 0, 16)
	add := func(text string) {
		for word := range strings.FieldsFuncSeq(strings.ToLower(text), isNoWord) {
			if len(found) < maxWords && !slices.Contains(found, word) {
				found = append(found, word)
			}
		}
	}
	add(a.Command)
	add(a.Summary)
	for _, target := range a.Targets[:min(len(a.Targets), maxWords)] {
		add(target)
	}
	return found
}

func wordsOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), isNoWord)
}

// isNoWord: it stands between words.
func isNoWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
