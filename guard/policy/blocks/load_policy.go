package blocks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard"
)

func (l *loader) declarePolicies() {
	first := map[string]hcl.Range{}
	for _, block := range l.blocks["policy"] {
		name := l.label(block, 0)
		if at, taken := first[name]; taken {
			l.duplicate("policy", name, at, block.DefRange)
			continue
		}
		first[name] = block.DefRange
		l.set.Policies = append(l.set.Policies, l.policy(block, name))
	}
}

func (l *loader) policy(raw *hcl.Block, name string) *Policy {
	content := l.content(raw.Body, "policy")
	p := &Policy{
		Name: name, At: raw.DefRange, end: endOf(raw), Dir: l.dirOf(raw.DefRange),
		Locals: map[string]*Local{}, Probes: map[string]*Probe{}, Expected: map[string]bool{},
		Expects: l.texts(content.Attributes["require_expect"]),
	}
	for _, name := range p.Expects {
		p.Expected[name] = true
	}
	if attribute := content.Attributes["enforcement"]; attribute != nil {
		p.Level = l.level(attribute)
	}
	if attribute := content.Attributes["applies_to"]; attribute != nil {
		p.Commands = l.appliesTo(attribute)
	}
	l.declareNames(p, content)
	at := place{policy: p}
	p.Summary = l.optional(content.Attributes["summary"], at)
	if p.Summary != nil {
		text, _ := l.sources.At(p.Summary.Range())
		p.Source = strings.Trim(text, `"`)
	}
	p.When = l.optional(content.Attributes["when"], at)
	l.parts(p, content)
	l.complete(p)
	return p
}

// declareNames declares the locals and probes of a policy, then vets what they say.
func (l *loader) declareNames(p *Policy, content *hcl.BodyContent) {
	for _, block := range content.Blocks {
		switch block.Type {
		case "locals":
			l.localsOf(block.Body, p.Locals)
		case "probe":
			l.declareProbe(p, block)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Locals)) {
		one := p.Locals[name]
		if shared, taken := p.Dir.Locals[name]; taken {
			l.duplicate("local", name, shared.at, one.at)
		}
		one.Expr = l.vet(one.Expr.Expression, place{policy: p})
	}
	for _, block := range content.Blocks {
		if block.Type == "probe" {
			l.probe(p, block)
		}
	}
}

// parts are the checks and confirms.
func (l *loader) parts(p *Policy, content *hcl.BodyContent) {
	seen := map[string]hcl.Range{}
	for _, raw := range content.Blocks {
		switch raw.Type {
		case "rule", "blast_radius", "role", "backup":
			b := l.block(p, raw)
			if at, taken := seen[b.Name()]; taken {
				l.duplicate("check", b.Name(), at, raw.DefRange)
			}
			seen[b.Name()] = raw.DefRange
			p.Checks = append(p.Checks, b)
		case "confirm":
			p.Confirms = append(p.Confirms, l.block(p, raw))
		}
	}
}

func (l *loader) block(p *Policy, raw *hcl.Block) *Block {
	content := l.content(raw.Body, raw.Type)
	b := &Block{Kind: raw.Type, At: raw.DefRange, Level: p.Level, Attrs: map[string]*Expr{}}
	if len(raw.Labels) > 0 {
		b.Label = l.label(raw, 0)
	}
	at := place{policy: p, each: content.Attributes["for_each"] != nil}
	for name, attribute := range content.Attributes {
		switch name {
		case "enforcement":
			b.Level = l.level(attribute)
		case "on_unknown":
			level := guard.HardMandatory
			if l.word(attribute, "hard-mandatory", "soft-mandatory") == "soft-mandatory" {
				level = guard.SoftMandatory
			}
			b.OnUnknown = &level
		case "unattended":
			_ = b.Unattended.UnmarshalText([]byte(l.word(attribute, "deny", "text", "limits")))
		case "for_each":
			b.Attrs[name] = l.vetWanted(raw.Type, attribute, place{policy: p})
		default:
			b.Attrs[name] = l.vetWanted(raw.Type, attribute, at)
		}
	}
	l.inner(b, content, at)
	l.checkBlock(b)
	return b
}

// inner is the budget of a blast radius.
func (l *loader) inner(b *Block, content *hcl.BodyContent, at place) {
	for _, raw := range content.Blocks {
		if b.Budget != nil {
			l.duplicate("budget", "of "+b.Name(), b.Budget.At, raw.DefRange)
			continue
		}
		b.Budget = &Block{Kind: "budget", At: raw.DefRange, Attrs: map[string]*Expr{}}
		for name, attribute := range l.content(raw.Body, "budget").Attributes {
			b.Budget.Attrs[name] = l.vetWanted("budget", attribute, at)
		}
	}
}

