package blocks

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

func (l *loader) declareCommands() {
	for _, block := range l.blocks["command"] {
		name := l.label(block, 0)
		if first, taken := l.set.Commands[name]; taken {
			l.duplicate("command", name, first.at, block.DefRange)
			continue
		}
		l.set.Commands[name] = &Command{Command: l.command(block, name), at: block.DefRange, end: endOf(block)}
	}
}

func (l *loader) command(block *hcl.Block, name string) *command.Command {
	content := l.content(block.Body, "command")
	c := &command.Command{
		Name: name, Pos: Pos(block.DefRange),
		Programs:   l.texts(content.Attributes["program"]),
		Subcommand: l.texts(content.Attributes["subcommand"]),
		On:         l.texts(content.Attributes["on"]),
		Style:      l.style(content.Attributes["style"]),
		Bundled:    l.flagged(content.Attributes["bundled"]),
		Idle:       l.saysHarmless(content.Attributes["otherwise"], "decide"),
		OtherFlags: l.saysHarmless(content.Attributes["other_flags"], "confirm"),
		Bare:       l.saysHarmless(content.Attributes["no_operands"], "decide"),
	}
	c.Flags = l.flagsOf(content.Attributes, c.Style)
	if attribute := content.Attributes["transaction"]; attribute != nil {
		c.Transaction, c.TransactionWords = l.transaction(attribute)
	}
	explicit := false
	for _, inner := range content.Blocks {
		a := l.argument(inner)
		explicit = explicit || a.explicit
		switch inner.Type {
		case "flag":
			c.Flags = append(c.Flags, a.flag)
			l.warnSpelling(inner, c.Style, a.flag)
		case "operand":
			c.Operands = append(c.Operands, command.Operand{
				Name: a.flag.Name, Type: a.flag.Type, Required: a.flag.Required, Default: a.flag.Default,
				Sensitive: a.flag.Sensitive, Target: a.flag.Target, Does: a.flag.Does, Code: a.flag.Code, Unless: a.unless,
			})
		}
	}
	if !explicit {
		c.DefaultTargets()
	}
	for _, problem := range c.Check() {
		l.errorf(block.DefRange, "", "command %s: %s", name, problem)
	}
	return c
}

// transaction is true, or a list of the first operands that begin one.
func (l *loader) transaction(attribute *hcl.Attribute) (is bool, words []string) {
	value, ok := l.fixed(attribute)
	if !ok {
		return false, nil
	}
	if !value.IsNull() && value.Type() == cty.Bool {
		return value.True(), nil
	}
	words = l.texts(attribute)
	if len(words) == 0 {
		l.errorf(attribute.Range, "write true, or the words that begin one", "transaction must be true or a list of words")
	}
	return len(words) > 0, words
}

// argument is a flag or an operand; explicit when it says what it targets.
type argument struct {
	flag     command.Flag
	unless   []string
	explicit bool
}

// saysHarmless reads an attribute that is "harmless" or, as without it, usual.
func (l *loader) saysHarmless(attribute *hcl.Attribute, usual string) bool {
	return attribute != nil && l.word(attribute, usual, "harmless") == "harmless"
}

// warnSpelling: names of flags are often written as variables are, and then no
// flag of the program is spelled so.
func (l *loader) warnSpelling(block *hcl.Block, style command.Style, flag command.Flag) {
	if style == command.Words || flag.Long != nil || !strings.Contains(flag.Name, "_") {
		return
	}
	l.warnf(block.DefRange, fmt.Sprintf("call it %q, or say which it is with long", strings.ReplaceAll(flag.Name, "_", "-")),
		"flag %q is spelled --%s, with the underscore", flag.Name, flag.Name)
}

func (l *loader) argument(block *hcl.Block) argument {
	attributes := l.content(block.Body, block.Type).Attributes
	a := argument{flag: command.Flag{Name: l.label(block, 0), Short: l.texts(attributes["short"])}}
	if long := attributes["long"]; long != nil {
		a.flag.Long = append([]string{}, l.texts(long)...)
	}
	if kind := attributes["type"]; kind != nil {
		a.flag.Type = l.typeName(kind)
	}
	a.flag.Required = l.flagged(attributes["required"])
	a.flag.Sensitive = l.flagged(attributes["sensitive"])
	a.flag.Attached = l.flagged(attributes["attached"])
	a.flag.Harmless = l.flagged(attributes["harmless"])
	a.flag.Code = l.text(attributes["code"])
	a.unless = l.texts(attributes["unless"])
	if attribute := attributes["default"]; attribute != nil {
		a.flag.Default = l.defaultOf(attribute, a.flag.Type)
	}
	a.flag.Does = command.Does{
		Deed: l.text(attributes["does"]), From: l.texts(attributes["from"]),
		With: l.texts(attributes["with"]), Without: l.texts(attributes["without"]),
		Onto: l.texts(attributes["onto"]), OntoLink: l.texts(attributes["onto_link"]), Remote: l.flagged(attributes["remote"]),
	}
	if attribute := attributes["target"]; attribute != nil {
		a.explicit = true
		a.flag.Target = map[string]command.TargetKind{
			"path": command.PathTarget, "name": command.NameTarget, "process": command.ProcessTarget,
		}[l.word(attribute, "path", "name", "process", "none")]
	}
	return a
}

