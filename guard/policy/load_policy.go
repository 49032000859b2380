package policy

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
		l.set.policies = append(l.set.policies, l.policy(block, name))
	}
}

func (l *loader) policy(raw *hcl.Block, name string) *policyBlock {
	content := l.content(raw.Body, "policy")
	p := &policyBlock{
		name: name, at: raw.DefRange, end: endOf(raw), dir: l.dirOf(raw.DefRange),
		locals: map[string]*local{}, probes: map[string]*probeBlock{}, expected: map[string]bool{},
		expects: l.texts(content.Attributes["require_expect"]),
	}
	for _, name := range p.expects {
		p.expected[name] = true
	}
	if attribute := content.Attributes["enforcement"]; attribute != nil {
		p.level = l.level(attribute)
	}
	if attribute := content.Attributes["applies_to"]; attribute != nil {
		p.commands = l.appliesTo(attribute)
	}
	l.declareNames(p, content)
	at := place{policy: p}
	p.summary = l.optional(content.Attributes["summary"], at)
	if p.summary != nil {
		text, _ := l.sources.At(p.summary.Range())
		p.source = strings.Trim(text, `"`)
	}
	p.when = l.optional(content.Attributes["when"], at)
	l.parts(p, content)
	l.complete(p)
	return p
}

// declareNames declares the locals and probes of a policy, then vets what they say.
func (l *loader) declareNames(p *policyBlock, content *hcl.BodyContent) {
	for _, block := range content.Blocks {
		switch block.Type {
		case "locals":
			l.localsOf(block.Body, p.locals)
		case "probe":
			l.declareProbe(p, block)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.locals)) {
		one := p.locals[name]
		if shared, taken := p.dir.locals[name]; taken {
			l.duplicate("local", name, shared.at, one.at)
		}
		one.expr = l.vet(one.expr.Expression, place{policy: p})
	}
	for _, block := range content.Blocks {
		if block.Type == "probe" {
			l.probe(p, block)
		}
	}
}

// parts are the checks and confirms.
func (l *loader) parts(p *policyBlock, content *hcl.BodyContent) {
	seen := map[string]hcl.Range{}
	for _, raw := range content.Blocks {
		switch raw.Type {
		case "rule", "blast_radius", "role", "backup":
			b := l.block(p, raw)
			if at, taken := seen[b.name()]; taken {
				l.duplicate("check", b.name(), at, raw.DefRange)
			}
			seen[b.name()] = raw.DefRange
			p.blocks = append(p.blocks, b)
		case "confirm":
			p.confirms = append(p.confirms, l.block(p, raw))
		}
	}
}

func (l *loader) block(p *policyBlock, raw *hcl.Block) *block {
	content := l.content(raw.Body, raw.Type)
	b := &block{kind: raw.Type, at: raw.DefRange, level: p.level, attrs: map[string]*expr{}}
	if len(raw.Labels) > 0 {
		b.label = l.label(raw, 0)
	}
	at := place{policy: p, each: content.Attributes["for_each"] != nil}
	for name, attribute := range content.Attributes {
		switch name {
		case "enforcement":
			b.level = l.level(attribute)
		case "on_unknown":
			level := guard.HardMandatory
			if l.word(attribute, "hard-mandatory", "soft-mandatory") == "soft-mandatory" {
				level = guard.SoftMandatory
			}
			b.onUnknown = &level
		case "unattended":
			_ = b.unattended.UnmarshalText([]byte(l.word(attribute, "deny", "text", "limits")))
		case "for_each":
			b.attrs[name] = l.vetWanted(raw.Type, attribute, place{policy: p})
		default:
			b.attrs[name] = l.vetWanted(raw.Type, attribute, at)
		}
	}
	l.inner(b, content, at)
	l.checkBlock(b)
	return b
}

// inner is the budget of a blast radius.
func (l *loader) inner(b *block, content *hcl.BodyContent, at place) {
	for _, raw := range content.Blocks {
		if b.budget != nil {
			l.duplicate("budget", "of "+b.name(), b.budget.at, raw.DefRange)
			continue
		}
		b.budget = &block{kind: "budget", at: raw.DefRange, attrs: map[string]*expr{}}
		for name, attribute := range l.content(raw.Body, "budget").Attributes {
			b.budget.attrs[name] = l.vetWanted("budget", attribute, at)
		}
	}
}

// checkBlock finds blocks that could never refuse anything.
func (l *loader) checkBlock(b *block) {
	has := func(name string) bool { return b.attrs[name] != nil }
	switch b.kind {
	case "blast_radius":
		if len(b.checkNames()) == 0 {
			l.errorf(b.at, "add max, max_percent, keep_at_least or a budget", "the blast radius has no limit")
		}
		if has("keep_at_least") && !has("total") {
			l.errorf(b.at, "add total", "keep_at_least needs a total")
		}
		if has("max_percent") && !has("total") && !has("baseline") {
			l.errorf(b.at, "add total or baseline", "max_percent needs a total or a baseline")
		}
	case "backup":
		if !has("max_age") && !has("min_size") {
			l.errorf(b.at, "add max_age, min_size or both", "the backup has no limit")
		}
	}
}

// complete looks at the policy as a whole.
func (l *loader) complete(p *policyBlock) {
	if len(p.blocks) == 0 && len(p.confirms) == 0 && len(p.expects) == 0 {
		l.errorf(p.at, "add a rule, a blast_radius, a role, a backup or a confirm", "policy %s checks nothing and asks nothing", p.name)
	}
	for _, confirm := range p.confirms {
		if confirm.unattended == guard.UnattendedLimits && !p.hasMaximum() {
			l.errorf(confirm.at, "add a blast_radius with a maximum", `unattended = "limits" without a maximum`)
		}
		l.warnTyped(confirm)
	}
}

func (p *policyBlock) hasMaximum() bool {
	return slices.ContainsFunc(p.blocks, func(b *block) bool {
		return b.kind == "blast_radius" && b.level != guard.Advisory && len(b.checkNames()) > 0
	})
}

// warnTyped: a text made of what was typed only makes a wrong input be typed
// twice.
func (l *loader) warnTyped(confirm *block) {
	text := confirm.attrs["type"]
	if text == nil {
		return
	}
	typed, other := false, text.target || text.impact || len(text.probes) > 0 || len(text.locals) > 0
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

func (l *loader) optional(attribute *hcl.Attribute, at place) *expr {
	if attribute == nil {
		return nil
	}
	return l.vetWanted("policy", attribute, at)
}

// appliesTo is a list of command.NAME.
func (l *loader) appliesTo(attribute *hcl.Attribute) []*declared {
	list, diags := hcl.ExprList(attribute.Expr)
	if diags.HasErrors() || len(list) == 0 {
		l.errorf(attribute.Range, "write [command.NAME]", "applies_to must be a list of commands")
		return nil
	}
	var commands []*declared
	for _, one := range list {
		name, ok := commandName(one)
		found := l.set.commands[name]
		switch {
		case !ok:
			l.errorf(one.Range(), "write [command.NAME]", "applies_to must be a list of commands")
		case found == nil && l.partial:
		case found == nil:
			l.errorf(one.Range(), "declare it with a command block", "no command is called %s%s", name, l.didYouMean(name, func() []string { return slices.Sorted(maps.Keys(l.set.commands)) }))
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
