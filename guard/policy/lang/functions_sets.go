package lang

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// addSets adds what makes lists of lists. A list of which an element is not known gives
// one that is not known: it may be any other element too.
func (t functionTable) addSets() {
	t["toset"] = distinctFunction("toset")
	t["setunion"] = setFunction("setunion", func(a []cty.Value, _ map[string]bool, more []cty.Value) []cty.Value {
		return DistinctValues(slices.Concat(a, more))
	})
	t["setintersection"] = setFunction("setintersection", func(a []cty.Value, b map[string]bool, _ []cty.Value) []cty.Value {
		return slices.DeleteFunc(DistinctValues(a), func(one cty.Value) bool { return !b[Identity(one)] })
	})
	t["setsubtract"] = setFunction("setsubtract", func(a []cty.Value, b map[string]bool, _ []cty.Value) []cty.Value {
		return slices.DeleteFunc(DistinctValues(a), func(one cty.Value) bool { return b[Identity(one)] })
	})
	t["sort"] = sortFunction()
	t["range"] = rangeFunction()
	t["lookup"] = lookupFunction()
}

// setFunction combines two lists; b has the identities of the elements of the second.
func setFunction(name string, combine func(a []cty.Value, b map[string]bool, second []cty.Value) []cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("first"), unknownParam("second")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			var lists [2][]cty.Value
			known := true
			for i, arg := range args {
				values, ok, err := Elements(name, arg)
				if err != nil {
					return cty.NilVal, err
				}
				lists[i], known = values, known && ok && arg.IsWhollyKnown()
			}
			if !known {
				return cty.DynamicVal, nil
			}
			in := map[string]bool{}
			for _, value := range lists[1] {
				in[Identity(value)] = true
			}
			return cty.TupleVal(combine(lists[0], in, lists[1])), nil
		},
	})
}

// sortFunction puts texts or numbers in order. Texts go by their bytes.
func sortFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("list")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements("sort", args[0])
			if err != nil || !ok || !args[0].IsWhollyKnown() {
				return cty.DynamicVal, err
			}
			for _, value := range values {
				if value.IsNull() || value.Type() != cty.String && value.Type() != cty.Number {
					return cty.NilVal, fmt.Errorf("sort() needs texts or numbers, not a %s", Friendly(value))
				}
				if value.Type() != values[0].Type() {
					return cty.NilVal, fmt.Errorf("sort() needs texts or numbers, not both")
				}
			}
			sorted := slices.Clone(values)
			slices.SortStableFunc(sorted, func(a, b cty.Value) int {
				if a.Type() == cty.Number {
					return RatOf(a).Cmp(RatOf(b))
				}
				return strings.Compare(a.AsString(), b.AsString())
			})
			return cty.TupleVal(sorted), nil
		},
	})
}

// maxRange is how many numbers range() makes at most: what Terraform allows.
const maxRange = 1024

// rangeFunction: range(limit), range(start, limit), range(start, limit, step).
func rangeFunction() function.Function {
	more := anyParam("more")
	return function.New(&function.Spec{
		Params:   []function.Parameter{anyParam("limit")},
		VarParam: &more,
		Type:     function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			rats, err := ratsOf("range", "argument", args)
			if err != nil {
				return cty.NilVal, err
			}
			start, step := new(big.Rat), big.NewRat(1, 1)
			limit := rats[0]
			switch len(rats) {
			case 1:
			case 2:
				start, limit = rats[0], rats[1]
			case 3:
				start, limit, step = rats[0], rats[1], rats[2]
			default:
				return cty.NilVal, fmt.Errorf("range() takes a limit, or a start, a limit and a step")
			}
			if len(rats) < 3 && limit.Cmp(start) < 0 {
				step = big.NewRat(-1, 1)
			}
			if step.Sign() == 0 {
				return cty.NilVal, fmt.Errorf("range(): a step of 0 comes to no end")
			}
			var values []cty.Value
			for at := start; at.Cmp(limit)*step.Sign() < 0; at = new(big.Rat).Add(at, step) {
				if len(values) == maxRange {
					return cty.NilVal, fmt.Errorf("range(): more than %d numbers", maxRange)
				}
				values = append(values, numberOfRat(at))
			}
			return cty.TupleVal(values), nil
		},
	})
}

// lookupFunction: lookup(object, name, default) is an attribute of an object, or the
// default where it has none of that name. An attribute that is not known stays so.
func lookupFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("object"), anyParam("name"), unknownParam("default")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			object := args[0]
			switch {
			case object.IsNull():
				return cty.NilVal, fmt.Errorf("lookup() needs an object, not null")
			case object.Type() != cty.DynamicPseudoType && !IsMapping(object.Type()):
				return cty.NilVal, fmt.Errorf("lookup() needs an object, not a %s", Friendly(object))
			case args[1].Type() != cty.String:
				return cty.NilVal, fmt.Errorf("lookup() needs a name, not a %s", Friendly(args[1]))
			case !object.IsKnown():
				return cty.DynamicVal, nil
			}
			if value, found := object.AsValueMap()[args[1].AsString()]; found {
				return value, nil
			}
			return args[2], nil
		},
	})
}