// defaultOf is a fixed value; durations and sizes may be texts with a unit.
func (l *loader) defaultOf(attribute *hcl.Attribute, kind command.Type) any {
	value, ok := l.fixed(attribute)
	if !ok {
		return nil
	}
	plain := lang.ToPlain(value)
	if whole, isWhole := plain.(int64); isWhole {
		return float64(whole)
	}
	text, isText := plain.(string)
	if !isText || kind != command.Duration && kind != command.Size {
		return plain
	}
	parse := command.ParseDuration
	if kind == command.Size {
		parse = command.ParseSize
	}
	parsed, err := parse(text)
	if err != nil {
		l.errorf(attribute.Range, "", "%v", err)
		return nil
	}
	return parsed
}

func (l *loader) typeName(attribute *hcl.Attribute) command.Type {
	if call, diags := hcl.ExprCall(attribute.Expr); !diags.HasErrors() {
		if call.Name == "list" && len(call.Arguments) == 1 && hcl.ExprAsKeyword(call.Arguments[0]) == "string" {
			return command.List
		}
	}
	keyword := hcl.ExprAsKeyword(attribute.Expr)
	for _, kind := range []command.Type{command.String, command.Number, command.Bool, command.Duration, command.Size} {
		if kind.String() == keyword {
			return kind
		}
	}
	l.errorf(attribute.Range, "write string, number, bool, list(string), duration or size", "this is no type of a flag or an operand")
	return command.String
}

func (l *loader) style(attribute *hcl.Attribute) command.Style {
	if attribute == nil {
		return command.GNU
	}
	return map[string]command.Style{"go": command.Go, "words": command.Words, "find": command.Find}[l.word(attribute, "gnu", "go", "words", "find")]
}

// fixed is the value of an attribute that uses no variables.
func (l *loader) fixed(attribute *hcl.Attribute) (cty.Value, bool) {
	before := len(l.list)
	vetted := l.vet(attribute.Expr, place{fixed: true})
	if len(l.list) > before || vetted == nil {
		return cty.NilVal, false
	}
	value, diags := vetted.Value(&hcl.EvalContext{Functions: lang.Functions()})
	l.problems.hcl(diags)
	if diags.HasErrors() || !value.IsWhollyKnown() {
		return cty.NilVal, false
	}
	return value, true
}

// texts are a text or a list of texts; none without the attribute.
func (l *loader) texts(attribute *hcl.Attribute) []string {
	if attribute == nil {
		return nil
	}
	value, ok := l.fixed(attribute)
	if !ok {
		return nil
	}
	values := []cty.Value{value}
	if !value.IsNull() && lang.IsSequence(value.Type()) {
		values = value.AsValueSlice()
	}
	if len(values) == 0 && attribute.Name != "long" && attribute.Name != "checks" { // of these there may be none
		l.errorf(attribute.Range, "leave it out", "%s is an empty list", attribute.Name)
	}
	var texts []string
	for _, one := range values {
		if one.IsNull() || one.Type() != cty.String {
			l.errorf(attribute.Range, "", "%s must be a text or a list of texts", attribute.Name)
			return nil
		}
		texts = append(texts, one.AsString())
	}
	return texts
}

// text is a fixed text, "" without the attribute.
func (l *loader) text(attribute *hcl.Attribute) string {
	texts := l.texts(attribute)
	if attribute != nil && len(texts) != 1 {
		l.errorf(attribute.Range, "", "%s must be one text", attribute.Name)
		return ""
	}
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// flagged is a fixed bool, false without the attribute.
func (l *loader) flagged(attribute *hcl.Attribute) bool {
	if attribute == nil {
		return false
	}
	value, ok := l.fixed(attribute)
	if ok && (value.IsNull() || value.Type() != cty.Bool) {
		l.errorf(attribute.Range, "write true or false", "%s must be a bool", attribute.Name)
		return false
	}
	return ok && value.True()
}

// word is one of a few fixed texts; the first one in doubt.
func (l *loader) word(attribute *hcl.Attribute, allowed ...string) string {
	text := l.text(attribute)
	for _, word := range allowed {
		if word == text {
			return word
		}
	}
	l.errorf(attribute.Range, "write one of "+quoted(allowed), "%s cannot be %q%s", attribute.Name, text, l.didYouMean(text, these(allowed)))
	return allowed[0]
}
