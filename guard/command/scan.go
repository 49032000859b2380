package command

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"blastguard/guard"
)

// scan is a command line cut into flags and operands, before types.
type scan struct {
	command  *Command
	seen     map[*Flag][]occurrence
	elements []element
	problems []string
	// doubts are the unknown words that may be flags, in order.
	doubts []guard.Word

	// maybeSubcommand is how many words of the subcommand may be among the
	// elements.
	maybeSubcommand int

	posix bool // POSIXLY_CORRECT is set
	ended bool // by "--": all that follows are operands
	// loose is the undeclared flag just before, whose value the next word may be.
	loose string
	// behind is the undeclared flag, or letter of a bundle, whose value the flag
	// that is being read may be.
	behind string
	// shifted: a flag took a word and may be no flag, so that the words after it
	// may have other places.
	shifted bool
	// undeclared are the flags as typed that nothing declares, each once.
	undeclared []string
	noted      map[string]bool // those of undeclared
}

// occurrence is one use of a declared flag.
type occurrence struct {
	word  guard.Word // its value; for a plain bool flag Lit("true")
	after bool       // after a doubt, or where a flag may be an operand
	loose bool       // after an undeclared flag, whose value it may be
	text  string     // as it was typed, for messages
}

// certain: it is a flag, and set, whatever is not known.
func (o occurrence) certain() bool { return !o.after && !o.loose && o.word.Reading == guard.Literal }

// element is one operand word.
type element struct {
	word guard.Word
	// mayBeFlag: no "--" stands before this unknown word.
	mayBeFlag bool
	// loose is the undeclared flag whose value this word may be.
	loose string
}

// scanWords cuts the operation's words. It takes time linear in them.
func (c *Command) scanWords(op *guard.Operation) *scan {
	s := &scan{command: c, seen: map[*Flag][]occurrence{}, elements: make([]element, 0, len(op.Args))}
	_, s.posix = op.Env["POSIXLY_CORRECT"]
	if c.Style == Find {
		s.find(op.Args)
		return s
	}
	words := op.Args
	if c.Bundled && len(words) > 0 && words[0].Reading == guard.Literal && words[0].Text != "" && words[0].Text[0] != '-' {
		words = s.bundled(words[0].Text, words[1:])
	}
	for len(words) > 0 {
		words = s.step(words)
	}
	return s
}

// step reads one word, and its value where it takes one, and returns the rest.
func (s *scan) step(words []guard.Word) []guard.Word {
	word, rest := words[0], words[1:]
	loose := s.loose
	s.loose, s.behind = "", loose
	switch {
	case word.Reading != guard.Literal:
		s.addUnknown(word, loose)
	case s.ended:
		s.elements = append(s.elements, element{word: word})
	case s.command.Style == Words:
		s.keyValue(word)
	case word.Text == "--":
		s.ended = true
	case len(word.Text) < 2 || word.Text[0] != '-':
		s.elements = append(s.elements, element{word: word, loose: loose})
	case s.maybeOperand():
		s.addUnknown(guard.Word{Text: word.Text, Reading: guard.OneWord, Reason: "POSIXLY_CORRECT is set, with which it is an operand of GNU programs: write the flags first"}, loose)
		return s.flag(word.Text, rest)
	default:
		return s.flag(word.Text, rest)
	}
	return rest
}

// maybeOperand: GNU's getopt ends the flags at the first operand when POSIXLY_CORRECT is
// set; other programs know nothing of that.
func (s *scan) maybeOperand() bool {
	return s.posix && s.command.Style == GNU && len(s.elements) > len(s.command.Subcommand)
}

// flag reads a word with a dash before it, and its value where it takes one.
func (s *scan) flag(text string, rest []guard.Word) []guard.Word {
	switch {
	case s.command.Style == Go:
		return s.long(strings.TrimPrefix(text[1:], "-"), rest)
	case strings.HasPrefix(text, "--"):
		return s.long(text[2:], rest)
	default:
		return s.bundle(text[1:], rest)
	}
}

func (s *scan) addUnknown(word guard.Word, loose string) {
	s.elements = append(s.elements, element{word: word, mayBeFlag: !s.ended, loose: loose})
	if !s.ended {
		s.doubts = append(s.doubts, word)
	}
}

// keyValue reads one word of a line like dd's: key=value, or --help.
func (s *scan) keyValue(word guard.Word) {
	key, value, found := strings.Cut(word.Text, "=")
	if !found {
		if long, dashed := strings.CutPrefix(word.Text, "--"); dashed {
			if flag := s.command.exactLong(long); flag != nil && flag.Type == Bool {
				s.add(flag, guard.Lit("true"), word.Text)
				return
			}
		}
		s.elements = append(s.elements, element{word: word})
		return
	}
	if flag := s.command.exactLong(key); flag != nil {
		s.add(flag, guard.Lit(value), key+"=")
		return
	}
	s.noteUndeclared(key + "=")
}

// noteUndeclared keeps a flag that nothing declares, once.
func (s *scan) noteUndeclared(typed string) {
	if s.noted[typed] {
		return
	}
	if s.noted == nil {
		s.noted = map[string]bool{}
	}
	s.noted[typed] = true
	s.undeclared = append(s.undeclared, typed)
}

