package lang

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
)

// Numbers are compared as the decimals that were written: 5.0000000000000000000001
// is more than 5, and 0.1 is 0.1, whether it stands in a policy, in a word of
// the command or in a probe's answer. A float64 is only made for what is shown
// and recorded, rounded to the side that refuses.

// What a number may be written with.
const (
	MaxDigits   = 40  // of a number
	MaxExponent = 308 // of a number
)

// exactDigits are how many digits of a number count: more than one may be
// written with (maxDigits), and less than what arithmetic keeps.
const exactDigits = 60

// RatOf is a known number, exactly.
func RatOf(value cty.Value) *big.Rat {
	float := value.AsBigFloat()
	if whole, accuracy := float.Int64(); accuracy == big.Exact {
		return new(big.Rat).SetInt64(whole)
	}
	if float.IsInf() {
		float = new(big.Float).SetFloat64(math.Copysign(math.MaxFloat64, float64(float.Sign())))
	}
	return ratOfText(float.Text('g', exactDigits))
}

func ratOfText(text string) *big.Rat {
	rat, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat) // never: both formats are read by SetString
	}
	return rat
}

// NumberOf is a float64 of guard's own as expressions see it.
func NumberOf(float float64) cty.Value { return numberOfRat(guard.Decimal(float)) }

// numberOfRat is an exact number as expressions see it.
func numberOfRat(rat *big.Rat) cty.Value {
	return cty.NumberVal(new(big.Float).SetPrec(512).SetRat(rat))
}

// FloatAbove is the nearest float64 that is not smaller.
func FloatAbove(rat *big.Rat) float64 {
	float, _ := rat.Float64()
	if guard.Decimal(float).Cmp(rat) < 0 {
		return math.Nextafter(float, math.Inf(1))
	}
	return float
}

// FloatBelow is the nearest float64 that is not larger.
func FloatBelow(rat *big.Rat) float64 {
	return -FloatAbove(new(big.Rat).Neg(rat))
}

// Nearest is the nearest float64, for what is only shown.
func Nearest(rat *big.Rat) float64 {
	float, _ := rat.Float64()
	return float
}

// comparing is a comparison of two numbers. Of what is not known, bounds say
// what cty makes of them.
func comparing(bounds func(a, b cty.Value) cty.Value, holds func(order int) bool) func(a, b cty.Value) cty.Value {
	return func(a, b cty.Value) cty.Value {
		if !a.IsKnown() || !b.IsKnown() {
			return bounds(a, b)
		}
		return cty.BoolVal(holds(RatOf(a).Cmp(RatOf(b))))
	}
}

// ExactUnits is Units, without rounding a number to a whole one that it is not.
func ExactUnits(rat *big.Rat) string {
	text := trimmedDecimal(rat.FloatString(3))
	if rat.IsInt() || strings.Contains(text, ".") {
		return text
	}
	return trimmedDecimal(rat.FloatString(exactDigits))
}

func trimmedDecimal(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		return "0"
	}
	return text
}

// decimalText is a number as it would be written, for what programs read.
func decimalText(value cty.Value) string {
	return trimmedDecimal(RatOf(value).FloatString(exactDigits))
}

// PlainNumber says whether the digits and the exponent of a number are within bounds, so that no number is slow to write
// out.
func PlainNumber(text string) bool {
	for i := range text {
		if text[i] == 'e' || text[i] == 'E' {
			exponent, err := strconv.Atoi(text[i+1:])
			return err == nil && i <= MaxDigits && exponent >= -MaxExponent && exponent <= MaxExponent
		}
	}
	return len(text) <= MaxDigits
}
