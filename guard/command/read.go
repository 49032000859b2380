package command

import (
	"cmp"
	"fmt"
	"strings"

	"blastguard/guard"
)

// Read reads the operation's words. Every declared flag and operand has a value
// in Args; what guard cannot know is not Known. For an operation that is opaque
// nothing is. Words of an operation that does not match are read all the same.
func (c *Command) Read(op *guard.Operation) Read {
	if op.Opaque != "" {
		return c.readOpaque(op.Opaque)
	}
	r := &reader{command: c, scan: c.scanWords(op), acts: c.Acts(), out: Read{Args: map[string]Value{}}}
	r.scan.dropSubcommand()
	r.out.Problems = append(r.out.Problems, r.scan.problems...)
	for i := range c.Flags {
		r.readFlag(&c.Flags[i])
	}
	r.readOperands()
	r.out.Undeclared = r.scan.undeclared
	r.out.Others = r.undeclared()
	r.out.Harmless = r.harmless()
	return r.out
}

// undeclared lists the flags that nothing declares; an unknown word may be one
// more.
func (r *reader) undeclared() Value {
	values := make([]Value, len(r.scan.undeclared))
	for i, flag := range r.scan.undeclared {
		values[i] = Value{Known: true, V: flag}
	}
	if len(r.scan.doubts) > 0 {
		value := r.doubted()
		value.AtLeast = len(values)
		return value
	}
	return Value{Known: true, V: values}
}

// harmless is what makes the line one that changes nothing; "" for none. What
// may be another flag's value, or stands after an unknown word, does not.
func (r *reader) harmless() string {
	for i := range r.command.Flags {
		flag := &r.command.Flags[i]
		uses := r.scan.seen[flag]
		if !flag.Harmless || len(uses) == 0 {
			continue
		}
		last := uses[len(uses)-1]
		if value, err := parseBool(last.word.Text); err == nil && value && last.certain() {
			return last.text
		}
	}
	if s := r.scan; r.command.Bare && len(s.elements)+len(s.doubts)+len(s.undeclared)+len(s.problems) == 0 {
		return "no operand"
	}
	return ""
}

func (c *Command) readOpaque(reason string) Read {
	out := Read{Args: map[string]Value{}}
	word := guard.Word{Reading: guard.AnyNumber, Reason: reason}
	add := func(name string, target TargetKind) {
		out.Args[name] = Value{Reason: reason}
		if target != NotTarget {
			out.Targets = append(out.Targets, Target{Kind: target, Arg: name, Word: word})
		}
	}
	for _, flag := range c.Flags {
		add(flag.Name, flag.Target)
	}
	for _, operand := range c.Operands {
		add(operand.Name, operand.Target)
	}
	out.Others = Value{Reason: reason}
	return out
}

// reader gives the scanned words their types.
type reader struct {
	command *Command
	scan    *scan
	acts    bool // its deeds need the words of each argument
	out     Read
	// left is how many words may belong to operands that are in doubt.
	left int
}

func (r *reader) problem(format string, args ...any) {
	r.out.Problems = append(r.out.Problems, fmt.Sprintf(format, args...))
}

func (r *reader) readFlag(flag *Flag) {
	uses := r.scan.seen[flag]
	for _, use := range uses {
		r.keep(flag.Target, flag.Sensitive, flag.Name, use.word)
	}
	for _, doubt := range r.scan.doubts {
		r.keep(flag.Target, false, flag.Name, doubt)
	}
	value := r.flagValue(flag, uses)
	if flag.Required && isEmpty(value) {
		r.problem(`%s is required: absent or empty never means "all"`, r.command.spelling(flag))
	}
	r.out.Args[flag.Name] = value
}

func (r *reader) flagValue(flag *Flag, uses []occurrence) Value {
	switch {
	case flag.Type == List:
		return r.listFlag(flag, uses)
	case len(uses) == 0 && len(r.scan.doubts) > 0:
		return r.doubted()
	case len(uses) == 0:
		return r.absent(flag.Name, flag.Type, flag.Target, flag.Default)
	}
	last := uses[len(uses)-1]
	value := r.convert(flag.Type, last.word, last.text)
	certain := value.Known && flag.Type == Bool && value.V == true && !last.after
	if len(r.scan.doubts) > 0 && !certain {
		return r.doubted()
	}
	return value
}

func (r *reader) listFlag(flag *Flag, uses []occurrence) Value {
	var values []Value
	before := 0
	for _, use := range uses {
		values = append(values, r.convert(String, use.word, use.text))
		if !use.after {
			before++
		}
	}
	switch {
	case len(r.scan.doubts) > 0:
		value := r.doubted()
		value.AtLeast = before
		return value
	case len(uses) == 0:
		return r.absent(flag.Name, List, flag.Target, flag.Default)
	}
	return Value{Known: true, V: values}
}

// doubted is the value of what an unknown word may set, or may keep from being
// that, or what may be the value of an undeclared flag.
func (r *reader) doubted() Value {
	if len(r.scan.doubts) == 0 {
		return Value{Reason: fmt.Sprintf("command %s does not declare %s, which may take the word after it (write that flag last, or declare it)",
			r.command.Name, guard.Printable(shorten(strings.Join(r.scan.undeclared, ", "))))}
	}
	doubt := r.scan.doubts[0]
	return Value{Reason: fmt.Sprintf(`%s may be a flag (write "--" before it): %s`, guard.Printable(shorten(doubt.Text)), because(doubt))}
}

// convert gives one word its type. A text that does not have it is a problem.
func (r *reader) convert(kind Type, word guard.Word, where string) Value {
	if word.Reading != guard.Literal {
		return Value{Reason: because(word)}
	}
	value, err := parse(kind, word.Text)
	if err != nil {
		r.problem("%s: %v", where, err)
		return Value{Reason: fmt.Sprintf("%s: %v", where, err)}
	}
	return Value{Known: true, V: value}
}

func parse(kind Type, text string) (any, error) {
	switch kind {
	case String, List:
		return text, nil
	case Number:
		return parseNumber(text)
	case Duration:
		return ParseDuration(text)
	case Size:
		return ParseSize(text)
	case Bool:
		return parseBool(text)
	default:
		return nil, fmt.Errorf("%q has no readable type", shorten(text))
	}
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "t", "1", "yes", "on":
		return true, nil
	case "false", "f", "0", "no", "off":
		return false, nil
	default:
		return false, fmt.Errorf("%q is neither true nor false", shorten(text))
	}
}

// keep notes a word as a target and its text as a secret.
func (r *reader) keep(kind TargetKind, sensitive bool, arg string, word guard.Word) {
	if kind != NotTarget {
		r.out.Targets = append(r.out.Targets, Target{Kind: kind, Arg: arg, Word: word})
	}
	if r.acts {
		if r.out.words == nil {
			r.out.words = map[string][]guard.Word{}
		}
		r.out.words[arg] = append(r.out.words[arg], word)
	}
	if sensitive && word.Reading == guard.Literal && word.Text != "" {
		r.out.Secrets = append(r.out.Secrets, word.Text)
	}
}

func because(word guard.Word) string {
	return cmp.Or(word.Reason, "it is only known when it runs")
}

// isEmpty: known, and nothing: null, "", a list without a word or of empty ones.
func isEmpty(value Value) bool {
	if !value.Known {
		return false
	}
	switch v := value.V.(type) {
	case string:
		return v == ""
	case []Value:
		for _, one := range v {
			if !isEmpty(one) {
				return false
			}
		}
		return true
	default:
		return value.Null
	}
}
