package probe

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"math/big"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestNumbersKeepTheirValueOrAreRefused(t *testing.T) {
	cases := []struct {
		number string
		want   any
	}{
		{"0", int64(0)},
		{"-9223372036854775808", int64(math.MinInt64)},
		{"18446744073709551616", 18446744073709551616.0}, // 2^64 is exact
		{"18446744073709551615", nil},
		{"1.5", 1.5},
		{"1e3", 1000.0},
		{"1E-308", 1e-308},
		{"1e309", nil},
		{"1e-309", nil},
		{"1234567890123456789012345678901234567890.5", nil},
		{"0.123456789012345678901234567890123456789", json.Number("0.123456789012345678901234567890123456789")},
		{"0." + strings.Repeat("0", 60) + "1", nil},
	}
	for _, c := range cases {
		got, err := exactNumber(c.number)
		if c.want == nil && err == nil || c.want != nil && (err != nil || got != c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.number, got, err, c.want)
		}
	}
}

// FuzzDecoders asserts that whatever a program prints, a decoder either refuses
// it or gives a value that may be a fact; and that what it reads as JSON is
// what encoding/json reads, with nothing after it.
func FuzzDecoders(f *testing.F) {
	for _, seed := range []string{
		"", " ", "{}", `{"a":[1,2.5,null,true,"x"]}`, `{"a":1,"a":2}`, "[[[[", "1 2", "{} x", "a,b\n1,2\n", "a,a\n", "\xff", "\ufeffa\n1\n",
		"9223372036854775808", "1e400", `"\ud800"`, "x\r\ny", `{"a"`, `{"a":}`, "[1,]", "nul", `"a`, "-", "\"\x00\"",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, name := range []string{"json", "csv", "lines", "number", "text"} {
			decode, err := decoderFor(name)
			if err != nil {
				t.Fatal(err)
			}
			value, err := decode(data)
			if err != nil {
				if value != nil {
					t.Errorf("%s: a value beside an error", name)
				}
				continue
			}
			if _, err := bounded(value); err != nil && len(data) < 1000 {
				t.Errorf("%s: decoded to no fact: %v", name, err)
			}
			if !utf8.Valid(data) || len(bytes.TrimSpace(data)) == 0 {
				t.Errorf("%s: read broken or empty text %q", name, data)
			}
			if name == "json" {
				compareJSON(t, data, value)
			}
		}
	})
}

func compareJSON(t *testing.T, data []byte, value any) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var want any
	if err := decoder.Decode(&want); err != nil {
		t.Fatalf("read %q, which encoding/json refuses: %v", data, err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("read %q, although something comes after it", data)
	}
	if !sameJSON(value, want) {
		t.Errorf("%q: got %v, want %v", data, value, want)
	}
}

func sameJSON(got, want any) bool {
	switch want := want.(type) {
	case json.Number:
		return sameNumber(got, string(want))
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return false
		}
		for i := range want {
			if !sameJSON(list[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || len(object) != len(want) {
			return false
		}
		for name := range want {
			if !sameJSON(object[name], want[name]) {
				return false
			}
		}
		return true
	default:
		return got == want
	}
}

func sameNumber(got any, want string) bool {
	exact, _, err := big.ParseFloat(want, 10, 400, big.ToNearestEven)
	if err != nil {
		return false
	}
	switch got := got.(type) {
	case int64:
		return exact.Cmp(new(big.Float).SetInt64(got)) == 0
	case float64:
		nearest, _ := exact.Float64()
		return got == nearest
	default:
		return false
	}
}
