package lang

import (
	"fmt"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// MeasureOf is a number that is not below zero, or a text with a unit as parse reads it.
func MeasureOf(value cty.Value, parse func(string) (float64, error)) (float64, error) {
	switch {
	case value.IsNull():
		return 0, fmt.Errorf("a number or a text with a unit is needed, not null")
	case value.Type() == cty.Number && FloatOf(value) >= 0:
		return FloatOf(value), nil
	case value.Type() == cty.String:
		return parse(value.AsString())
	default:
		return 0, fmt.Errorf("a number or a text with a unit is needed, not a %s", Friendly(value))
	}
}

// Duration is a duration of seconds; very long ones are cut.
func Duration(seconds float64) time.Duration {
	return time.Duration(min(seconds, 1e9) * float64(time.Second))
}
