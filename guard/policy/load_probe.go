package policy

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// declareProbe notes a probe's name and kind, so that others may refer to it.
func (l *loader) declareProbe(p *policyBlock, raw *hcl.Block) {
	kindName, name := l.label(raw, 0), l.label(raw, 1)
	kind, ok := l.kinds[kindName]
	if !ok {
		names := sortedNames(l.kinds)
		l.errorf(raw.DefRange, "the kinds are: "+strings.Join(names, ", "), "no kind of probe is called %s%s", kindName, l.didYouMean(kindName, these(names)))
	}
	if first, taken := p.probes[name]; taken {
		l.duplicate("probe", name, first.at, raw.DefRange)
		return
	}
	p.probes[name] = &probeBlock{name: name, kind: kind, at: raw.DefRange, attrs: map[string]*expr{}}
}

// probe reads the attributes of a declared probe.
func (l *loader) probe(p *policyBlock, raw *hcl.Block) {
	probe := p.probes[raw.Labels[1]]
	if probe == nil || probe.at != raw.DefRange || probe.kind.Name == "" {
		return
	}
	schema := &hcl.BodySchema{Attributes: append([]hcl.AttributeSchema{}, l.schemas["probe"].Attributes...)}
	common := map[string]bool{}
	for _, attribute := range schema.Attributes {
		common[attribute.Name] = true
	}
	for _, param := range probe.kind.Params {
		if !common[param.Name] {
			schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: param.Name, Required: param.Required})
		}
	}
	content := l.decode(raw.Body, schema)
	at := place{policy: p, each: content.Attributes["for_each"] != nil}
	for name, attribute := range content.Attributes {
		if common[name] {
			l.constant("probe", attribute)
		}
		if name == "for_each" {
			probe.forEach = l.vet(attribute.Expr, place{policy: p})
			continue
		}
		probe.attrs[name] = l.vet(attribute.Expr, at)
		l.literalParam(probe.kind, attribute)
		l.warnJoined(attribute)
	}
}

// warnJoined: of a command line that is made of lists, one may be empty, and
// then many programs tell of everything. Who writes out a choice has thought of it.
func (l *loader) warnJoined(attribute *hcl.Attribute) {
	switch attribute.Expr.(type) {
	case *hclsyntax.TupleConsExpr, *hclsyntax.ConditionalExpr:
		return
	}
	if attribute.Name == "argv" {
		l.warnf(attribute.Range, "write argv = [\"PROGRAM\", …] and put the list into operands; if_empty says what the answer is without any",
			"when one of the lists in argv is empty, the program may look at everything")
	}
}

// literalParam checks the type of a parameter that is written out.
func (l *loader) literalParam(kind guard.ProbeKind, attribute *hcl.Attribute) {
	for _, param := range kind.Params {
		if param.Name != attribute.Name || len(attribute.Expr.Variables()) > 0 {
			continue
		}
		value, diags := attribute.Expr.Value(&hcl.EvalContext{Functions: l.functions})
		if diags.HasErrors() {
			l.hcl(diags)
			return
		}
		if _, err := paramValue(param, value); err != nil {
			l.errorf(attribute.Range, param.Doc, "%s: %v", param.Name, err)
			continue
		}
		if len(param.Words) > 0 && !value.IsNull() && !slices.Contains(param.Words, value.AsString()) {
			l.errorf(attribute.Range, "one of: "+quoted(param.Words), "%s: %q is none that the probe knows", param.Name, value.AsString())
		}
	}
}
