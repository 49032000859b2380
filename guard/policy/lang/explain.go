package lang

import (
	"cmp"
	"fmt"
	"maps"
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

// Sources are the texts of the files, by path.
type Sources map[string]string

// Explain is what one diagnostic of HCL means here.
func (s Sources) Explain(diag *hcl.Diagnostic, secrets []string) string {
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
		return cmp.Or(missing(value, s.Source(x.Source.Range()), x.Traversal), text)
	case *hclsyntax.IndexExpr:
		value, _ := x.Collection.Value(diag.EvalContext)
		key, _ := x.Key.Value(diag.EvalContext)
		return cmp.Or(missing(value, s.Source(x.Collection.Range()), hcl.Traversal{hcl.TraverseIndex{Key: key}}), text)
	case *hclsyntax.BinaryOpExpr:
		text = strings.Replace(text, leftSide, s.Source(x.LHS.Range()), 1)
		return strings.Replace(text, rightSide, s.Source(x.RHS.Range()), 1)
	case *hclsyntax.UnaryOpExpr:
		return strings.Replace(text, onlySide, s.Source(x.Val.Range()), 1)
	case *hclsyntax.FunctionCallExpr:
		if _, own, found := strings.Cut(text, " failed: "); found && strings.HasPrefix(own, x.Name+"()") {
			return own
		}
	}
	return text
}

// At is what stands in a file at a range.
func (s Sources) At(at hcl.Range) (text string, found bool) {
	all := s[at.Filename]
	if at.Start.Byte < 0 || at.End.Byte < at.Start.Byte || at.End.Byte > len(all) {
		return "", false
	}
	return all[at.Start.Byte:at.End.Byte], true
}

// Source is the text of an expression, in one line.
func (s Sources) Source(at hcl.Range) string {
	text, found := s.At(at)
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
	return short(secret.New(secrets).Text(Canonical(ToPlain(plain))))
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
	return !IsPlain(name) && !IsObject(name)
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
			name = "[" + Canonical(ToPlain(key)) + "]"
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
	case IsMapping(value.Type()) && key.Type() == cty.String:
		names := slices.Sorted(maps.Keys(value.AsValueMap()))
		if slices.Contains(names, key.AsString()) {
			return ""
		}
		text := fmt.Sprintf("has no %q", key.AsString())
		const few = 8
		switch near := DidYouMean(key.AsString(), names); {
		case near != "":
			return text + near
		case len(names) > 0 && len(names) <= few:
			return text + ", but " + strings.Join(names, ", ")
		}
		return text
	case IsSequence(value.Type()) && key.Type() == cty.Number:
		at, length := RatOf(key), value.LengthInt()
		if at.IsInt() && at.Sign() >= 0 && at.Num().IsInt64() && at.Num().Int64() < int64(length) {
			return ""
		}
		return fmt.Sprintf("has %s, none at %s", UnitsOf(RatOf(cty.NumberIntVal(int64(length))), "elements"), ExactUnits(at))
	default:
		return fmt.Sprintf("is a %s, and has no %s", value.Type().FriendlyName(), short(Canonical(ToPlain(key))))
	}
}
