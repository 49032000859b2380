package probe

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"blastguard/guard"
)

// decoder makes a value of what a program printed or a file holds. It refuses
// whatever it cannot read to the end without a doubt.
type decoder func(data []byte) (any, error)

// decodings are the names that policy files may use.
var decodings = []string{"json", "csv", "lines", "number", "text", "none", ""}

// decoderFor finds a decoder by its name in policy files; nil for "none".
func decoderFor(name string) (decoder, error) {
	decode, ok := map[string]decoder{
		"": nil, "none": nil,
		"json": decodeJSON, "csv": decodeCSV, "lines": decodeLines, "number": decodeNumber, "text": decodeText,
	}[name]
	switch {
	case !ok:
		return nil, fmt.Errorf("decode %q: must be json, csv, lines, number, text or none", name)
	case decode == nil:
		return nil, nil
	}
	return func(data []byte) (any, error) {
		if !utf8.Valid(data) {
			return nil, errors.New("its text is not UTF-8")
		}
		if len(bytes.TrimSpace(data)) == 0 {
			return nil, errors.New("nothing; empty never means that all is well")
		}
		return decode(data)
	}, nil
}

func decodeText(data []byte) (any, error) { return string(data), nil }

// decodeLines gives the lines without their ends; the last needs none.
func decodeLines(data []byte) (any, error) {
	lines := strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
	if len(lines) > maxElements {
		return nil, fmt.Errorf("%d lines, at most %d", len(lines), maxElements)
	}
	values := make([]any, len(lines))
	for i, line := range lines {
		values[i] = strings.TrimSuffix(line, "\r")
	}
	return values, nil
}

// decodeNumber reads one number, written as in JSON.
func decodeNumber(data []byte) (any, error) {
	value, err := decodeJSON(data)
	if err != nil {
		return nil, fmt.Errorf("no number: %w", err)
	}
	switch value.(type) {
	case int64, float64, json.Number:
		return value, nil
	default:
		return nil, fmt.Errorf("no number: %s", clip(string(data), 60))
	}
}

// decodeCSV gives one object a row, its texts by the names of the first row.
func decodeCSV(data []byte) (any, error) {
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	header, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("no CSV: %w", err)
	}
	if err := checkHeader(header); err != nil {
		return nil, err
	}
	rows := []any{}
	for {
		record, err := reader.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, fmt.Errorf("no CSV: %w", err)
		case len(rows) == maxElements:
			return nil, fmt.Errorf("more than %d rows", maxElements)
		}
		row := make(map[string]any, len(header))
		for i, name := range header {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
}

func checkHeader(header []string) error {
	seen := map[string]bool{}
	for i, name := range header {
		if name == "" {
			return fmt.Errorf("column %d has no name", i+1)
		}
		if seen[name] {
			return fmt.Errorf("two columns are called %q", name)
		}
		seen[name] = true
	}
	return nil
}

// decodeJSON reads one JSON value and nothing after it. A name given twice in
// an object is an error, for programs differ on which one counts.
func decodeJSON(data []byte) (any, error) {
	source := json.NewDecoder(bytes.NewReader(data))
	source.UseNumber()
	reader := jsonReader{source: source}
	value, err := reader.value(0)
	if err != nil {
		return nil, fmt.Errorf("no JSON: %w", err)
	}
	if _, err := source.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("no JSON: something comes after the value, at byte %d", source.InputOffset())
	}
	return value, nil
}

type jsonReader struct {
	source   *json.Decoder
	elements int
}

func (r *jsonReader) value(depth int) (any, error) {
	token, err := r.source.Token()
	switch {
	case errors.Is(err, io.EOF):
		return nil, io.ErrUnexpectedEOF
	case err != nil:
		return nil, err
	case depth > maxDepth:
		return nil, fmt.Errorf("nested more than %d deep", maxDepth)
	}
	switch token := token.(type) {
	case json.Number:
		return exactNumber(string(token))
	case json.Delim:
		if token == '[' {
			return r.array(depth)
		}
		return r.object(depth)
	default: // nil, bool, string
		return token, nil
	}
}

func (r *jsonReader) array(depth int) (any, error) {
	values := []any{}
	for r.source.More() {
		if r.elements++; r.elements > maxElements {
			return nil, fmt.Errorf("more than %d elements", maxElements)
		}
		value, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		values = append(values, value)
	}
	_, err := r.source.Token()
	return values, err
}

func (r *jsonReader) object(depth int) (any, error) {
	members := map[string]any{}
	for r.source.More() {
		token, err := r.source.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if _, twice := members[name]; twice || !ok {
			return nil, fmt.Errorf("the name %q comes twice in one object", name)
		}
		if members[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
		if len(members) > maxElements {
			return nil, fmt.Errorf("an object of more than %d members", maxElements)
		}
	}
	_, err := r.source.Token()
	return members, err
}

// Bounds of one number.
const (
	maxDigits   = 40
	maxExponent = 308
)

// exactNumber reads a number in JSON's form. A whole number keeps its exact
// value or is an error; so does a fraction: a float64 that is written so, else a
// json.Number.
func exactNumber(number string) (any, error) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(number), "e")
	if digits := len(strings.Trim(mantissa, "-.")) - strings.Count(strings.Trim(mantissa, "-."), "."); digits > maxDigits {
		return nil, fmt.Errorf("the number %s has more than %d digits", clip(number, 60), maxDigits)
	}
	if exponent != "" {
		if power, err := strconv.Atoi(exponent); err != nil || power > maxExponent || power < -maxExponent {
			return nil, fmt.Errorf("the number %s is out of range", clip(number, 60))
		}
	}
	if whole, err := strconv.ParseInt(number, 10, 64); err == nil {
		return whole, nil
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return nil, fmt.Errorf("the number %s is out of range", clip(number, 60))
	}
	if exact, ok := new(big.Int).SetString(number, 10); ok && new(big.Float).SetFloat64(value).Cmp(new(big.Float).SetInt(exact)) != 0 {
		return nil, fmt.Errorf("the number %s is too large to be exact", clip(number, 60))
	}
	if !guard.IsDecimal(value, number) {
		return json.Number(number), nil
	}
	return value, nil
}

// unreadable is the part of a value that could not be decoded.
func unreadable(err error) guard.Unmeasured { return guard.Unmeasured{Reason: cause(err)} }