// loosen notes that the next word may be the value of an undeclared flag.
func (s *scan) loosen(typed string) {
	if !s.command.OtherFlags {
		s.loose = typed
	}
}

// long reads --name, --name=value or, in the Go style, -name.
func (s *scan) long(text string, rest []guard.Word) []guard.Word {
	name, value, attached := strings.Cut(text, "=")
	flag, problem := s.command.findLong(name)
	abbreviated := flag != nil && s.command.exactLong(name) == nil
	if abbreviated { // or a flag of its own that is not declared: most programs take no beginnings
		s.behind = "--" + name
		s.noteUndeclared(s.behind)
	}
	switch {
	case problem != "":
		s.problems = append(s.problems, problem)
	case flag == nil:
		typed := s.command.dashes() + name
		s.noteUndeclared(typed)
		if !attached {
			s.loosen(typed)
		}
	case attached:
		s.add(flag, guard.Lit(value), s.command.spelling(flag))
	case flag.Type == Bool:
		s.add(flag, guard.Lit("true"), s.command.spelling(flag))
	case flag.Attached:
		s.add(flag, guard.Lit(""), s.command.spelling(flag))
	case abbreviated && s.command.OtherFlags: // which takes no word
	default:
		return s.takeValue(flag, s.command.spelling(flag), rest)
	}
	return rest
}

// bundle reads -rf, -n5, -n 5.
func (s *scan) bundle(text string, rest []guard.Word) []guard.Word {
	first := true // of the letters that nothing declares: the rest may be its value
	for text != "" {
		_, size := utf8.DecodeRuneInString(text)
		letter := text[:size]
		text = text[size:]
		flag := s.command.findShort(letter)
		switch {
		case flag == nil:
			if first {
				s.noteUndeclared("-" + letter)
			}
			first, s.behind = false, "-"+letter
			s.loosen(s.behind)
			continue
		case flag.Type == Bool:
			s.loose = ""
			s.add(flag, guard.Lit("true"), "-"+letter)
			continue
		case text != "" || flag.Attached:
			s.add(flag, guard.Lit(text), "-"+letter)
		default:
			rest = s.takeValue(flag, "-"+letter, rest)
		}
		s.loose = ""
		return rest
	}
	return rest
}

// bundled reads a first word like tar's xzf: the values follow in the order of the
// letters.
func (s *scan) bundled(letters string, rest []guard.Word) []guard.Word {
	for _, letter := range letters {
		switch flag := s.command.findShort(string(letter)); {
		case flag == nil:
			s.noteUndeclared("-" + string(letter))
		case flag.Type == Bool:
			s.add(flag, guard.Lit("true"), string(letter))
		default:
			rest = s.takeValue(flag, string(letter), rest)
		}
	}
	return rest
}

// takeValue gives the next word to the flag.
func (s *scan) takeValue(flag *Flag, typed string, rest []guard.Word) []guard.Word {
	if len(rest) == 0 {
		s.problems = append(s.problems, fmt.Sprintf("%s needs a value, and nothing follows it", typed))
		return nil
	}
	s.add(flag, rest[0], typed)
	s.shifted = s.shifted || s.behind != ""
	if rest[0].Reading == guard.AnyNumber {
		// None, one or several words: those after the first are read as any
		// others, so what follows is in doubt.
		s.addUnknown(rest[0], "")
	}
	return rest[1:]
}

func (s *scan) add(flag *Flag, value guard.Word, typed string) {
	s.seen[flag] = append(s.seen[flag], occurrence{word: value, after: len(s.doubts) > 0 || s.command.Style == Go && len(s.elements) > len(s.command.Subcommand), loose: s.behind != "" || s.shifted, text: typed})
}

// dashes are those before a long name.
func (c *Command) dashes() string {
	if c.Style == Go {
		return "-"
	}
	return "--"
}

func (c *Command) findShort(letter string) *Flag {
	for i := range c.Flags {
		if slices.Contains(c.Flags[i].Short, letter) {
			return &c.Flags[i]
		}
	}
	return nil
}

func (c *Command) exactLong(name string) *Flag {
	for i := range c.Flags {
		if slices.Contains(c.Flags[i].long(), name) {
			return &c.Flags[i]
		}
	}
	if c.Style == Go {
		return c.findShort(name)
	}
	return nil
}

// findLong finds a flag by its long name or, in the GNU style, by a beginning
// that only one declared flag has.
func (c *Command) findLong(name string) (flag *Flag, problem string) {
	if exact := c.exactLong(name); exact != nil || c.Style != GNU || name == "" {
		return exact, ""
	}
	for i := range c.Flags {
		if !slices.ContainsFunc(c.Flags[i].long(), func(long string) bool { return strings.HasPrefix(long, name) }) {
			continue
		}
		if flag != nil {
			return nil, fmt.Sprintf("--%s may be --%s or --%s: write it out", guard.Printable(shorten(name)), flag.long()[0], c.Flags[i].long()[0])
		}
		flag = &c.Flags[i]
	}
	return flag, ""
}

// takesValues says whether some declared flag takes the next word.
func (c *Command) takesValues() bool {
	return slices.ContainsFunc(c.Flags, func(flag Flag) bool { return flag.Type != Bool })
}
