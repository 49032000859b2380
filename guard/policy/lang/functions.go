package lang

import (
	"fmt"
	"math/big"
	"regexp"
	"sync"
	"time"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"blastguard/guard/command"
)

// functionTable are functions by name.
type functionTable map[string]function.Function

// Functions are the functions of the language by name. They are made when the first
// expression needs them, and must not be changed. There is none that turns an error or
// an unknown value into a known one.
func Functions() map[string]function.Function { return madeFunctions() }

var madeFunctions = sync.OnceValue(newFunctionTable)

func newFunctionTable() functionTable {
	table := functionTable{
		"length": lengthFunction(), "contains": containsFunction(), "keys": stdlib.KeysFunc, "values": stdlib.ValuesFunc,
		"concat": stdlib.ConcatFunc, "flatten": stdlib.FlattenFunc, "distinct": distinctFunction("distinct"),
		"element": elementFunction(), "one": oneFunction(),
		"alltrue": quantifier("alltrue", strictAnd, cty.True), "anytrue": quantifier("anytrue", strictOr, cty.False),
		"join": joinFunction(), "format": bounded(stdlib.FormatFunc, formatSize),
		"replace": bounded(stdlib.ReplaceFunc, replaceSize), "split": stdlib.SplitFunc, "substr": stdlib.SubstrFunc,
		"lower": stdlib.LowerFunc, "upper": stdlib.UpperFunc, "trimspace": stdlib.TrimSpaceFunc,
		"jsondecode": jsonFunction(), "tonumber": toNumberFunction(), "tostring": toStringFunction(),
		"unknown": unknownFunction(),
	}
	table.addNumbers()
	table.addTexts()
	table.addSets()
	return table
}

func (t functionTable) addNumbers() {
	t["abs"] = numbers("abs", 1, func(v []*big.Rat) *big.Rat { return new(big.Rat).Abs(v[0]) })
	t["ceil"] = numbers("ceil", 1, func(v []*big.Rat) *big.Rat { return new(big.Rat).Neg(floorOf(new(big.Rat).Neg(v[0]))) })
	t["floor"] = numbers("floor", 1, func(v []*big.Rat) *big.Rat { return floorOf(v[0]) })
	t["max"] = manyNumbers("max", larger)
	t["min"] = manyNumbers("min", smaller)
	t["sum"] = sumFunction()
	t["duration"] = parsed("duration", command.ParseDuration)
	t["size"] = parsed("size", command.ParseSize)
	t["time"] = parsed("time", parseTime)
}

// parseTime reads RFC 3339 as seconds since 1970.
func parseTime(text string) (float64, error) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return 0, fmt.Errorf("time %q: want a date and a time with its zone, as in 2017-12-20T00:00:00Z", text)
	}
	return float64(at.UnixNano()) / 1e9, nil
}

func anyParam(name string) function.Parameter {
	return function.Parameter{Name: name, Type: cty.DynamicPseudoType}
}

// parsed makes a number of a text with a unit.
func parsed(name string, parse func(string) (float64, error)) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("text")},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].Type() != cty.String {
				return cty.NilVal, fmt.Errorf("%s() needs a text with a unit, not a %s", name, args[0].Type().FriendlyName())
			}
			value, err := parse(args[0].AsString())
			if err != nil {
				return cty.NilVal, err
			}
			return NumberOf(value), nil
		},
	})
}

// numbers is a function of n numbers; texts are not converted.
func numbers(name string, n int, apply func([]*big.Rat) *big.Rat) function.Function {
	params := make([]function.Parameter, n)
	for i := range params {
		params[i] = anyParam("number")
	}
	return function.New(&function.Spec{
		Params: params,
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			rats, err := ratsOf(name, "argument", args)
			if err != nil {
				return cty.NilVal, err
			}
			return numberOfRat(apply(rats)), nil
		},
	})
}

func manyNumbers(name string, apply func(a, b *big.Rat) *big.Rat) function.Function {
	more := anyParam("more")
	return function.New(&function.Spec{
		Params:   []function.Parameter{anyParam("number")},
		VarParam: &more,
		Type:     function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			rats, err := ratsOf(name, "argument", args)
			if err != nil {
				return cty.NilVal, err
			}
			result := rats[0]
			for _, rat := range rats[1:] {
				result = apply(result, rat)
			}
			return numberOfRat(result), nil
		},
	})
}

func sumFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("list")},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if !IsSequence(args[0].Type()) {
				return cty.NilVal, fmt.Errorf("sum() needs a list of numbers")
			}
			if !args[0].IsWhollyKnown() {
				return cty.UnknownVal(cty.Number), nil
			}
			rats, err := ratsOf("sum", "element", args[0].AsValueSlice())
			if err != nil {
				return cty.NilVal, err
			}
			total := new(big.Rat)
			for _, rat := range rats {
				total.Add(total, rat)
			}
			return numberOfRat(total), nil
		},
	})
}

// floorOf is the next whole number that is not larger.
func floorOf(rat *big.Rat) *big.Rat {
	whole := new(big.Int).Div(rat.Num(), rat.Denom()) // rounds down, as denominators are over zero
	return new(big.Rat).SetInt(whole)
}

func larger(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return b
	}
	return a
}

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return b
	}
	return a
}

// ratsOf are the numbers that values are; what names one of them in an error.
func ratsOf(name, what string, values []cty.Value) ([]*big.Rat, error) {
	rats := make([]*big.Rat, len(values))
	for i, value := range values {
		if value.IsNull() || value.Type() != cty.Number {
			return nil, fmt.Errorf("%s() needs numbers, and %s %d is %s", name, what, i, aOrNull(value))
		}
		rats[i] = RatOf(value)
	}
	return rats, nil
}

// aOrNull is a value's type within a sentence.
func aOrNull(value cty.Value) string {
	if value.IsNull() {
		return "null"
	}
	return "a " + value.Type().FriendlyName()
}

// Friendly is a value's type for people, or "null".
func Friendly(value cty.Value) string {
	if value.IsNull() {
		return "null"
	}
	return value.Type().FriendlyName()
}

// unknownFunction stands, in tests, for a fact that could not be measured.
func unknownFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "reason", Type: cty.String}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return UnknownValue(args[0].AsString()), nil
		},
	})
}

const maxText = 4 << 20 // bytes of a text that a function may make

// bounded refuses a call whose result would be too large before it is made.
func bounded(f function.Function, size func([]cty.Value) (int, error)) function.Function {
	return function.New(&function.Spec{
		Params:   f.Params(),
		VarParam: f.VarParam(),
		Type:     f.ReturnTypeForValues,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			bytes, err := size(args)
			if err != nil {
				return cty.NilVal, err
			}
			if bytes > maxText {
				return cty.NilVal, fmt.Errorf("the text would have more than %d bytes", maxText)
			}
			return f.Call(args)
		},
	})
}

// TextOf is the text that a value is; "" for any other value.
func TextOf(value cty.Value) string {
	if plain, _ := value.Unmark(); plain.IsKnown() && !plain.IsNull() && plain.Type() == cty.String {
		return plain.AsString()
	}
	return ""
}

func replaceSize(args []cty.Value) (int, error) {
	text, with := len(TextOf(args[0])), len(TextOf(args[2]))
	return text + (text+1)*with, nil
}

// wide is a width or a precision that makes long texts of short values.
var wide = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`%[-+ #0]*(\[\d+\])?(\d{4,}|\d*\.\d{4,}|\*)`)
})

// exponent is a text that becomes a huge number.
var exponent = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^\s*[-+]?[0-9.]+[eE][-+]?[0-9]{3,}\s*$`)
})

func formatSize(args []cty.Value) (int, error) {
	if wide().MatchString(TextOf(args[0])) {
		return 0, fmt.Errorf("format(): a width over 999")
	}
	total := len(TextOf(args[0]))
	for _, arg := range args[1:] {
		if text := TextOf(arg); exponent().MatchString(text) {
			return 0, fmt.Errorf("format(): the number %s is too large", text)
		}
		total += len(TextOf(arg)) * max(1, len(TextOf(args[0]))/2)
	}
	return total, nil
}

// toNumberFunction reads a plain decimal, or gives a number back.
func toNumberFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("value")},
		Type:   function.StaticReturnType(cty.Number),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if args[0].Type() == cty.Number {
				return args[0], nil
			}
			if text := TextOf(args[0]); args[0].Type() == cty.String && PlainNumber(text) {
				if number, err := cty.ParseNumberVal(text); err == nil {
					return number, nil
				}
			}
			return cty.NilVal, fmt.Errorf("tonumber() needs a plain number of at most %d digits", MaxDigits)
		},
	})
}

func toStringFunction() function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{anyParam("value")},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, ok := Written(args[0])
			if !ok {
				return cty.NilVal, fmt.Errorf("tostring() needs a text, a number or a bool, not a %s", Friendly(args[0]))
			}
			return cty.StringVal(text), nil
		},
	})
}
