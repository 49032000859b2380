package shell

import (
	"strings"

	"blastguard/guard"
)

// arity says what follows a flag.
type arity int

const (
	noValue  arity = iota
	hasValue       // attached, or the next word
	mayValue       // only when it is attached
)

// flag is one flag of a wrapper, as its table line spells it.
type flag struct {
	name  string // the first spelling: the one that the table's actions use
	arity arity
}

// flagsOf reads a table line: items separated by spaces, spellings of one flag
// by "|"; a last "=" says that it takes a value, "?" that it may have one
// attached: "-u|--user= -n --color?".
func flagsOf(spec string) map[string]flag {
	flags := map[string]flag{}
	for item := range strings.FieldsSeq(spec) {
		f := flag{}
		switch item[len(item)-1] {
		case '=':
			f.arity, item = hasValue, item[:len(item)-1]
		case '?':
			if item != "-?" {
				f.arity, item = mayValue, item[:len(item)-1]
			}
		}
		for i, spelling := range strings.Split(item, "|") {
			if i == 0 {
				f.name = spelling
			}
			flags[spelling] = f
		}
	}
	return flags
}

// given is one flag as it was found on a command line.
type given struct {
	name  string
	value guard.Word
}

// scanner takes flags off the front of words.
type scanner struct {
	flags  map[string]flag
	last   string // a flag after which scanning stops
	digits bool   // -5 is a flag without a name
	free   bool   // a flag that is not known takes no value but one that is attached
	found  []given
	rest   []guard.Word
	ended  bool   // by "--": the next word is no flag
	why    string // a problem: the words cannot be read
}

// scan reads the flags at the front of words (without the program's name).
func (s *scanner) scan(words []guard.Word) {
	for s.rest = words; len(s.rest) > 0 && s.why == "" && !s.ended; {
		word := s.rest[0]
		text := word.Text
		_, dash := s.flags["-"]
		if word.Reading != guard.Literal || text == "-" && !dash || !strings.HasPrefix(text, "-") {
			return
		}
		s.rest = s.rest[1:]
		switch {
		case text == "--":
			s.ended = true
		case strings.HasPrefix(text, "--"):
			s.long(text)
		case s.digits && isDigits(text[1:]):
		default:
			s.short(text)
		}
		if s.last != "" && len(s.found) > 0 && s.found[len(s.found)-1].name == s.last {
			return
		}
	}
}

func (s *scanner) long(text string) {
	name, value, attached := strings.Cut(text, "=")
	f, ok := s.longest(name)
	switch {
	case !ok && s.free:
		s.found = append(s.found, given{name, guard.Lit(value)})
	case !ok:
		s.why = "guard does not know its flag " + guard.Printable(name)
	case attached && f.arity == noValue:
		s.why = "its flag " + name + " takes no value"
	case attached:
		s.found = append(s.found, given{f.name, guard.Lit(value)})
	default:
		s.add(f)
	}
}

// longest finds a long flag by its name or an abbreviation that is unique.
func (s *scanner) longest(name string) (flag, bool) {
	if f, ok := s.flags[name]; ok {
		return f, true
	}
	if s.free { // an abbreviation may as well be a flag that is not known
		return flag{}, false
	}
	var match flag
	names := map[string]bool{}
	for spelling, f := range s.flags {
		if strings.HasPrefix(spelling, name) && strings.HasPrefix(spelling, "--") {
			match, names[f.name] = f, true
		}
	}
	return match, len(names) == 1
}

func (s *scanner) short(text string) {
	if f, ok := s.flags[text]; ok { // also spellings like -exec
		s.add(f)
		return
	}
	for i := 1; i < len(text) && s.why == ""; i++ {
		f, ok := s.flags["-"+text[i:i+1]]
		switch {
		case !ok && s.free:
			return
		case !ok:
			s.why = "guard does not know its flag -" + guard.Printable(text[i:i+1])
		case f.arity == noValue:
			s.add(f)
		case i+1 < len(text):
			s.found = append(s.found, given{f.name, guard.Lit(text[i+1:])})
			return
		default:
			s.add(f)
		}
	}
}

// add notes a flag whose value, if it takes one, is the next word.
func (s *scanner) add(f flag) {
	value := guard.Lit("")
	if f.arity == hasValue {
		if len(s.rest) == 0 || s.rest[0].Reading == guard.AnyNumber {
			s.why = "the value of its flag " + f.name + " is not known"
			return
		}
		value, s.rest = s.rest[0], s.rest[1:]
	}
	s.found = append(s.found, given{f.name, value})
}

func (s *scanner) has(name string) bool {
	_, ok := s.value(name)
	return ok
}

// value is that of the last flag of that name.
func (s *scanner) value(name string) (guard.Word, bool) {
	for i := len(s.found) - 1; i >= 0; i-- {
		if s.found[i].name == name {
			return s.found[i].value, true
		}
	}
	return guard.Word{}, false
}

func isDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
