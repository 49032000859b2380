package blocks

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// want is what the value of an attribute must be. Load tells it of a value that is
// written out, so that what could only refuse is found when the file is written, and
// not when it decides.
type want struct {
	what, example string
	fits          func(cty.Value) error
	// kind is the type that every branch of a choice must have; none where several may.
	kind cty.Type
	// always: it is looked at whenever the value is used, and not only when it is
	// written out. What is computed has no other bounds.
	always bool
}

// wants has a row for every attribute of a policy, its checks and its confirmations that
// is an expression. Those that are words of a list, or names of commands, are checked
// where they are read. A test demands that nothing is left out.
var wants = sync.OnceValue(func() map[string]want {
	return map[string]want{
		"policy.summary":             aText("delete ${join(\" \", arg.paths)}"),
		"policy.when":                aBool("arg.recursive"),
		"rule.condition":             aBool("arg.count <= 3"),
		"error_message":              aText("capacity is frozen"),
		"blast_radius.affected":      aCount(),
		"blast_radius.total":         aNumber("120", "more than 0", func(n float64) bool { return n > 0 }),
		"blast_radius.baseline":      aNumber("125", "more than 0", func(n float64) bool { return n > 0 }),
		"blast_radius.max":           aNumber("5", "0 or more", notNegative),
		"blast_radius.max_percent":   aNumber("10", "from 0 to 100, without a %", func(n float64) bool { return n >= 0 && n <= 100 }),
		"blast_radius.keep_at_least": aNumber("100", "0 or more", notNegative),
		"blast_radius.settle":        aTime("60s", notNegative),
		"blast_radius.drift":         aNumber("3", "0 or more", notNegative),
		"budget.key":                 aText("each.key"),
		"budget.max":                 aNumber("10", "0 or more", notNegative),
		"budget.per":                 aTime("1h", func(n float64) bool { return n > 0 }),
		"role.of":                    anObject(),
		"role.must_be":               aTextOrList("secondary"),
		"role.max_lag":               aTime("30s", notNegative),
		"role.upstream_alive":        aBool("true"),
		"backup.of":                  anObject(),
		"backup.max_age":             aTime("24h", func(n float64) bool { return n > 0 }),
		"backup.min_size":            aSize(),
		"confirm.type":               aText("${host.name}: ${arg.pool}"),
		"confirm.targets":            aTextOrList("/srv/a"),
		"confirm.show":               aBool("false"),
		"confirm.hint":               aText("the name of this host"),
		"confirm.delay":              aTime("5s", notNegative),
		"confirm.deadline":           aTime("5m", func(n float64) bool { return n > 0 }),
		"probe.timeout":              atMost(aTime("3s", func(n float64) bool { return n > 0 && n <= maxTimeout }), "at most "+lang.Span(maxTimeout)),
		"probe.fresh_for":            aTime("2m", notNegative),
		"for_each":                   {what: "a list or an object that is not empty", example: `["web", "index"]`, fits: fitsForEach},
	}
})

// maxTimeout is what one probe may take, in seconds: what a person at a panel can bear.
const maxTimeout = 60

func notNegative(n float64) bool { return n >= 0 }

func aBool(example string) want {
	return want{what: "true or false", example: example, kind: cty.Bool, fits: func(value cty.Value) error { return mustBe(value, cty.Bool) }}
}

func aText(example string) want {
	return want{what: "a text that is not empty", example: fmt.Sprintf("%q", example), kind: cty.String, fits: func(value cty.Value) error {
		if err := mustBe(value, cty.String); err != nil {
			return err
		}
		if value.AsString() == "" {
			return fmt.Errorf("it is empty")
		}
		return nil
	}}
}

func aNumber(example, bounds string, fits func(float64) bool) want {
	return want{what: "a number, " + bounds, example: example, kind: cty.Number, always: true, fits: func(value cty.Value) error {
		if err := mustBe(value, cty.Number); err != nil {
			return err
		}
		if !fits(lang.FloatOf(value)) {
			return fmt.Errorf("it is %s", asShown(value))
		}
		return nil
	}}
}

func aTime(example string, fits func(float64) bool) want {
	return want{what: "a duration with a unit, or seconds", example: fmt.Sprintf("%q", example), always: true, fits: func(value cty.Value) error {
		if value.Type() == cty.Number && !value.IsNull() && lang.FloatOf(value) < 0 {
			return fmt.Errorf("it is %s", asShown(value))
		}
		seconds, err := lang.MeasureOf(value, command.ParseDuration)
		if err == nil && !fits(seconds) {
			err = fmt.Errorf("it is %s", asShown(value))
		}
		return err
	}}
}

