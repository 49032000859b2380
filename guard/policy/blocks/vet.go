package blocks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// place is where an expression stands: which names it may use.
type place struct {
	policy *Policy    // nil outside of policies
	dir    *Directory // of a local of files; a policy has its own
	each   bool       // inside a for_each
	test   bool       // in the given block of a test
	fixed  bool       // no variables at all
}

// vet walks every node of an expression, also branches that no evaluation
// reaches: unknown names are errors now, and HCL's forgiving operators are
// replaced.
func (l *loader) vet(expression hcl.Expression, at place) *Expr {
	syntax, ok := expression.(hclsyntax.Expression)
	if !ok {
		l.errorf(expression.Range(), "", "the expression cannot be read")
		return nil
	}
	vetted := &Expr{Expression: syntax}
	walker := &vetter{l: l, at: at}
	hclsyntax.Walk(syntax, walker)
	for _, traversal := range expression.Variables() {
		l.vetVariable(vetted, traversal, at)
	}
	return vetted
}

// vetter looks at the nodes of one expression.
type vetter struct {
	l    *loader
	at   place
	fors int
}

func (v *vetter) Enter(node hclsyntax.Node) hcl.Diagnostics {
	lang.MakeStrict(node)
	switch n := node.(type) {
	case *hclsyntax.FunctionCallExpr:
		v.call(n)
	case *hclsyntax.SplatExpr:
		// Of null it makes an empty list.
		v.l.errorf(n.SrcRange, "write [for one in LIST : one.NAME]", "[*] is no part of the language")
	case *hclsyntax.ForExpr:
		v.fors++
		if v.fors > 1 {
			v.l.errorf(n.SrcRange, "give the inner one a name in locals", "a for inside a for")
		}
	}
	return nil
}

func (v *vetter) Exit(node hclsyntax.Node) hcl.Diagnostics {
	if _, ok := node.(*hclsyntax.ForExpr); ok {
		v.fors--
	}
	return nil
}

func (v *vetter) call(call *hclsyntax.FunctionCallExpr) {
	function, ok := lang.Functions()[call.Name]
	if !ok || call.Name == "unknown" && !v.at.test {
		names := slices.Sorted(maps.Keys(lang.Functions()))
		names = slices.DeleteFunc(names, func(name string) bool { return name == "unknown" && !v.at.test })
		v.l.errorf(call.NameRange, "the functions are listed in the reference", "no function is called %s%s", call.Name, v.l.didYouMean(call.Name, these(names)))
		return
	}
	required, more := len(function.Params()), function.VarParam() != nil
	if call.ExpandFinal {
		return
	}
	if len(call.Args) < required || len(call.Args) > required && !more {
		v.l.errorf(call.NameRange, "", "%s() takes %s, here are %d", call.Name, arity(required, more), len(call.Args))
	}
}

func arity(required int, more bool) string {
	switch {
	case more:
		return fmt.Sprintf("at least %d arguments", required)
	case required == 1:
		return "1 argument"
	default:
		return fmt.Sprintf("%d arguments", required)
	}
}

func (l *loader) vetVariable(vetted *Expr, traversal hcl.Traversal, at place) {
	root, where := traversal.RootName(), traversal.SourceRange()
	attribute, hasAttribute := firstAttribute(traversal)
	switch {
	case at.fixed:
		l.errorf(where, "write a fixed value", "%s is a variable, and none may stand here", root)
	case at.test:
		l.errorf(where, "a test's world is written out", "a test sees no variables, here %s", root)
	case lang.IsPlain(root):
		vetted.Impact = vetted.Impact || root == "impact"
		vetted.Target = vetted.Target || root == "impact"
		l.vetReach(where, root, at)
	case lang.IsObject(root):
		if !hasAttribute {
			l.errorf(where, "write "+root+".NAME", "%s stands alone", root)
			return
		}
		vetted.moment = vetted.moment || root != "local"
		l.vetReach(where, root, at)
		l.vetAttribute(vetted, traversal, root, attribute, at)
	default:
		l.errorf(where, "the variables are listed in the reference", "no variable is called %s%s", root, l.didYouMean(root, func() []string { return lang.VariableNames() }))
	}
}

// vetReach refuses variables of an operation where there is none.
func (l *loader) vetReach(where hcl.Range, root string, at place) {
	outside := []string{"local", "now", "host", "operator"}
	if at.policy == nil && !slices.Contains(outside, root) {
		l.errorf(where, "move the local into the policy", "%s is only known inside a policy", root)
	}
	if root == "each" && !at.each {
		l.errorf(where, "add for_each to the block", "each is only known in a block with for_each")
	}
}

func (l *loader) vetAttribute(vetted *Expr, traversal hcl.Traversal, root, name string, at place) {
	where := traversal.SourceRange()
	switch root {
	case "local":
		l.vetLocal(vetted, where, name, at)
	case "probe":
		l.vetProbe(vetted, traversal, name, at)
	case "arg":
		l.vetArg(where, name, at)
	case "env":
		l.env[name] = true
	case "expect":
		if at.policy != nil {
			at.policy.Expected[name] = true
		}
	default:
		vetted.Target = vetted.Target || root == "target"
		if names := lang.AttributesOf(root); !slices.Contains(names, name) {
			l.errorf(where, "", "%s has no attribute %s%s", root, name, l.didYouMean(name, these(names)))
		}
	}
}

func (l *loader) vetProbe(vetted *Expr, traversal hcl.Traversal, name string, at place) {
	if at.policy == nil {
		return
	}
	probe, known := at.policy.Probes[name]
	if !known {
		l.errorf(traversal.SourceRange(), "probes belong to their policy", "the policy has no probe called %s%s", name, l.didYouMean(name, func() []string { return slices.Sorted(maps.Keys(at.policy.Probes)) }))
		return
	}
	vetted.Probes = appendNew(vetted.Probes, name)
	if probe.Kind.Result == nil || probe.ForEach != nil || len(traversal) < 3 {
		return
	}
	if step, ok := traversal[2].(hcl.TraverseAttr); ok && !slices.Contains(probe.Kind.Result, step.Name) {
		l.errorf(traversal.SourceRange(), "", "a %s probe has no %s%s", probe.Kind.Name, step.Name, l.didYouMean(step.Name, these(probe.Kind.Result)))
	}
}

func (l *loader) vetArg(where hcl.Range, name string, at place) {
	if at.policy == nil {
		return
	}
	for _, declared := range at.policy.Commands {
		names := argNames(declared)
		if !slices.Contains(names, name) {
			l.errorf(where, "declare it as a flag or an operand", "command %s has no flag or operand %s%s", declared.Command.Name, name, l.didYouMean(name, these(names)))
		}
	}
}

func argNames(declared *Command) []string {
	names := []string{command.Undeclared}
	for _, flag := range declared.Command.Flags {
		if !strings.HasPrefix(flag.Name, "(") { // see flagsOf
			names = append(names, flag.Name)
		}
	}
	for _, operand := range declared.Command.Operands {
		names = append(names, operand.Name)
	}
	return names
}

// firstAttribute is the name behind the root: .NAME or ["NAME"].
func firstAttribute(traversal hcl.Traversal) (string, bool) {
	if len(traversal) < 2 {
		return "", false
	}
	switch step := traversal[1].(type) {
	case hcl.TraverseAttr:
		return step.Name, true
	case hcl.TraverseIndex:
		if step.Key.Type() == cty.String && step.Key.IsKnown() && !step.Key.IsNull() {
			return step.Key.AsString(), true
		}
	}
	return "", false
}

func appendNew(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}
