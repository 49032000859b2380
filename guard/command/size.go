package command

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"blastguard/guard"
)

const maxDigits = 40

// sizeUnits are powers of ten without an i and powers of two with one. A bare K,
// M or G is refused: half of the tools mean 1000 by it, half 1024.
var sizeUnits = map[string]float64{
	"": 1, "B": 1,
	"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40, "PiB": 1 << 50,
}

// durationUnits are in seconds. A day has 24 hours, a week seven days.
var durationUnits = map[string]float64{
	"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3,
	"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800,
}

// ParseSize reads a size in bytes: "100GB" is 10¹¹, "5GiB" 5·2³⁰, "12" twelve
// bytes. Fractions are allowed, signs and bare letters ("5G") are not.
func ParseSize(text string) (float64, error) {
	number, unit := splitNumber(text)
	factor, known := sizeUnits[strings.TrimLeft(unit, " ")]
	value, err := parseDecimal(number)
	if err != nil || !known {
		return 0, fmt.Errorf("size %q: want a number and B, KB, MB, GB, TB, PB (powers of 1000) or KiB, MiB, … (of 1024)", text)
	}
	return value * factor, nil
}

// ParseDuration reads a duration in seconds: "5s", "1h30m", "7d", "2w", "250ms".
// A number without a unit is an error, except 0; so is a sign.
func ParseDuration(text string) (float64, error) {
	if text == "0" {
		return 0, nil
	}
	fault := fmt.Errorf("duration %q: want numbers with the units w, d, h, m, s or ms, as in 1h30m", text)
	if text == "" || len(text) > 4*maxDigits {
		return 0, fault
	}
	total := 0.0
	for rest := text; rest != ""; {
		number, after := splitNumber(rest)
		unit, left := splitUnit(after)
		factor, known := durationUnits[unit]
		value, err := parseDecimal(number)
		if err != nil || !known {
			return 0, fault
		}
		total += value * factor
		rest = left
	}
	return total, nil
}

// splitNumber cuts text after its leading digits and points.
func splitNumber(text string) (number, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

func splitUnit(text string) (unit, rest string) {
	end := strings.IndexFunc(text, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' })
	if end < 0 {
		return text, ""
	}
	return text[:end], text[end:]
}

// parseDecimal reads digits with at most one point between them.
func parseDecimal(text string) (float64, error) {
	whole, fraction, pointed := strings.Cut(text, ".")
	if !allDigits(whole) || pointed && !allDigits(fraction) || len(text) > maxDigits {
		return 0, fmt.Errorf("%q is not a plain decimal of at most %d digits", text, maxDigits)
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(value, 0) {
		return 0, fmt.Errorf("%q is not a plain decimal", text)
	}
	return value, nil
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}

// parseNumber is parseDecimal with an optional sign: a float64, or a json.Number
// where no float64 stands for exactly that decimal.
func parseNumber(text string) (any, error) {
	unsigned, negative := strings.CutPrefix(text, "-")
	if !negative {
		unsigned = strings.TrimPrefix(text, "+")
	}
	value, err := parseDecimal(unsigned)
	if err != nil {
		return nil, fmt.Errorf("%q is not a plain decimal number of at most %d digits", shorten(text), maxDigits)
	}
	if !guard.IsDecimal(value, unsigned) {
		return json.Number(strings.TrimPrefix(text, "+")), nil
	}
	if negative {
		return -value, nil
	}
	return value, nil
}

// shorten keeps messages about huge words readable.
func shorten(text string) string {
	if len(text) <= 60 {
		return text
	}
	return text[:57] + "…"
}
