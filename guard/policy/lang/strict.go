package lang

import (
	"fmt"
	"sync"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// HCL's own || and && take the result of one side and drop the errors of the
// other, its == says false when the types differ, and its arithmetic reads
// texts as numbers. The operations here do none of that: an error on either
// side is an error, and types are never converted. What is not known stays not
// known, except false && unknown and true || unknown, which hold either way.

// The sides of an operation, until the source of the expression takes their place.
const leftSide, rightSide, onlySide = "the left side", "the right side", "what follows"

// strictOperations maps HCL's operations to the strict ones.
type strictOperations map[*hclsyntax.Operation]*hclsyntax.Operation

// strict are made when the first expression needs them, and do not change.
var strict = sync.OnceValue(newStrictOperations)

func newStrictOperations() strictOperations {
	number := func(name string, result cty.Type, apply func(a, b cty.Value) (cty.Value, error)) *hclsyntax.Operation {
		return strictOperation(result, typed(name, cty.Number, result, apply))
	}
	plain := func(f func(a, b cty.Value) cty.Value) func(a, b cty.Value) (cty.Value, error) {
		return func(a, b cty.Value) (cty.Value, error) { return f(a, b), nil }
	}
	all := newStrictUnary()
	for loose, strict := range (strictOperations{
		hclsyntax.OpLogicalOr:          strictOperation(cty.Bool, typed("||", cty.Bool, cty.Bool, plain(strictOr))),
		hclsyntax.OpLogicalAnd:         strictOperation(cty.Bool, typed("&&", cty.Bool, cty.Bool, plain(strictAnd))),
		hclsyntax.OpEqual:              strictOperation(cty.Bool, strictEqual),
		hclsyntax.OpNotEqual:           strictOperation(cty.Bool, strictNotEqual),
		hclsyntax.OpGreaterThan:        number(">", cty.Bool, plain(comparing(cty.Value.GreaterThan, func(order int) bool { return order > 0 }))),
		hclsyntax.OpGreaterThanOrEqual: number(">=", cty.Bool, plain(comparing(cty.Value.GreaterThanOrEqualTo, func(order int) bool { return order >= 0 }))),
		hclsyntax.OpLessThan:           number("<", cty.Bool, plain(comparing(cty.Value.LessThan, func(order int) bool { return order < 0 }))),
		hclsyntax.OpLessThanOrEqual:    number("<=", cty.Bool, plain(comparing(cty.Value.LessThanOrEqualTo, func(order int) bool { return order <= 0 }))),
		hclsyntax.OpAdd:                number("+", cty.Number, plain(cty.Value.Add)),
		hclsyntax.OpSubtract:           number("-", cty.Number, plain(cty.Value.Subtract)),
		hclsyntax.OpMultiply:           number("*", cty.Number, plain(cty.Value.Multiply)),
		hclsyntax.OpDivide:             number("/", cty.Number, divide(cty.Value.Divide)),
		hclsyntax.OpModulo:             number("%", cty.Number, divide(cty.Value.Modulo)),
	}) {
		all[loose] = strict
	}
	return all
}

// newStrictUnary are the strict forms of ! and -.
func newStrictUnary() strictOperations {
	unary := func(name string, want cty.Type, apply func(cty.Value) cty.Value) *hclsyntax.Operation {
		param := function.Parameter{
			Name: "value", Type: cty.DynamicPseudoType, AllowNull: true, AllowUnknown: true, AllowDynamicType: true,
		}
		return &hclsyntax.Operation{Type: want, Impl: function.New(&function.Spec{
			Params: []function.Parameter{param},
			Type:   function.StaticReturnType(want),
			Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
				if err := wantType(name, onlySide, args[0], want); err != nil {
					return cty.NilVal, err
				}
				return apply(ofType(args[0], want)), nil
			},
		})}
	}
	return strictOperations{
		hclsyntax.OpLogicalNot: unary("!", cty.Bool, cty.Value.Not),
		hclsyntax.OpNegate:     unary("-", cty.Number, cty.Value.Negate),
	}
}

type binary func(a, b cty.Value) (cty.Value, error)

// strictOperation has no short circuit, and parameters of any type: HCL would
// otherwise convert before the function sees the values.
func strictOperation(result cty.Type, apply binary) *hclsyntax.Operation {
	anything := func(name string) function.Parameter {
		return function.Parameter{
			Name: name, Type: cty.DynamicPseudoType,
			AllowNull: true, AllowUnknown: true, AllowDynamicType: true,
		}
	}
	return &hclsyntax.Operation{Type: result, Impl: function.New(&function.Spec{
		Params: []function.Parameter{anything("left"), anything("right")},
		Type:   function.StaticReturnType(result),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return apply(args[0], args[1])
		},
	})}
}

// typed lets only values of one type through to apply; of a type that is not
// known yet, nothing is known.
func typed(name string, want, result cty.Type, apply binary) binary {
	return func(a, b cty.Value) (cty.Value, error) {
		for i, value := range []cty.Value{a, b} {
			if err := wantType(name, []string{leftSide, rightSide}[i], value, want); err != nil {
				return cty.NilVal, err
			}
		}
		return apply(ofType(a, want), ofType(b, want))
	}
}

