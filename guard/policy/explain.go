package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// What went wrong while a policy was evaluated is read at night, by somebody who has not
// written it: the line, the part of the expression, and what is missing in it.

// fail is the outcome of an expression that HCL could not evaluate.
func (s *Set) fail(x *expr, diags hcl.Diagnostics, secrets []string) outcome {
	const most = 3 // of a list of thousands each may be another one
	var reasons []string
	at := x.Range()
	for _, diag := range diags {
		if diag.Severity != hcl.DiagError {
			continue
		}
		if len(reasons) == 0 && diag.Subject != nil {
			at = *diag.Subject
		}
		if len(reasons) == most {
			reasons = append(reasons, "and more")
			break
		}
		reasons = appendNew(reasons, s.explain(diag, secrets))
	}
	o := failed(reasons...)
	o.pos = pos(at)
	return o
}

// failed is an expression whose value is not what is needed in its place.
func (e *expr) failed(reason string) outcome {
	o := failed(reason)
	if e != nil {
		o.pos = pos(e.Range())
	}
	return o
}

// explain is what one diagnostic of HCL means here.
func (s *Set) explain(diag *hcl.Diagnostic, secrets []string) string {
	text := strings.TrimPrefix(strings.TrimSuffix(diag.Detail, "."), "Error during operation: ")
	if text == "" {
		text = diag.Summary
	}
	switch x := diag.Expression.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if value, found := variable(diag.EvalContext, x.Traversal.RootName()); found {
			why := missing(value, x.Traversal.RootName(), x.Traversal[1:])
			if why != "" && isLoopVariable(x.Traversal.RootName()) {
				why += ", where " + x.Traversal.RootName() + " is " + brief(value, secrets)
			}
			return cmp.Or(why, text)
		}
	case *hclsyntax.RelativeTraversalExpr:
		value, _ := x.Source.Value(diag.EvalContext)
		return cmp.Or(missing(value, s.source(x.Source.Range()), x.Traversal), text)
	case *hclsyntax.IndexExpr:
		value, _ := x.Collection.Value(diag.EvalContext)
		key, _ := x.Key.Value(diag.EvalContext)
		return cmp.Or(missing(value, s.source(x.Collection.Range()), hcl.Traversal{hcl.TraverseIndex{Key: key}}), text)
	case *hclsyntax.BinaryOpExpr:
		text = strings.Replace(text, leftSide, s.source(x.LHS.Range()), 1)
		return strings.Replace(text, rightSide, s.source(x.RHS.Range()), 1)
	case *hclsyntax.UnaryOpExpr:
		return strings.Replace(text, onlySide, s.source(x.Val.Range()), 1)
	case *hclsyntax.FunctionCallExpr:
		if _, own, found := strings.Cut(text, " failed: "); found && strings.HasPrefix(own, x.Name+"()") {
			return own
		}
	}
	return text
}

// The sides of an operation, until the source of the expression takes their place.
const leftSide, rightSide, onlySide = "the left side", "the right side", "what follows"

// textAt is what stands in a file at a range.
func textAt(sources map[string]string, at hcl.Range) (text string, found bool) {
	all := sources[at.Filename]
	if at.Start.Byte < 0 || at.End.Byte < at.Start.Byte || at.End.Byte > len(all) {
		return "", false
	}
	return all[at.Start.Byte:at.End.Byte], true
}

// source is the text of an expression, in one line.
func (s *Set) source(at hcl.Range) string {
	text, found := textAt(s.sources, at)
	if !found {
		return "it"
	}
	return short(strings.Join(strings.Fields(text), " "))
}

// short cuts a text that stands within a sentence.
func short(text string) string {
	const most = 80
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most-1]) + "…"
	}
	return guard.Printable(text)
}

// brief is a value within a sentence. Secrets are masked before it is cut.
func brief(value cty.Value, secrets []string) string {
	plain, _ := value.UnmarkDeep()
	if !plain.IsWhollyKnown() {
		return "not known"
	}
	return short(secret.New(secrets).Text(canonical(toPlain(plain))))
}

// variable is a variable of an expression or of one around it.
func variable(scope *hcl.EvalContext, name string) (cty.Value, bool) {
	for ; scope != nil; scope = scope.Parent() {
		if value, found := scope.Variables[name]; found {
			return value, true
		}
	}
	return cty.NilVal, false
}

// isLoopVariable: it is none of the language's, so some for has declared it.
func isLoopVariable(name string) bool {
	return !slices.Contains(plain, name) && objects[name] == nil && !slices.Contains([]string{"local", "probe", "arg", "env", "expect"}, name)
}

// missing says at which step a value ends; "" when that cannot be told.
func missing(value cty.Value, text string, steps hcl.Traversal) string {
	for _, step := range steps {
		value, _ = value.Unmark()
		if value == cty.NilVal || !value.IsKnown() {
			return ""
		}
		if value.IsNull() {
			return text + " is null"
		}
		var name string
		var key cty.Value
		switch s := step.(type) {
		case hcl.TraverseAttr:
			name, key = "."+s.Name, cty.StringVal(s.Name)
		case hcl.TraverseIndex:
			key, _ = s.Key.Unmark()
			if !key.IsWhollyKnown() || key.IsNull() {
				return ""
			}
			name = "[" + canonical(toPlain(key)) + "]"
		default:
			return ""
		}
		if why := lacks(value, key); why != "" {
			return text + " " + why
		}
		next, diags := step.TraversalStep(value)
		if diags.HasErrors() {
			return ""
		}
		value, text = next, text+name
	}
	return ""
}

// lacks says why a value has nothing of that name or at that index; "" when it has.
func lacks(value, key cty.Value) string {
	switch {
	case isMapping(value.Type()) && key.Type() == cty.String:
		names := sortedNames(value.AsValueMap())
		if slices.Contains(names, key.AsString()) {
			return ""
		}
		text := fmt.Sprintf("has no %q", key.AsString())
		const few = 8
		switch near := didYouMean(key.AsString(), names); {
		case near != "":
			return text + near
		case len(names) > 0 && len(names) <= few:
			return text + ", but " + strings.Join(names, ", ")
		}
		return text
	case isSequence(value.Type()) && key.Type() == cty.Number:
		at, length := ratOf(key), value.LengthInt()
		if at.IsInt() && at.Sign() >= 0 && at.Num().IsInt64() && at.Num().Int64() < int64(length) {
			return ""
		}
		return fmt.Sprintf("has %s, none at %s", unitsOf(ratOf(cty.NumberIntVal(int64(length))), "elements"), exactUnits(at))
	default:
		return fmt.Sprintf("is a %s, and has no %s", value.Type().FriendlyName(), short(canonical(toPlain(key))))
	}
}
