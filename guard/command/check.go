package command

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Check says what is wrong with the declaration itself, one line each.
func (c *Command) Check() []string {
	k := &checker{seen: map[string]string{}}
	k.head(c)
	for i := range c.Flags {
		k.flag(c, &c.Flags[i])
	}
	k.operands(c)
	k.deeds(c)
	return k.problems
}

type checker struct {
	problems []string
	seen     map[string]string // a name or a spelling to what has it
}

func (k *checker) wrong(format string, args ...any) {
	k.problems = append(k.problems, fmt.Sprintf(format, args...))
}

// once notes that what has the name, and complains when something else has.
func (k *checker) once(name, what string) {
	if other, taken := k.seen[name]; taken {
		k.wrong("%s: %s has %s too", what, other, strings.TrimPrefix(name, "arg "))
		return
	}
	k.seen[name] = what
}

func (k *checker) head(c *Command) {
	if len(c.Programs) == 0 && len(c.On) == 0 {
		k.wrong("it names no program")
	}
	for _, program := range c.Programs {
		if program == "" || strings.ContainsAny(program, "/ \t\n") {
			k.wrong("program %q: want a basename, as in \"rm\"", program)
		}
	}
	for _, on := range c.On {
		if on != "signal" && !slices.Contains(deeds, on) {
			k.wrong("on %q: want \"signal\" or one of %q", on, deeds)
		}
	}
	if slices.Contains(c.Subcommand, "") {
		k.wrong("an empty word in subcommand")
	}
	if c.Style < GNU || c.Style > Find {
		k.wrong("unknown style")
	}
	if c.Bundled && c.Style != GNU {
		k.wrong("bundled: only flags of the style \"gnu\" are written so")
	}
}

func (k *checker) flag(c *Command, flag *Flag) {
	what := fmt.Sprintf("flag %q", flag.Name)
	k.common(what, flag.Name, flag.Type, flag.Required, flag.Default)
	if flag.Required && flag.Type == Bool {
		k.wrong("%s: a bool flag cannot be required", what)
	}
	if flag.Harmless && flag.Type != Bool {
		k.wrong("%s: only a bool flag can be harmless", what)
	}
	if flag.Attached && flag.Type != String && flag.Type != List {
		k.wrong("%s: attached is for flags of type string or list(string)", what)
	}
	for _, short := range flag.Short {
		if utf8.RuneCountInString(short) != 1 || strings.ContainsAny(short, "-= \t\n") {
			k.wrong("%s: short %q: want one character, without the dash", what, short)
		}
		k.once("-"+short, what)
	}
	for _, long := range flag.long() {
		if long == "" || strings.HasPrefix(long, "-") || strings.ContainsAny(long, "= \t\n") {
			k.wrong("%s: long %q: want a name, without dashes before it", what, long)
		}
		k.once("--"+long, what)
	}
	if len(flag.long()) == 0 && (len(flag.Short) == 0 || c.Style == Words) {
		k.wrong("%s: it has neither a short nor a long form", what)
	}
}

func (k *checker) operands(c *Command) {
	lists, optional := 0, ""
	for i := range c.Operands {
		operand := &c.Operands[i]
		what := fmt.Sprintf("operand %q", operand.Name)
		k.common(what, operand.Name, operand.Type, operand.Required, operand.Default)
		if operand.Type == List {
			lists++
		}
		for _, name := range operand.Unless {
			if !slices.ContainsFunc(c.Flags, func(flag Flag) bool { return flag.Name == name }) {
				k.wrong("%s: unless names %q, which is no flag of the command", what, name)
			}
		}
		if operand.Required && optional != "" {
			k.wrong("%s: it is required, but %q before it is not", what, optional)
		}
		if !operand.Required && len(operand.Unless) == 0 {
			optional = operand.Name
		}
	}
	if lists > 1 {
		k.wrong("%d operands are lists: one takes all words", lists)
	}
}

// common checks what flags and operands share.
func (k *checker) common(what, name string, kind Type, required bool, value any) {
	if name == "" {
		k.wrong("%s: it has no name", what)
	}
	if name == Undeclared {
		k.wrong("%s: the name is that of the list of flags which nothing declares", what)
	}
	k.once("arg "+name, what)
	if kind < String || kind > Size {
		k.wrong("%s: unknown type", what)
	}
	if required && value != nil {
		k.wrong("%s: required, and has a default", what)
	}
	if value == nil {
		return
	}
	if found := defaultValue(kind, value); !found.Known || !hasType(kind, found.V) {
		k.wrong("%s: the default is not a %s", what, kind)
	}
}

func hasType(kind Type, value any) bool {
	switch v := value.(type) {
	case string:
		return kind == String
	case float64, json.Number:
		return kind == Number || kind == Duration || kind == Size
	case bool:
		return kind == Bool
	case []Value:
		return kind == List && !slices.ContainsFunc(v, func(one Value) bool {
			_, text := one.V.(string)
			return !text
		})
	default:
		return false
	}
}
