package guard

import (
	"math"
	"math/big"
	"strconv"
)

// Decimal is the number that a float64 stands for: a whole one exactly, a
// fraction as it is written shortest (0.1 is one tenth). Zero for what is not
// finite.
func Decimal(float float64) *big.Rat {
	if math.IsNaN(float) || math.IsInf(float, 0) {
		return new(big.Rat)
	}
	if float == math.Trunc(float) {
		return new(big.Rat).SetFloat64(float)
	}
	rat, _ := new(big.Rat).SetString(strconv.FormatFloat(float, 'g', -1, 64))
	return rat
}

// IsDecimal says whether a float64 stands for exactly that decimal text.
func IsDecimal(float float64, text string) bool {
	exact, ok := new(big.Rat).SetString(text)
	return ok && Decimal(float).Cmp(exact) == 0
}