// wantType says that what, an operand of the operation or function of that name, has
// another type.
func wantType(name, what string, value cty.Value, want cty.Type) error {
	switch {
	case value.IsNull():
		return fmt.Errorf("%s needs a %s, and %s is null", name, want.FriendlyName(), what)
	case value.Type() == cty.DynamicPseudoType, value.Type().Equals(want):
		return nil
	default:
		return fmt.Errorf("%s needs a %s, and %s is a %s", name, want.FriendlyName(), what, value.Type().FriendlyName())
	}
}

func ofType(value cty.Value, want cty.Type) cty.Value {
	if value.Type() == cty.DynamicPseudoType {
		return cty.UnknownVal(want)
	}
	return value
}

func strictAnd(a, b cty.Value) cty.Value {
	switch {
	case isFalse(a), isFalse(b):
		return cty.False
	case !a.IsKnown(), !b.IsKnown():
		return cty.UnknownVal(cty.Bool)
	default:
		return cty.True
	}
}

func strictOr(a, b cty.Value) cty.Value {
	switch {
	case isTrue(a), isTrue(b):
		return cty.True
	case !a.IsKnown(), !b.IsKnown():
		return cty.UnknownVal(cty.Bool)
	default:
		return cty.False
	}
}

func isTrue(v cty.Value) bool  { return v.IsKnown() && v.True() }
func isFalse(v cty.Value) bool { return v.IsKnown() && v.False() }

func divide(apply func(a, b cty.Value) cty.Value) binary {
	return func(a, b cty.Value) (cty.Value, error) {
		if b.IsKnown() && b.RawEquals(cty.Zero) {
			return cty.NilVal, fmt.Errorf("division by zero")
		}
		return apply(a, b), nil
	}
}

// strictNotEqual is the negation of strictEqual.
func strictNotEqual(a, b cty.Value) (cty.Value, error) {
	equal, err := strictEqual(a, b)
	if err != nil || !equal.IsKnown() {
		return equal, err
	}
	return equal.Not(), nil
}

// strictEqual compares values of the same type. Against null anything may be
// compared; of what is not known, nothing is said.
func strictEqual(a, b cty.Value) (cty.Value, error) {
	unknown := cty.UnknownVal(cty.Bool)
	switch {
	case !a.IsKnown() || !b.IsKnown():
		return unknown, comparability(a.Type(), b.Type())
	case a.IsNull() || b.IsNull():
		return cty.BoolVal(a.IsNull() && b.IsNull()), nil
	}
	if err := comparability(a.Type(), b.Type()); err != nil {
		return cty.NilVal, err
	}
	switch {
	case a.Type() == cty.Number:
		return cty.BoolVal(RatOf(a).Cmp(RatOf(b)) == 0), nil
	case a.Type().IsPrimitiveType():
		return a.Equals(b), nil
	case IsSequence(a.Type()):
		return equalSequences(a.AsValueSlice(), b.AsValueSlice())
	default:
		return equalMaps(a.AsValueMap(), b.AsValueMap())
	}
}

// comparability says why two types cannot be compared; nil when they can.
func comparability(a, b cty.Type) error {
	switch {
	case a == cty.DynamicPseudoType, b == cty.DynamicPseudoType:
		return nil
	case a.IsPrimitiveType() && a.Equals(b), IsSequence(a) && IsSequence(b), IsMapping(a) && IsMapping(b):
		return nil
	default:
		return fmt.Errorf("a %s is compared with a %s; use tonumber() or tostring()", a.FriendlyName(), b.FriendlyName())
	}
}

// IsSequence: a list, a tuple or a set.
func IsSequence(t cty.Type) bool { return t.IsTupleType() || t.IsListType() || t.IsSetType() }

// IsMapping: an object or a map.
func IsMapping(t cty.Type) bool { return t.IsObjectType() || t.IsMapType() }

func equalSequences(a, b []cty.Value) (cty.Value, error) {
	if len(a) != len(b) {
		return cty.False, nil
	}
	all := cty.True
	for i := range a {
		equal, err := strictEqual(a[i], b[i])
		if err != nil {
			return cty.NilVal, err
		}
		all = strictAnd(all, equal)
	}
	return all, nil
}

func equalMaps(a, b map[string]cty.Value) (cty.Value, error) {
	if len(a) != len(b) {
		return cty.False, nil
	}
	all := cty.True
	for key, value := range a {
		other, ok := b[key]
		if !ok {
			return cty.False, nil
		}
		equal, err := strictEqual(value, other)
		if err != nil {
			return cty.NilVal, err
		}
		all = strictAnd(all, equal)
	}
	return all, nil
}

// MakeStrict puts the strict operations into an expression.
func MakeStrict(node hclsyntax.Node) {
	switch operation := node.(type) {
	case *hclsyntax.BinaryOpExpr:
		if strict, known := strict()[operation.Op]; known {
			operation.Op = strict
		}
	case *hclsyntax.UnaryOpExpr:
		if strict, known := strict()[operation.Op]; known {
			operation.Op = strict
		}
	}
}