func aCount() want {
	return want{what: "a number, 0 or more, or a list of what is hit", example: "probe.plan.losing", fits: func(value cty.Value) error {
		if !value.IsNull() && lang.IsSequence(value.Type()) {
			return nil
		}
		return aNumber("3", "0 or more", notNegative).fits(value)
	}}
}

func aTextOrList(example string) want {
	return want{what: "a text, or a list of texts that is not empty", example: fmt.Sprintf("%q", example), fits: func(value cty.Value) error {
		switch {
		case value.IsNull() || !lang.IsSequence(value.Type()):
			return aText("").fits(value)
		case value.LengthInt() == 0:
			return fmt.Errorf("it is empty")
		}
		for _, one := range value.AsValueSlice() {
			if err := aText("").fits(one); err != nil {
				return err
			}
		}
		return nil
	}}
}

func anObject() want {
	return want{what: "an object", example: "each.value", fits: func(value cty.Value) error {
		if value.IsNull() || !lang.IsMapping(value.Type()) {
			return fmt.Errorf("it is %s", lang.Friendly(value))
		}
		return nil
	}}
}

func aSize() want {
	return want{what: "a size with a unit, bytes, or a percentage from more than 0 to 100", example: `"100GB" or "50%"`, always: true, fits: func(value cty.Value) error {
		if _, is, err := ShareOf(value); is {
			return err
		}
		_, err := lang.MeasureOf(value, command.ParseSize)
		return err
	}}
}

// ShareOf is a text like "50%", as a number of percents. is says whether the value is
// such a text.
func ShareOf(value cty.Value) (percents float64, is bool, err error) {
	text, is := strings.CutSuffix(lang.TextOf(value), "%")
	if !is {
		return 0, false, nil
	}
	percents, err = strconv.ParseFloat(strings.TrimSpace(text), 64)
	if err != nil || !(percents > 0 && percents <= 100) {
		return 0, true, fmt.Errorf("it is %s", asShown(value))
	}
	return percents, true, nil
}

// atMost adds a bound to what a message says.
func atMost(w want, bound string) want {
	w.what += ", " + bound
	return w
}

func fitsForEach(value cty.Value) error {
	switch {
	case value.IsNull() || !lang.IsSequence(value.Type()) && !lang.IsMapping(value.Type()):
		return fmt.Errorf("it is %s", lang.Friendly(value))
	case value.LengthInt() == 0:
		return fmt.Errorf("it is empty: nothing would be checked")
	}
	return nil
}

func mustBe(value cty.Value, want cty.Type) error {
	if value.IsNull() || value.Type() != want {
		return fmt.Errorf("it is %s", lang.Friendly(value))
	}
	return nil
}

// constantCheck is an attribute that is looked at when every name is declared.
type constantCheck struct {
	attribute *hcl.Attribute
	expr      *Expr
	at        place
	kind      cty.Type // of its branches, where only one will do
	check     func(cty.Value)
}

// vetWanted vets the expression of an attribute and notes what its value must be.
func (l *loader) vetWanted(block string, attribute *hcl.Attribute, at place) *Expr {
	want, known := wants()[block+"."+attribute.Name]
	if !known {
		want, known = wants()[attribute.Name]
	}
	vetted := l.vet(attribute.Expr, at)
	if !known || vetted == nil {
		return vetted
	}
	if want.always {
		vetted.name, vetted.want = attribute.Name, &want
	}
	l.written = append(l.written, constantCheck{attribute, vetted, at, want.kind, func(value cty.Value) {
		if err := want.fits(value); err != nil {
			l.errorf(attribute.Range, "for example: "+attribute.Name+" = "+want.example, "%s must be %s: %v", attribute.Name, want.what, err)
			return
		}
		switch {
		case block == "confirm" && attribute.Name == "type":
			l.constantText(attribute, value.AsString())
		case block == "role" && attribute.Name == "must_be":
			l.constantRole(attribute, value)
		}
	}})
	return vetted
}

// constants looks at every attribute whose value is written out, also in locals.
func (l *loader) constants() {
	values := map[*Expr]fixedValue{}
	for _, one := range l.written {
		fixed := l.fixedValue(values, one.expr, one.at)
		switch {
		case fixed.is && fixed.value.IsWhollyKnown():
			one.check(fixed.value)
		case !fixed.is && one.kind != cty.NilType:
			l.branches(values, one, one.expr.Expression)
		}
	}
}

