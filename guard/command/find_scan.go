package command

import (
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
)

// findScan cuts a command line of find: starts become the elements.
type findScan struct {
	*scan
	follow string // L or H, the last that was given; "" for P
	group  findGroup
	outer  []findGroup // those that "(" opened
	// not: the next primary or group is after "!".
	not bool
	// pattern is that of a test, when it is not known and may match every name.
	pattern *guard.Word
}

// findGroup is the expression between two brackets, as far as it was read.
type findGroup struct {
	inside bool // what stands before the group restricts
	now    bool // what stands before, since the last -o or comma, restricts
	before bool // so did each alternative that -o ended
	begun  bool // an alternative was ended
	not    bool // "!" stands before the group
}

func (s *scan) find(words []guard.Word) {
	f := &findScan{scan: s}
	words = f.options(words)
	words = f.starts(words)
	for len(words) > 0 {
		words = f.primary(words)
	}
	if f.follow != "" {
		f.give(f.follow, nil)
	}
}

// options reads what stands before the starts. A "--" ends it.
func (f *findScan) options(words []guard.Word) []guard.Word {
	for len(words) > 0 && words[0].Reading == guard.Literal {
		text := words[0].Text
		if text == "--" {
			return words[1:]
		}
		letters, dashed := strings.CutPrefix(text, "-")
		_, _, isPrimary := findPrimary(text)
		start := bsdStart().FindStringSubmatch(letters)
		switch {
		case !dashed || letters == "":
			return words
		case bsdOptions().MatchString(letters):
			f.followBy(letters)
		case letters == "D":
			words = words[1:]
		case strings.HasPrefix(letters, "O") && allDigits(letters[1:]):
		case isPrimary || start == nil:
			return words
		case start[1] != "": // BSD's -fPATH
			f.followBy(strings.TrimSuffix(letters, "f"+start[1]))
			f.elements = append(f.elements, element{word: guard.Lit(start[1])})
		default: // and -f PATH
			f.followBy(letters)
			if words = words[1:]; len(words) > 0 {
				f.elements = append(f.elements, element{word: words[0]})
			}
		}
		words = words[min(1, len(words)):]
	}
	return words
}

// followBy notes which of the letters says last what links are.
func (f *findScan) followBy(letters string) {
	for _, letter := range letters {
		switch letter {
		case 'L', 'H':
			f.follow = string(letter)
		case 'P':
			f.follow = ""
		}
	}
}

// starts reads up to the expression. A word that is not known may begin it.
func (f *findScan) starts(words []guard.Word) []guard.Word {
	for len(words) > 0 {
		word := words[0]
		switch {
		case word.Reading != guard.Literal:
			f.addUnknown(word, "")
		case beginsExpression(word.Text):
			return words
		default:
			f.elements = append(f.elements, element{word: word})
		}
		words = words[1:]
	}
	return words
}

// primary reads one primary with its arguments, or an operator.
func (f *findScan) primary(words []guard.Word) []guard.Word {
	word, rest := words[0], words[1:]
	if word.Reading != guard.Literal {
		f.doubts = append(f.doubts, word)
		return rest
	}
	if f.operator(word.Text) {
		return rest
	}
	name, arguments, known := findPrimary(word.Text)
	switch {
	case !known && !strings.HasPrefix(word.Text, "-"): // find itself says that paths come first
		f.elements = append(f.elements, element{word: word})
	case !known:
		f.problems = append(f.problems, fmt.Sprintf("guard does not know %s of find: the word after it may be its value", guard.Printable(shorten(word.Text))))
		f.doubts = append(f.doubts, guard.Word{Text: word.Text, Reading: guard.OneWord, Reason: "guard does not know " + word.Text + " of find"})
	case arguments == execArguments:
		program, after := execWords(rest)
		f.mayEndEarly(program)
		f.give(name, executed(program))
		f.acts()
		rest = after
	case name == "depth" && len(rest) > 0 && rest[0].Reading == guard.Literal && depthForm().MatchString(rest[0].Text):
		rest = rest[1:] // BSD's -depth N
	case arguments > len(rest):
		f.problems = append(f.problems, fmt.Sprintf("%s needs a value, and nothing follows it", guard.Printable(word.Text)))
		rest = nil
	default:
		rest = f.take(name, rest[:arguments], rest[arguments:])
	}
	f.not = false
	return rest
}

