package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
)

// declareProbe notes a probe's name and kind, so that others may refer to it.
func (l *loader) declareProbe(p *policyBlock, raw *hcl.Block) {
	kindName, name := l.label(raw, 0), l.label(raw, 1)
	kind, ok := l.kinds[kindName]
	if !ok {
		names := slices.Sorted(maps.Keys(l.kinds))
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
	schema := &hcl.BodySchema{Attributes: append([]hcl.AttributeSchema{}, schemas()["probe"].Attributes...)}
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
		if name == "for_each" {
			probe.forEach = l.vetWanted("probe", attribute, place{policy: p})
			continue
		}
		if common[name] {
			probe.attrs[name] = l.vetWanted("probe", attribute, at)
		} else {
			probe.attrs[name] = l.vet(attribute.Expr, at)
			l.fixedParam(probe, attribute, at)
		}
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

// fixedParam checks the type of a parameter that is written out.
func (l *loader) fixedParam(probe *probeBlock, attribute *hcl.Attribute, at place) {
	i := slices.IndexFunc(probe.kind.Params, func(param guard.ProbeParam) bool { return param.Name == attribute.Name })
	if i < 0 || probe.kind.Params[i].Type == guard.AnyParam || probe.attrs[attribute.Name] == nil {
		return
	}
	param := probe.kind.Params[i]
	l.written = append(l.written, constantCheck{attribute, probe.attrs[attribute.Name], at, cty.NilType, func(value cty.Value) {
		if value.IsNull() {
			l.errorf(attribute.Range, "leave it out", "%s: it is null", param.Name)
			return
		}
		plain, err := paramValue(param, value)
		if err == nil && param.Check != nil {
			err = param.Check(plain)
		}
		if err != nil {
			l.errorf(attribute.Range, param.Doc, "%s: %v", param.Name, err)
			return
		}
		if len(param.Words) > 0 && !slices.Contains(param.Words, value.AsString()) {
			l.errorf(attribute.Range, "one of: "+quoted(param.Words), "%s: %q is none that the probe knows", param.Name, value.AsString())
		}
	}})
}
