package lang

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// unknownParam lets values through of which only parts are known.
func unknownParam(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowNull: true}
}

// Elements are those of a list, or why there are none; name is that of the function, for
// an error. ok is false when the list itself is not known.
func Elements(name string, list cty.Value) (values []cty.Value, ok bool, err error) {
	switch {
	case list.IsNull():
		return nil, false, fmt.Errorf("%s() needs a list, not null", name)
	case list.Type() == cty.DynamicPseudoType && !list.IsKnown():
		return nil, false, nil
	case !IsSequence(list.Type()):
		return nil, false, fmt.Errorf("%s() needs a list, not a %s", name, list.Type().FriendlyName())
	case !list.IsKnown():
		return nil, false, nil
	default:
		return list.AsValueSlice(), true, nil
	}
}

// lengthFunction counts the elements of a list, or the attributes of an object.
func lengthFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowDynamicType: true, AllowMarked: true}},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			value, marks := args[0].Unmark()
			switch {
			case value.IsKnown() && value.Type().IsObjectType():
				return cty.NumberIntVal(int64(value.LengthInt())).WithMarks(marks), nil
			case value.Type() == cty.String:
				return cty.NilVal, fmt.Errorf("length() needs a list or an object, not a string")
			default:
				return stdlib.LengthFunc.Call(args)
			}
		},
	})
}

// containsFunction compares as == does: an element of another type is an error.
func containsFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("list"), unknownParam("value")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements("contains", args[0])
			if err != nil || !ok {
				return cty.UnknownVal(cty.Bool), err
			}
			found := cty.False
			for _, value := range values {
				equal, err := strictEqual(value, args[1])
				if err != nil {
					return cty.NilVal, fmt.Errorf("contains(): %w", err)
				}
				found = strictOr(found, equal)
			}
			return found, nil
		},
	})
}

// quantifier is alltrue or anytrue. Of nothing, alltrue is an error: zero
// checks would pass.
func quantifier(name string, combine func(a, b cty.Value) cty.Value, start cty.Value) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("list")},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements(name, args[0])
			if err != nil || !ok {
				return cty.UnknownVal(cty.Bool), err
			}
			if len(values) == 0 {
				return cty.NilVal, fmt.Errorf("%s() of an empty list", name)
			}
			result := start
			for i, value := range values {
				if err := wantType(name+"()", fmt.Sprint("element ", i), value, cty.Bool); err != nil {
					return cty.NilVal, err
				}
				result = combine(result, ofType(value, cty.Bool))
			}
			return result, nil
		},
	})
}

// distinctFunction keeps the first of equal elements.
func distinctFunction(name string) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("list")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements(name, args[0])
			if err != nil || !ok || !args[0].IsWhollyKnown() {
				return cty.DynamicVal, err
			}
			return cty.TupleVal(DistinctValues(values)), nil
		},
	})
}

// DistinctValues keeps the first of equal values.
func DistinctValues(values []cty.Value) []cty.Value {
	var kept []cty.Value
	seen := map[string]bool{}
	for _, value := range values {
		if key := Identity(value); !seen[key] {
			seen[key] = true
			kept = append(kept, value)
		}
	}
	return kept
}

// Identity is a text that is equal for equal values only.
func Identity(value cty.Value) string {
	return Canonical(ToPlain(value))
}

// joinFunction writes elements in a row. It takes them as they are: turning a
// long list into one of a single type takes quadratic time.
func joinFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "separator", Type: cty.String}, unknownParam("list")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements("join", args[1])
			if err != nil || !ok || !args[1].IsWhollyKnown() {
				return cty.UnknownVal(cty.String), err
			}
			texts, total := make([]string, len(values)), 0
			for i, value := range values {
				text, ok := Written(value)
				if !ok {
					return cty.NilVal, fmt.Errorf("join() needs texts, and element %d is %s", i, aOrNull(value))
				}
				texts[i] = text
				if total += len(text) + len(args[0].AsString()); total > maxText {
					return cty.NilVal, fmt.Errorf("join(): the text would have more than %d bytes", maxText)
				}
			}
			return cty.StringVal(strings.Join(texts, args[0].AsString())), nil
		},
	})
}

func elementFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("list"), anyParam("index")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements("element", args[0])
			if err != nil || !ok {
				return cty.DynamicVal, err
			}
			if args[1].Type() != cty.Number {
				return cty.NilVal, fmt.Errorf("element() needs a number as its index, not a %s", Friendly(args[1]))
			}
			at := RatOf(args[1])
			if !at.IsInt() || at.Sign() < 0 || !at.Num().IsInt64() || at.Num().Int64() >= int64(len(values)) {
				return cty.NilVal, fmt.Errorf("element(): the list has %d elements, none at %s", len(values), ExactUnits(at))
			}
			return values[at.Num().Int64()], nil
		},
	})
}

// oneFunction is the only element of a list; none or several are an error.
func oneFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{unknownParam("list")},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			values, ok, err := Elements("one", args[0])
			if err != nil || !ok {
				return cty.DynamicVal, err
			}
			if len(values) != 1 {
				return cty.NilVal, fmt.Errorf("one(): the list has %d elements", len(values))
			}
			return values[0], nil
		},
	})
}

// jsonFunction decodes JSON as a probe would.
func jsonFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "text", Type: cty.String}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text := args[0].AsString()
			if len(text) > maxFact {
				return cty.NilVal, fmt.Errorf("jsondecode(): more than %d bytes", maxFact)
			}
			plain, err := jsonValue(text)
			if err != nil {
				return cty.NilVal, fmt.Errorf("jsondecode(): %w", err)
			}
			return ToValue(plain)
		},
	})
}

// jsonValue is one JSON value and nothing behind it; numbers keep their digits.
func jsonValue(text string) (plain any, err error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&plain); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("something comes after the value")
	}
	return plain, nil
}
