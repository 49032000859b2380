package lang

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Display is a text, number or bool as a person reads it.
func Display(value cty.Value) (string, bool) {
	switch {
	case !value.IsKnown() || value.IsNull():
		return "", false
	case value.Type() == cty.String:
		return value.AsString(), true
	case value.Type() == cty.Number:
		return ExactUnits(RatOf(value)), true
	case value.Type() == cty.Bool:
		return strconv.FormatBool(value.True()), true
	default:
		return "", false
	}
}

// Written is Display, with a number as a program reads it.
func Written(value cty.Value) (string, bool) {
	if value.IsKnown() && !value.IsNull() && value.Type() == cty.Number {
		return decimalText(value), true
	}
	return Display(value)
}

// Units is a number without an exponent and without digits that say nothing.
func Units(n float64) string {
	if math.Abs(n) < 1e15 {
		n = math.Round(n*1000) / 1000
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// Percent is a percentage for people: "12.5 %".
func Percent(n float64) string { return strconv.FormatFloat(math.Round(n*10)/10, 'f', -1, 64) + " %" }

// Size is a number of bytes for people: "12 B", "100 GB".
func Size(bytes float64) string {
	for _, unit := range []struct {
		name  string
		bytes float64
	}{{"PB", 1e15}, {"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}} {
		if bytes >= unit.bytes {
			return strconv.FormatFloat(math.Floor(bytes/unit.bytes*10)/10, 'f', -1, 64) + " " + unit.name
		}
	}
	return Units(bytes) + " B"
}

// Span is a duration in seconds for people: "4s", "6h7m", "3 days".
func Span(seconds float64) string {
	switch {
	case seconds < 0 || seconds > 1e9:
		return Units(seconds) + "s"
	case seconds >= 3*86400:
		return Units(math.Floor(seconds/86400)) + " days"
	case seconds < 1:
		return Units(seconds) + "s"
	}
	text := (time.Duration(seconds) * time.Second).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

var one = big.NewRat(1, 1)

// UnitsOf is "1 entry", "3 entries": label is the plural that a policy gave its
// block. A label whose singular is not plain stays as it is.
func UnitsOf(n *big.Rat, label string) string {
	if n.Cmp(one) == 0 {
		label = singular(label)
	}
	return ExactUnits(n) + " " + label
}

func singular(label string) string {
	stem, plural := strings.CutSuffix(label, "s")
	switch {
	case strings.HasSuffix(label, "ies") && len(label) > len("series"):
		return strings.TrimSuffix(label, "ies") + "y"
	case strings.HasSuffix(label, "sses"):
		return strings.TrimSuffix(label, "es")
	case !plural, strings.HasSuffix(label, "ches"), strings.HasSuffix(label, "shes"), strings.HasSuffix(label, "xes"), strings.HasSuffix(label, "ices"), strings.HasSuffix(label, "series"):
		return label
	case stem == "" || strings.ContainsAny(stem[len(stem)-1:], "sui"):
		return label
	default:
		return stem
	}
}