// checkBlock finds blocks that could never refuse anything.
func (l *loader) checkBlock(b *Block) {
	has := func(name string) bool { return b.Attrs[name] != nil }
	switch b.Kind {
	case "blast_radius":
		if len(b.CheckNames()) == 0 {
			l.errorf(b.At, "add max, max_percent, keep_at_least or a budget", "the blast radius has no limit")
		}
		if has("keep_at_least") && !has("total") {
			l.errorf(b.At, "add total", "keep_at_least needs a total")
		}
		if has("max_percent") && !has("total") && !has("baseline") {
			l.errorf(b.At, "add total or baseline", "max_percent needs a total or a baseline")
		}
	case "backup":
		if !has("max_age") && !has("min_size") {
			l.errorf(b.At, "add max_age, min_size or both", "the backup has no limit")
		}
	}
}

// complete looks at the policy as a whole.
func (l *loader) complete(p *Policy) {
	if len(p.Checks) == 0 && len(p.Confirms) == 0 && len(p.Expects) == 0 {
		l.errorf(p.At, "add a rule, a blast_radius, a role, a backup or a confirm", "policy %s checks nothing and asks nothing", p.Name)
	}
	for _, confirm := range p.Confirms {
		if confirm.Unattended == guard.UnattendedLimits && !p.hasMaximum() {
			l.errorf(confirm.At, "add a blast_radius with a maximum", `unattended = "limits" without a maximum`)
		}
		l.warnTyped(confirm)
	}
}

func (p *Policy) hasMaximum() bool {
	return slices.ContainsFunc(p.Checks, func(b *Block) bool {
		return b.Kind == "blast_radius" && b.Level != guard.Advisory && len(b.CheckNames()) > 0
	})
}

// warnTyped: a text made of what was typed only makes a wrong input be typed
// twice.
func (l *loader) warnTyped(confirm *Block) {
	text := confirm.Attrs["type"]
	if text == nil {
		return
	}
	typed, other := false, text.Target || text.Impact || len(text.Probes) > 0 || len(text.Locals) > 0
	for _, traversal := range text.Variables() {
		switch traversal.RootName() {
		case "arg", "argv", "program", "expect":
			typed = true
		default:
			other = true
		}
	}
	if typed && !other {
		l.warnf(text.Range(), "use what was measured: a probe, target.resolved, impact or host.name", "the text to type repeats what was typed")
	}
}

func (l *loader) level(attribute *hcl.Attribute) guard.Level {
	var level guard.Level
	_ = level.UnmarshalText([]byte(l.word(attribute, "hard-mandatory", "soft-mandatory", "advisory")))
	return level
}

func (l *loader) optional(attribute *hcl.Attribute, at place) *Expr {
	if attribute == nil {
		return nil
	}
	return l.vetWanted("policy", attribute, at)
}

// appliesTo is a list of command.NAME.
func (l *loader) appliesTo(attribute *hcl.Attribute) []*Command {
	list, diags := hcl.ExprList(attribute.Expr)
	if diags.HasErrors() || len(list) == 0 {
		l.errorf(attribute.Range, "write [command.NAME]", "applies_to must be a list of commands")
		return nil
	}
	var commands []*Command
	for _, one := range list {
		name, ok := commandName(one)
		found := l.set.Commands[name]
		switch {
		case !ok:
			l.errorf(one.Range(), "write [command.NAME]", "applies_to must be a list of commands")
		case found == nil && l.partial:
		case found == nil:
			l.errorf(one.Range(), "declare it with a command block", "no command is called %s%s", name, l.didYouMean(name, func() []string { return slices.Sorted(maps.Keys(l.set.Commands)) }))
		case slices.Contains(commands, found):
			l.errorf(one.Range(), "", "command %s is listed twice", name)
		default:
			commands = append(commands, found)
		}
	}
	return commands
}

func commandName(expression hcl.Expression) (string, bool) {
	traversal, diags := hcl.AbsTraversalForExpr(expression)
	if diags.HasErrors() || traversal.RootName() != "command" || len(traversal) != 2 {
		return "", false
	}
	return firstAttribute(traversal)
}

func quoted(words []string) string {
	all := make([]string, len(words))
	for i, word := range words {
		all[i] = fmt.Sprintf("%q", word)
	}
	return strings.Join(all, ", ")
}
