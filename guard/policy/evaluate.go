package policy

import (
	"fmt"
	"math/big"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
)

// evaluation is one policy on one operation.
type evaluation struct {
	d       *decider
	policy  *policyBlock
	command *command.Command
	op      *guard.Operation
	read    command.Read

	base     *hcl.EvalContext
	locals   map[string]outcome
	probes   map[string]outcome
	evidence map[string][]string // by probe
	targets  *resolution
	roles    []guard.Role
	denied   bool
}

func newEvaluation(d *decider, g governor, op *guard.Operation) *evaluation {
	ev := &evaluation{
		d: d, policy: g.policy, command: g.command, op: op, read: g.command.Read(op),
		locals: map[string]outcome{}, probes: map[string]outcome{}, evidence: map[string][]string{},
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
func (ev *evaluation) eval(x *expr, e *each) outcome {
	if x == nil {
		return failed("the expression is missing")
	}
	scope, stop := ev.scope(x, e)
	if stop != nil {
		return *stop
	}
	value, diags := x.Value(scope)
	if diags.HasErrors() {
		return ev.d.set.fail(x, diags, ev.d.decision.Secrets)
	}
	o := settle(value)
	if x.want != nil && o.state == known {
		if err := x.want.fits(o.value); err != nil {
			return x.failed(fmt.Sprintf("%s must be %s: %v", x.name, x.want.what, err))
		}
	}
	return o
}

// scope is what an expression sees; stop is its outcome when one of the variables has
// none yet, or is an error.
func (ev *evaluation) scope(x *expr, e *each) (scope *hcl.EvalContext, stop *outcome) {
	scope = ev.surroundings().NewChild()
	variables := map[string]cty.Value{}
	note := func(o outcome) {
		if stop == nil || o.state < stop.state {
			stop = &o
		}
	}
	collect := func(root string, names []string, get func(string) outcome) {
		if len(names) == 0 {
			return
		}
		values := map[string]cty.Value{}
		for _, name := range names {
			o := get(name)
			if o.state == pending || o.state == errored {
				note(o)
			}
			values[name] = o.marked
		}
		variables[root] = cty.ObjectVal(values)
	}
	collect("local", x.locals, ev.local)
	collect("probe", x.probes, ev.probe)
	if x.target {
		collect("target", objects["target"], func(name string) outcome {
			if name == "names" {
				return ev.names()
			}
			return ev.resolved()
		})
	}
	if x.impact {
		text, _, o := ev.impact()
		if o.state == pending || o.state == errored {
			note(o)
		}
		variables["impact"] = o.marked
		if o.state == known {
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
func (ev *evaluation) local(name string) outcome {
	if o, done := ev.locals[name]; done {
		return o
	}
	named, ok := ev.policy.locals[name]
	if !ok {
		named = ev.policy.dir.locals[name]
	}
	if named == nil {
		return failed("no local is called " + name)
	}
	if o, done := ev.d.locals[named]; done && !ok {
		return o
	}
	if o := named.value.Load(); o != nil {
		return *o
	}
	o := ev.eval(named.expr, nil)
	if o.state == known && len(identity(o.value)) > maxLocal {
		o = named.expr.failed(fmt.Sprintf("local %s has more than %d bytes", name, maxLocal))
	}
	if o.state != pending {
		ev.locals[name] = o
	}
	if o.state != pending && !ok {
		ev.d.locals[named] = o
	}
	if o.state == known && named.fixed {
		named.value.Store(&o)
	}
	return o
}

// elements are what a block is evaluated for: once, or for each element. When
// there are none, the outcome says why.
func (ev *evaluation) elements(forEach *expr) ([]each, outcome) {
	if forEach == nil {
		return []each{{}}, outcome{state: known}
	}
	o := ev.eval(forEach, nil)
	if o.state == pending || o.state == errored {
		return nil, o
	}
	collection, marks := o.marked.Unmark()
	switch {
	case !collection.IsKnown():
		return nil, o
	case collection.IsNull():
		return nil, forEach.failed("for_each is null")
	case !isSequence(collection.Type()) && !isMapping(collection.Type()):
		return nil, forEach.failed("for_each needs a list or an object, not a " + collection.Type().FriendlyName())
	case collection.LengthInt() == 0:
		return nil, forEach.failed("for_each has nothing to check; say so with when, if that is right")
	}
	return elementsOf(collection, marks), outcome{state: known}
}

func elementsOf(collection cty.Value, marks cty.ValueMarks) []each {
	var all []each
	i := 0
	for it := collection.ElementIterator(); it.Next(); i++ {
		key, value := it.Element()
		name := fmt.Sprint(i)
		if plain, _ := value.Unmark(); isMapping(collection.Type()) {
			name = textOf(key)
		} else if text := textOf(plain); text != "" {
			name = text
		}
		all = append(all, each{key: name, value: value.WithMarks(marks)})
	}
	return all
}

// text evaluates an expression that must be a text. "" with a known outcome
// does not happen: an empty text is an error.
func (ev *evaluation) text(x *expr, e *each) (string, outcome) {
	o := ev.eval(x, e)
	if o.state != known {
		return "", o
	}
	text, ok := display(o.value)
	if !ok || text == "" {
		return "", x.failed("a text is needed, not " + emptyOr(o.value))
	}
	return text, o
}

func emptyOr(value cty.Value) string {
	if textOf(value) == "" && !value.IsNull() && value.Type() == cty.String {
		return "an empty one"
	}
	return friendly(value)
}

// number evaluates an expression that must be a number.
func (ev *evaluation) number(x *expr, e *each) (*big.Rat, outcome) {
	o := ev.eval(x, e)
	if o.state != known {
		return new(big.Rat), o
	}
	if o.value.IsNull() || o.value.Type() != cty.Number {
		return new(big.Rat), x.failed("a number is needed, not " + friendly(o.value))
	}
	return ratOf(o.value), o
}

// measure evaluates an expression that must be a number or a text with a unit.
func (ev *evaluation) measure(x *expr, e *each, parse func(string) (float64, error)) (float64, outcome) {
	o := ev.eval(x, e)
	if o.state != known {
		return 0, o
	}
	value, err := measureOf(o.value, parse)
	if err != nil {
		return 0, x.failed(err.Error())
	}
	return value, o
}

func measureOf(value cty.Value, parse func(string) (float64, error)) (float64, error) {
	switch {
	case value.IsNull():
		return 0, fmt.Errorf("a number or a text with a unit is needed, not null")
	case value.Type() == cty.Number && floatOf(value) >= 0:
		return floatOf(value), nil
	case value.Type() == cty.String:
		return parse(value.AsString())
	default:
		return 0, fmt.Errorf("a number or a text with a unit is needed, not a %s", friendly(value))
	}
}

func isBool(value cty.Value) bool { return !value.IsNull() && value.Type() == cty.Bool }
