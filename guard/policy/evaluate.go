package policy

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// evaluation is one policy on one operation.
type evaluation struct {
	d       *decider
	policy  *blocks.Policy
	command *command.Command
	op      *guard.Operation
	read    command.Read

	base     *hcl.EvalContext
	locals   map[string]lang.Outcome
	probes   map[string]lang.Outcome
	evidence map[string][]string // by probe
	targets  *resolution
	roles    []guard.Role
	denied   bool
}

func newEvaluation(d *decider, g governor, op *guard.Operation) *evaluation {
	ev := &evaluation{
		d: d, policy: g.policy, command: g.command, op: op, read: g.command.Read(op),
		locals: map[string]lang.Outcome{}, probes: map[string]lang.Outcome{}, evidence: map[string][]string{},
	}
	d.decision.Secrets = append(d.decision.Secrets, ev.read.Secrets...)
	return ev
}

// each is one element of a for_each.
type each struct {
	key   string
	value cty.Value
}

// eval evaluates an expression. It first gets what the expression refers to;
// when a fact of that is missing, it is asked for and the outcome is pending.
func (ev *evaluation) eval(x *blocks.Expr, e *each) lang.Outcome {
	if x == nil {
		return lang.Failed("the expression is missing")
	}
	scope, stop := ev.scope(x, e)
	if stop != nil {
		return *stop
	}
	return x.Evaluate(scope, ev.d.set.blocks.Sources, ev.d.decision.Secrets)
}

// scope is what an expression sees; stop is its outcome when one of the variables has
// none yet, or is an error.
func (ev *evaluation) scope(x *blocks.Expr, e *each) (scope *hcl.EvalContext, stop *lang.Outcome) {
	scope = ev.surroundings().NewChild()
	variables := map[string]cty.Value{}
	note := func(o lang.Outcome) {
		if stop == nil || o.State < stop.State {
			stop = &o
		}
	}
	collect := func(root string, names []string, get func(string) lang.Outcome) {
		if len(names) == 0 {
			return
		}
		values := map[string]cty.Value{}
		for _, name := range names {
			o := get(name)
			if o.State == lang.Pending || o.State == lang.Errored {
				note(o)
			}
			values[name] = o.Marked
		}
		variables[root] = cty.ObjectVal(values)
	}
	collect("local", x.Locals, ev.local)
	collect("probe", x.Probes, ev.probe)
	if x.Target {
		collect("target", lang.AttributesOf("target"), func(name string) lang.Outcome {
			if name == "names" {
				return ev.names()
			}
			return ev.resolved()
		})
	}
	if x.Impact {
		text, _, o := ev.impact()
		if o.State == lang.Pending || o.State == lang.Errored {
			note(o)
		}
		variables["impact"] = o.Marked
		if o.State == lang.Known {
			variables["impact"] = cty.StringVal(text)
		}
	}
	if e != nil {
		variables["each"] = cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(e.key), "value": e.value})
	}
	if len(variables) > 0 {
		scope.Variables = variables
	}
	return scope, stop
}

// local is a named value of the policy or of the directory of its file.
func (ev *evaluation) local(name string) lang.Outcome {
	if o, done := ev.locals[name]; done {
		return o
	}
	named, ok := ev.policy.Locals[name]
	if !ok {
		named = ev.policy.Dir.Locals[name]
	}
	if named == nil {
		return lang.Failed("no local is called " + name)
	}
	if o, done := ev.d.locals[named]; done && !ok {
		return o
	}
	if o := named.Value.Load(); o != nil {
		return *o
	}
	o := ev.eval(named.Expr, nil)
	if o.State == lang.Known && len(lang.Identity(o.Value)) > lang.MaxLocal {
		o = named.Expr.Failed(fmt.Sprintf("local %s has more than %d bytes", name, lang.MaxLocal))
	}
	if o.State != lang.Pending {
		ev.locals[name] = o
	}
	if o.State != lang.Pending && !ok {
		ev.d.locals[named] = o
	}
	if o.State == lang.Known && named.Fixed {
		named.Value.Store(&o)
	}
	return o
}

// elements are what a block is evaluated for: once, or for each element. When
// there are none, the outcome says why.
func (ev *evaluation) elements(forEach *blocks.Expr) ([]each, lang.Outcome) {
	if forEach == nil {
		return []each{{}}, lang.Outcome{State: lang.Known}
	}
	o := ev.eval(forEach, nil)
	if o.State == lang.Pending || o.State == lang.Errored {
		return nil, o
	}
	collection, marks := o.Marked.Unmark()
	switch {
	case !collection.IsKnown():
		return nil, o
	case collection.IsNull():
		return nil, forEach.Failed("for_each is null")
	case !lang.IsSequence(collection.Type()) && !lang.IsMapping(collection.Type()):
		return nil, forEach.Failed("for_each needs a list or an object, not a " + collection.Type().FriendlyName())
	case collection.LengthInt() == 0:
		return nil, forEach.Failed("for_each has nothing to check; say so with when, if that is right")
	}
	return elementsOf(collection, marks), lang.Outcome{State: lang.Known}
}

func elementsOf(collection cty.Value, marks cty.ValueMarks) []each {
	var all []each
	i := 0
	for it := collection.ElementIterator(); it.Next(); i++ {
		key, value := it.Element()
		name := fmt.Sprint(i)
		if plain, _ := value.Unmark(); lang.IsMapping(collection.Type()) {
			name = lang.TextOf(key)
		} else if text := lang.TextOf(plain); text != "" {
			name = text
		}
		all = append(all, each{key: name, value: value.WithMarks(marks)})
	}
	return all
}

// text evaluates an expression that must be a text. "" with a known outcome
// does not happen: an empty text is an error.
func (ev *evaluation) text(x *blocks.Expr, e *each) (string, lang.Outcome) {
	o := ev.eval(x, e)
	if o.State != lang.Known {
		return "", o
	}
	text, ok := lang.Display(o.Value)
	if !ok || text == "" {
		return "", x.Failed("a text is needed, not " + emptyOr(o.Value))
	}
	return text, o
}

func emptyOr(value cty.Value) string {
	if lang.TextOf(value) == "" && !value.IsNull() && value.Type() == cty.String {
		return "an empty one"
	}
	return lang.Friendly(value)
}

// number evaluates an expression that must be a number.
func (ev *evaluation) number(x *blocks.Expr, e *each) (*big.Rat, lang.Outcome) {
	o := ev.eval(x, e)
	if o.State != lang.Known {
		return new(big.Rat), o
	}
	if o.Value.IsNull() || o.Value.Type() != cty.Number {
		return new(big.Rat), x.Failed("a number is needed, not " + lang.Friendly(o.Value))
	}
	return lang.RatOf(o.Value), o
}

// measure evaluates an expression that must be a number or a text with a unit.
func (ev *evaluation) measure(x *blocks.Expr, e *each, parse func(string) (float64, error)) (float64, lang.Outcome) {
	o := ev.eval(x, e)
	if o.State != lang.Known {
		return 0, o
	}
	value, err := lang.MeasureOf(o.Value, parse)
	if err != nil {
		return 0, x.Failed(err.Error())
	}
	return value, o
}

func isBool(value cty.Value) bool { return !value.IsNull() && value.Type() == cty.Bool }