// mayEndEarly: a word of an -exec that is not known may be the end of it, so that
// what stands after is a part of the expression.
func (f *findScan) mayEndEarly(program []guard.Word) {
	for i, word := range program {
		if word.Reading == guard.AnyNumber || word.Reading == guard.OneWord && slices.ContainsFunc(program[i:], isPrimary) {
			f.doubts = append(f.doubts, word)
			return
		}
	}
}

func isPrimary(word guard.Word) bool {
	_, _, known := findPrimary(word.Text)
	return known && word.Reading == guard.Literal
}

// take gives a primary its arguments.
func (f *findScan) take(name string, values, rest []guard.Word) []guard.Word {
	switch name {
	case "files0-from":
		f.elements = append(f.elements, element{word: guard.Word{
			Text: "-files0-from " + values[0].Text, Reading: guard.AnyNumber, Reason: "find reads from a file where it starts",
		}})
	case "delete", "rm":
		f.acts()
	}
	if len(values) > 0 {
		f.give(name, values[:1])
	} else {
		f.give(name, nil)
	}
	switch {
	case !restricts(name, values) || f.not:
	case len(values) > 0 && values[0].Reading != guard.Literal && f.pattern == nil:
		f.pattern = &values[0]
	case len(values) == 0 || values[0].Reading == guard.Literal:
		f.group.now = true
	}
	for _, value := range values {
		if value.Reading == guard.AnyNumber {
			f.doubts = append(f.doubts, value)
		}
	}
	return rest
}

// restricts: some files do not pass the test. A pattern that matches every name
// is no restriction.
func restricts(name string, values []guard.Word) bool {
	return !unrestricting()[name] && !(len(values) > 0 && values[0].Reading == guard.Literal && strings.Trim(values[0].Text, "*") == "")
}

// give adds a primary to the flag that is spelled so.
func (f *findScan) give(name string, values []guard.Word) {
	flag := f.command.exactLong(name)
	if flag == nil {
		return
	}
	switch {
	case flag.Type == Bool:
		f.add(flag, guard.Lit("true"), "-"+name)
	case len(values) == 0:
		f.add(flag, guard.Lit(name), "-"+name)
	default:
		for _, value := range values {
			f.add(flag, value, "-"+name)
		}
	}
}

// acts notes something that removes or runs, at this place of the expression.
func (f *findScan) acts() {
	flag := f.command.exactLong(unrestricted)
	switch {
	case flag == nil, f.group.inside, f.group.now:
	case f.pattern != nil:
		f.add(flag, *f.pattern, "-delete")
	default:
		f.give(unrestricted, nil)
	}
}

// operator reads brackets, "!", -o and the comma.
func (f *findScan) operator(text string) bool {
	switch text {
	case "!", "-not":
		f.not = !f.not
		return true
	case "(":
		f.outer = append(f.outer, f.group)
		f.group = findGroup{inside: f.group.inside || f.group.now, not: f.not}
	case ")":
		f.closeGroup()
	case "-o", "-or":
		f.group.before = f.group.now && (f.group.before || !f.group.begun)
		f.group.now, f.group.begun = false, true
	case ",": // the value is that of what comes after it
		f.group = findGroup{inside: f.group.inside, not: f.group.not}
	case "-a", "-and":
	default:
		return false
	}
	f.not = false
	return true
}

// closeGroup: a group restricts when each of its alternatives does.
func (f *findScan) closeGroup() {
	if len(f.outer) == 0 {
		return // find fails
	}
	closed := f.group
	f.group, f.outer = f.outer[len(f.outer)-1], f.outer[:len(f.outer)-1]
	if closed.now && (closed.before || !closed.begun) && !closed.not {
		f.group.now = true
	}
}
