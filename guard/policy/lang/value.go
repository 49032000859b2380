package lang

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
)

// How large values may be.
const (
	// Bytes of all texts in one fact. What programs print is bounded at 1 MiB
	// where it is read; the resolved names of many thousand files are longer.
	maxFact     = 4 << 20
	MaxElements = 10000   // of all lists in one fact
	maxFields   = 200_000 // of all objects in one fact
	MaxDepth    = 32      // levels of one fact
	// Bytes of a local: enough for a list made from such a fact, and an end to
	// locals that double each other.
	MaxLocal = 4 << 20
)

// because is the mark on a value that is not known: it carries the reason, for
// people only. Nothing decides by marks.
type because string

// UnknownValue is a value that could not be told.
func UnknownValue(reason string) cty.Value {
	if reason == "" {
		reason = "no reason was given"
	}
	return cty.DynamicVal.Mark(because(reason))
}

// unknownNumber is a number of which only a lower bound is known.
func unknownNumber(atLeast int64, reason string) cty.Value {
	return cty.UnknownVal(cty.Number).Refine().NotNull().
		NumberRangeLowerBound(cty.NumberIntVal(atLeast), true).NewValue().Mark(because(reason))
}

// UnknownText is a text that could not be told.
func UnknownText(reason string) cty.Value {
	return cty.UnknownVal(cty.String).RefineNotNull().Mark(because(reason))
}

// UnknownList is a list of texts of which only a lower bound of its length is known.
func UnknownList(atLeast int, reason string) cty.Value {
	return cty.UnknownVal(cty.List(cty.String)).Refine().NotNull().
		CollectionLengthLowerBound(atLeast).NewValue().Mark(because(reason))
}

// FactValue is a fact as expressions see it.
func FactValue(fact guard.Fact) (cty.Value, error) {
	if !fact.Known {
		return UnknownValue(fact.Reason), nil
	}
	return ToValue(fact.Value)
}

// ToValue turns a plain value into one of the expression language. A value that
// is too large or of another type is an error.
func ToValue(plain any) (cty.Value, error) {
	c := converter{}
	return c.convert(plain, 0)
}

type converter struct{ bytes, elements, fields int }

func (c *converter) convert(plain any, depth int) (cty.Value, error) {
	if c.elements > MaxElements || c.fields > maxFields || depth > MaxDepth {
		return cty.NilVal, fmt.Errorf("the value has more than %d elements or %d levels", MaxElements, MaxDepth)
	}
	switch v := plain.(type) {
	case nil:
		return cty.NullVal(cty.DynamicPseudoType), nil
	case bool:
		return cty.BoolVal(v), nil
	case string:
		return c.text(v)
	case time.Time:
		return NumberOf(float64(v.Unix()) + float64(v.Nanosecond())/1e9), nil
	case guard.Unmeasured:
		return unmeasured(v), nil
	case *guard.Unmeasured:
		if v != nil {
			return unmeasured(*v), nil
		}
		return UnknownValue(""), nil
	case []string:
		return c.list(Anys(v), depth)
	case []any:
		return c.list(v, depth)
	case map[string]any:
		return c.object(v, depth)
	default:
		return number(plain)
	}
}

func unmeasured(part guard.Unmeasured) cty.Value {
	if part.AtLeast != nil {
		return unknownNumber(*part.AtLeast, part.Reason)
	}
	return UnknownValue(part.Reason)
}

func (c *converter) text(text string) (cty.Value, error) {
	c.bytes += len(text)
	if c.bytes > maxFact {
		return cty.NilVal, fmt.Errorf("the value has more than %d bytes", maxFact)
	}
	return ExactText(text), nil
}

func (c *converter) list(plain []any, depth int) (cty.Value, error) {
	values := make([]cty.Value, 0, min(len(plain), MaxElements))
	for _, one := range plain {
		c.elements++
		value, err := c.convert(one, depth+1)
		if err != nil {
			return cty.NilVal, err
		}
		values = append(values, value)
	}
	return cty.TupleVal(values), nil
}

func (c *converter) object(plain map[string]any, depth int) (cty.Value, error) {
	values := make(map[string]cty.Value, min(len(plain), MaxElements))
	for name, one := range plain {
		c.fields++
		c.bytes += max(0, len(name)-16) // short names repeat from object to object
		value, err := c.convert(one, depth+1)
		if err != nil {
			return cty.NilVal, err
		}
		values[name] = value
	}
	return cty.ObjectVal(values), nil
}

func number(plain any) (cty.Value, error) {
	switch v := plain.(type) {
	case json.Number:
		return DecimalValue(v), nil
	case int:
		return cty.NumberIntVal(int64(v)), nil
	case int64:
		return cty.NumberIntVal(v), nil
	case uint64:
		return cty.NumberUIntVal(v), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return cty.NilVal, fmt.Errorf("the value is not a finite number")
		}
		return NumberOf(v), nil
	default:
		return cty.NilVal, fmt.Errorf("the value has the type %T, which no policy can read", plain)
	}
}

// DecimalValue is a number that no float64 holds exactly.
func DecimalValue(number json.Number) cty.Value {
	if PlainNumber(string(number)) {
		if value, err := cty.ParseNumberVal(string(number)); err == nil {
			return value
		}
	}
	return UnknownValue("a number with too many digits: " + guard.Printable(string(number)))
}

// Anys are texts as the elements of a plain list.
func Anys(texts []string) []any {
	all := make([]any, len(texts))
	for i, text := range texts {
		all[i] = text
	}
	return all
}

// ExactText is a text of the expression language. That language rewrites
// characters into their composed form; a text that would not stay the same to
// the byte, which may be another file's name, is not known.
func ExactText(text string) cty.Value {
	value := cty.StringVal(text)
	if value.AsString() != text {
		return UnknownText("policies cannot tell a text with decomposed characters from another one: " + guard.Printable(text))
	}
	return value
}

// ToPlain turns a wholly known value into plain Go: what goes into an Ask.
func ToPlain(value cty.Value) any {
	switch {
	case value.IsNull():
		return nil
	case value.Type() == cty.String:
		return value.AsString()
	case value.Type() == cty.Bool:
		return value.True()
	case value.Type() == cty.Number:
		return plainNumberOf(value.AsBigFloat())
	case IsSequence(value.Type()):
		all := []any{}
		for _, one := range value.AsValueSlice() {
			all = append(all, ToPlain(one))
		}
		return all
	case IsMapping(value.Type()):
		all := map[string]any{}
		for name, one := range value.AsValueMap() {
			all[name] = ToPlain(one)
		}
		return all
	default:
		return nil
	}
}

func plainNumberOf(number *big.Float) any {
	if whole, accuracy := number.Int64(); accuracy == big.Exact {
		return whole
	}
	float, _ := number.Float64()
	if text := number.Text('g', exactDigits); ratOfText(text).Cmp(guard.Decimal(float)) != 0 {
		return json.Number(text)
	}
	return float
}

// FloatOf is the float64 nearest to a known number.
func FloatOf(value cty.Value) float64 {
	float, _ := value.AsBigFloat().Float64()
	return float
}

// Canonical is a text that is equal for equal plain values only, also where
// they hold bytes that are no UTF-8.
func Canonical(plain any) string {
	text, err := json.Marshal(plain)
	if err != nil || bytes.Contains(text, []byte(`\ufffd`)) || bytes.Contains(text, []byte("\ufffd")) {
		return fmt.Sprintf("%#v", plain)
	}
	return string(text)
}
