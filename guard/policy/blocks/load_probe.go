package blocks

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
func (l *loader) declareProbe(p *Policy, raw *hcl.Block) {
	kindName, name := l.label(raw, 0), l.label(raw, 1)
	kind, ok := l.kinds[kindName]
	if !ok {
		names := slices.Sorted(maps.Keys(l.kinds))
		l.errorf(raw.DefRange, "the kinds are: "+strings.Join(names, ", "), "no kind of probe is called %s%s", kindName, l.didYouMean(kindName, these(names)))
	}
	if first, taken := p.Probes[name]; taken {
		l.duplicate("probe", name, first.at, raw.DefRange)
		return
	}
	p.Probes[name] = &Probe{Name: name, Kind: kind, at: raw.DefRange, Attrs: map[string]*Expr{}}
}

// probe reads the attributes of a declared probe.
func (l *loader) probe(p *Policy, raw *hcl.Block) {
	probe := p.Probes[raw.Labels[1]]
	if probe == nil || probe.at != raw.DefRange || probe.Kind.Name == "" {
		return
	}
	schema := &hcl.BodySchema{Attributes: append([]hcl.AttributeSchema{}, schemas()["probe"].Attributes...)}
	common := map[string]bool{}
	for _, attribute := range schema.Attributes {
		common[attribute.Name] = true
	}
	for _, param := range probe.Kind.Params {
		if !common[param.Name] {
			schema.Attributes = append(schema.Attributes, hcl.AttributeSchema{Name: param.Name, Required: param.Required})
		}
	}
	content := l.decode(raw.Body, schema)
	at := place{policy: p, each: content.Attributes["for_each"] != nil}
	for name, attribute := range content.Attributes {
		if name == "for_each" {
			probe.ForEach = l.vetWanted("probe", attribute, place{policy: p})
			continue
		}
		if common[name] {
			probe.Attrs[name] = l.vetWanted("probe", attribute, at)
		} else {
			probe.Attrs[name] = l.vet(attribute.Expr, at)
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
func (l *loader) fixedParam(probe *Probe, attribute *hcl.Attribute, at place) {
	i := slices.IndexFunc(probe.Kind.Params, func(param guard.ProbeParam) bool { return param.Name == attribute.Name })
	if i < 0 || probe.Kind.Params[i].Type == guard.AnyParam || probe.Attrs[attribute.Name] == nil {
		return
	}
	param := probe.Kind.Params[i]
	l.written = append(l.written, constantCheck{attribute, probe.Attrs[attribute.Name], at, cty.NilType, func(value cty.Value) {
		if value.IsNull() {
			l.errorf(attribute.Range, "leave it out", "%s: it is null", param.Name)
			return
		}
		plain, err := ParamValue(param, value)
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
