package secret

import "strings"

// Mask stands for what was hidden.
const Mask = "[masked]"

// shortest is the length in bytes below which an exact value is not looked
// for: masking every "ab" would hide the record, not the secret.
const shortest = 4

// Masker hides secrets in text. It does not change after New and may be used by
// several goroutines. The zero Masker masks known forms only.
type Masker struct {
	exact []string // wherever they stand
	words []string // where they are a word of their own
}

// New returns a Masker of known forms and of the exact values, which are looked
// for in every rendering that a log or a shell makes of them: a distinctive one
// anywhere, any other only as a word. Values shorter than four bytes are left out.
func New(exact []string) *Masker {
	var anywhere, words []string
	for _, value := range exact {
		if distinctive(value) {
			anywhere = append(anywhere, value)
		} else {
			words = append(words, value)
		}
	}
	return &Masker{exact: renderings(anywhere), words: renderings(words)}
}

// Text returns s with every secret replaced by Mask. It is idempotent.
func (m *Masker) Text(s string) string {
	// A mask can bring two halves together, so it is looked again until
	// nothing is found. Every round leaves fewer bytes outside masks.
	for {
		masked := m.once(s)
		if masked == s {
			return s
		}
		s = masked
	}
}

func (m *Masker) once(s string) string {
	var found spans
	if m != nil {
		for _, value := range m.exact {
			found = findExact(found, s, value)
		}
		if len(m.exact) > 0 {
			found = findCut(found, s, m.exact)
		}
		for _, value := range m.words {
			found = findWord(found, s, value)
		}
	}
	found = findAssignments(found, s)
	found = findURLs(found, s)
	found = findTokens(found, s)
	found = findQuery(findHooks(findSQL(found, s), s), s)
	found = findFlags(found, s, textWords(s))
	return found.mask(s)
}

// Argv masks a command's arguments, the program first. It knows which argument
// is the value of the flag before it.
func (m *Masker) Argv(argv []string) []string {
	masked := make([]string, len(argv))
	values := argvSpans(argv)
	for i, word := range argv {
		masked[i] = m.Text(values[i].mask(word))
	}
	return masked
}

// Found returns the secrets that Argv masks because of the flag or the name
// they follow, so that they can be hidden elsewhere too: those that are distinctive.
// A password that is an ordinary word is masked in its place and nowhere else.
func Found(argv []string) []string {
	var secrets []string
	for i, found := range argvSpans(argv) {
		found = findSQL(findAssignments(found, argv[i]), argv[i])
		found = findFlags(found, argv[i], textWords(argv[i])) // of a shell's text
		for _, s := range found {
			if value := argv[i][s.from:s.to]; distinctive(value) && !strings.Contains(value, Mask) {
				secrets = append(secrets, value)
			}
		}
	}
	return secrets
}

// argvSpans are the masked parts of each argument, for its place in argv.
func argvSpans(argv []string) []spans {
	values := make([]spans, len(argv))
	words := make([]word, 0, len(argv))
	for i, text := range argv {
		words = append(words, word{text: text, nr: i})
	}
	eachFlagValue(words, func(w word, from, to int) {
		values[w.nr] = append(values[w.nr], span{from, to})
	})
	return values
}
