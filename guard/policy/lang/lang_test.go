package lang

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// evaluate is what becomes of an expression, with the strict operations in it.
func evaluate(t *testing.T, text string, variables map[string]cty.Value) (Outcome, error) {
	t.Helper()
	expression, diags := hclsyntax.ParseExpression([]byte(text), "a.hcl", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	_ = hclsyntax.VisitAll(expression, func(node hclsyntax.Node) hcl.Diagnostics {
		MakeStrict(node)
		return nil
	})
	value, diags := expression.Value(&hcl.EvalContext{Functions: Functions(), Variables: variables})
	if diags.HasErrors() {
		return Failed(Sources{"a.hcl": text}.Explain(diags[0], nil)), diags
	}
	return Settle(value), nil
}

func TestEveryFunctionIsDescribed(t *testing.T) {
	described := map[string]bool{"unknown": true}
	for _, function := range FunctionDocs() {
		described[function.Name] = true
		o, err := evaluate(t, function.Example, nil)
		if got, _ := Display(o.Value); o.State != Known || got != function.Result {
			t.Errorf("%s is %q %v, want %q", function.Example, got, err, function.Result)
		}
	}
	for name := range Functions() {
		if !described[name] {
			t.Errorf("%s() is not described", name)
		}
	}
}

// An error on either side is an error, no value is converted, and what is not known
// stays so unless one side decides.
func TestOperationsAreStrict(t *testing.T) {
	variables := map[string]cty.Value{"lost": UnknownValue("no answer")}
	for _, test := range []struct {
		expression string
		want       State
		reason     string
	}{
		{`true || 1 / 0 == 0`, Errored, "division by zero"},
		{`false && 1 / 0 == 0`, Errored, "division by zero"},
		{`5 == "5"`, Errored, "a number is compared with a string"},
		{`"5" + 1 == 6`, Errored, `"5" is a string`},
		{`!"false"`, Errored, `"false" is a string`},
		{`null > 1`, Errored, "null is null"},
		{`null == 1`, Known, ""},
		{`lost`, Unknown, "no answer"},
		{`lost == 1`, Unknown, "no answer"},
		{`lost == 1 && true`, Unknown, "no answer"},
		{`lost == 1 && false`, Known, ""},
		{`lost == 1 || true`, Known, ""},
		{`contains(["a"], lost)`, Unknown, "no answer"},
		{`0.1 + 0.2 == 0.3`, Known, ""},
		{`alltrue([])`, Errored, "alltrue() of an empty list"},
	} {
		o, _ := evaluate(t, test.expression, variables)
		if o.State != test.want || !strings.Contains(strings.Join(o.Reasons, "; "), test.reason) {
			t.Errorf("%s: got state %d %v, want %d %q", test.expression, o.State, o.Reasons, test.want, test.reason)
		}
	}
}

// The zero Outcome refuses.
func TestNothingIsAnError(t *testing.T) {
	if (Outcome{}).State != Errored {
		t.Error("an outcome that nobody filled is no error")
	}
}