// fixedValue is what an expression is, when it refers to nothing but locals that are
// fixed themselves.
type fixedValue struct {
	value cty.Value
	is    bool
}

func (l *loader) fixedValue(values map[*Expr]fixedValue, x *Expr, at place) fixedValue {
	if x == nil {
		return fixedValue{}
	}
	if done, ok := values[x]; ok {
		return done
	}
	values[x] = fixedValue{} // of a circle nothing is fixed
	locals := map[string]cty.Value{}
	for _, traversal := range x.Variables() {
		name, ok := firstAttribute(traversal)
		if traversal.RootName() != "local" || !ok {
			return fixedValue{}
		}
		found, where := at.local(name)
		if found == nil {
			return fixedValue{}
		}
		one := l.fixedValue(values, found.Expr, where)
		if !one.is {
			return fixedValue{}
		}
		locals[name] = one.value
	}
	context := &hcl.EvalContext{Functions: lang.Functions()}
	if len(locals) > 0 {
		context.Variables = map[string]cty.Value{"local": cty.ObjectVal(locals)}
	}
	value, diags := x.Value(context)
	if diags.HasErrors() {
		for _, diag := range diags {
			l.errorf(*cmp.Or(diag.Subject, new(x.Range())), "", "%s", l.sources.Explain(diag, nil))
		}
		return fixedValue{}
	}
	value, _ = value.UnmarkDeep()
	if value.IsWhollyKnown() && len(lang.Identity(value)) > lang.MaxLocal {
		l.errorf(x.Range(), "", "it has more than %d bytes", lang.MaxLocal)
		return fixedValue{}
	}
	values[x] = fixedValue{value, true}
	return values[x]
}

// local is the local of that name as an expression in that place sees it, with the
// place of its own expression.
func (p place) local(name string) (*Local, place) {
	if p.policy == nil {
		if p.dir == nil {
			return nil, p
		}
		return p.dir.Locals[name], p
	}
	if own := p.policy.Locals[name]; own != nil {
		return own, place{policy: p.policy}
	}
	return p.policy.Dir.Locals[name], place{dir: p.policy.Dir}
}

// branches looks at the branches of a choice that are written out: one of another type
// would change the type of both.
func (l *loader) branches(values map[*Expr]fixedValue, one constantCheck, expression hclsyntax.Expression) {
	switch x := expression.(type) {
	case *hclsyntax.ParenthesesExpr:
		l.branches(values, one, x.Expression)
	case *hclsyntax.ConditionalExpr:
		l.branches(values, one, x.TrueResult)
		l.branches(values, one, x.FalseResult)
	case *hclsyntax.LiteralValueExpr, *hclsyntax.TemplateExpr, *hclsyntax.TupleConsExpr:
		if len(x.Variables()) > 0 {
			return
		}
		value, diags := x.Value(&hcl.EvalContext{Functions: lang.Functions()})
		if !diags.HasErrors() && !value.Type().Equals(one.kind) {
			l.errorf(x.Range(), "both branches of a choice must have the type that is needed", "%s must be a %s, and is %s here", one.attribute.Name, one.kind.FriendlyName(), lang.Friendly(value))
		}
	}
}

// roles are those that guard's own probes tell.
var roles = []string{"primary", "secondary", "former"}

// constantRole: a role that nearly is one of guard's probes may be misspelt. Another
// program may tell roles of its own.
func (l *loader) constantRole(attribute *hcl.Attribute, value cty.Value) {
	all := []cty.Value{value}
	if lang.IsSequence(value.Type()) {
		all = value.AsValueSlice()
	}
	for _, one := range all {
		role := one.AsString()
		if near := l.didYouMean(role, these(roles)); near != "" && !slices.Contains(roles, role) {
			l.warnf(attribute.Range, "guard's own probes tell "+strings.Join(roles, ", "), "must_be: no server has the role %q%s", role, near)
		}
	}
}

// constantText: a text that is always the same is typed without looking.
func (l *loader) constantText(attribute *hcl.Attribute, text string) {
	const next = "use what was measured: a probe, target.resolved, impact or host.name"
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "ok", "true", "confirm", "j", "ja", "oui", "si":
		l.errorf(attribute.Range, next, "the text to type is %q, which people type without reading", text)
	default:
		l.warnf(attribute.Range, next, "the text to type is always the same")
	}
}

// asShown is a constant as a message names it.
func asShown(value cty.Value) string {
	text, _ := lang.Display(value)
	return text
}
