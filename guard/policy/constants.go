package policy

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard/command"
)

// want is what the value of an attribute must be. Load tells it of a value that is
// written out, so that what could only refuse is found when the file is written, and
// not when it decides.
type want struct {
	what, example string
	fits          func(cty.Value) error
}

// wants has a row for every attribute of a policy, its checks and its confirmations that
// is an expression. Those that are words of a list, or names of commands, are checked
// where they are read. A test demands that nothing is left out.
var wants = map[string]want{
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
	"backup.min_size":            {`a size with a unit, bytes, or a percentage`, `"100GB" or "50%"`, fitsSize},
	"confirm.type":               aText("${host.name}: ${arg.pool}"),
	"confirm.targets":            aTextOrList("/srv/a"),
	"confirm.show":               aBool("false"),
	"confirm.hint":               aText("the name of this host"),
	"confirm.delay":              aTime("5s", notNegative),
	"confirm.deadline":           aTime("5m", func(n float64) bool { return n > 0 }),
	"probe.timeout":              aTime("3s", func(n float64) bool { return n > 0 && n <= maxTimeout }),
	"probe.fresh_for":            aTime("2m", notNegative),
	"for_each":                   {"a list or an object that is not empty", `["web", "index"]`, fitsForEach},
}

// maxTimeout is what one probe may take, in seconds: what a person at a panel can bear.
const maxTimeout = 60

func notNegative(n float64) bool { return n >= 0 }

func aBool(example string) want {
	return want{"true or false", example, func(value cty.Value) error { return mustBe(value, cty.Bool) }}
}

func aText(example string) want {
	return want{"a text that is not empty", fmt.Sprintf("%q", example), func(value cty.Value) error {
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
	return want{"a number, " + bounds, example, func(value cty.Value) error {
		if err := mustBe(value, cty.Number); err != nil {
			return err
		}
		if !fits(floatOf(value)) {
			return fmt.Errorf("it is %s", asShown(value))
		}
		return nil
	}}
}

func aTime(example string, fits func(float64) bool) want {
	return want{"a duration with a unit, or seconds", fmt.Sprintf("%q", example), func(value cty.Value) error {
		if value.Type() == cty.Number && !value.IsNull() && floatOf(value) < 0 {
			return fmt.Errorf("it is %s", asShown(value))
		}
		seconds, err := measureOf(value, command.ParseDuration)
		if err == nil && !fits(seconds) {
			err = fmt.Errorf("it is %s", asShown(value))
		}
		return err
	}}
}

func aCount() want {
	return want{"a number, 0 or more, or a list of what is hit", "probe.plan.losing", func(value cty.Value) error {
		if !value.IsNull() && isSequence(value.Type()) {
			return nil
		}
		return aNumber("3", "0 or more", notNegative).fits(value)
	}}
}

func aTextOrList(example string) want {
	return want{"a text, or a list of texts that is not empty", fmt.Sprintf("%q", example), func(value cty.Value) error {
		switch {
		case value.IsNull() || !isSequence(value.Type()):
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
	return want{"an object", "each.value", func(value cty.Value) error {
		if value.IsNull() || !isMapping(value.Type()) {
			return fmt.Errorf("it is %s", friendly(value))
		}
		return nil
	}}
}

func fitsSize(value cty.Value) error {
	if !value.IsNull() && value.Type() == cty.String && strings.HasSuffix(value.AsString(), "%") {
		return nil // looked at as a percentage where it is used
	}
	_, err := measureOf(value, command.ParseSize)
	return err
}

func fitsForEach(value cty.Value) error {
	switch {
	case value.IsNull() || !isSequence(value.Type()) && !isMapping(value.Type()):
		return fmt.Errorf("it is %s", friendly(value))
	case value.LengthInt() == 0:
		return fmt.Errorf("it is empty: nothing would be checked")
	}
	return nil
}

func mustBe(value cty.Value, want cty.Type) error {
	if value.IsNull() || value.Type() != want {
		return fmt.Errorf("it is %s", friendly(value))
	}
	return nil
}

// constant looks at an attribute whose value is written out.
func (l *loader) constant(block string, attribute *hcl.Attribute) {
	want, known := wants[block+"."+attribute.Name]
	if !known {
		want, known = wants[attribute.Name]
	}
	if !known || len(attribute.Expr.Variables()) > 0 {
		return
	}
	value, diags := attribute.Expr.Value(&hcl.EvalContext{Functions: l.functions})
	if diags.HasErrors() {
		l.hcl(diags)
		return
	}
	value, _ = value.UnmarkDeep()
	if !value.IsWhollyKnown() {
		return
	}
	if err := want.fits(value); err != nil {
		l.errorf(attribute.Range, "for example: "+attribute.Name+" = "+want.example, "%s must be %s: %v", attribute.Name, want.what, err)
		return
	}
	if block == "confirm" && attribute.Name == "type" {
		l.constantText(attribute, value.AsString())
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
	text, _ := display(value)
	return text
}
