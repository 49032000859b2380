package audit

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"blastguard/guard"
)

func TestCanonicalJSON(t *testing.T) {
	limit := int64(3)
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.FixedZone("x", 3600))
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"keys are sorted", map[string]any{"b": 1, "a": nil, "é": true}, `{"a":null,"b":1,"é":true}`},
		{"control characters are escaped, the rest is not", "\"\\\b\t\n\f\r\x00\x1f\x7f<é\u2028", `"\"\\\b\t\n\f\r\u0000\u001f` + "\x7f<é\u2028\""},
		{"invalid UTF-8 is kept", "a\xff", `{"$bytes":"Yf8="}`},
		{"an own key with a dollar", map[string]any{"$bytes": "x"}, `{"$$bytes":"x"}`},
		{"a key that is invalid UTF-8", map[string]any{"\xff": 1}, `{"$bytes:/w==":1}`},
		{"a time", []any{at}, `[{"$time":"2026-01-02T02:04:05.000006Z"}]`},
		{"an unmeasured part", []any{guard.Unmeasured{Reason: "r", AtLeast: &limit}}, `[{"$unknown":{"at_least":3,"unknown":"r"}}]`},
		{"numbers", []any{1.5, math.Copysign(0, -1), 1e21, 1e-7, int64(math.MinInt64), math.NaN(), 100.0}, `[1.5,0,1e+21,1e-7,-9223372036854775808,{"$number":"NaN"},100]`},
		{"words", guard.SoftMandatory, `"soft-mandatory"`},
		{"a struct, without what is not recorded", guard.Expectation{Name: "n", Value: "v"}, `{"name":"n","value":"v"}`},
	} {
		got, err := encode(test.value, nil)
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %s %v, want %s", test.name, got, err, test.want)
		}
		if !json.Valid(got) {
			t.Errorf("%s: not JSON", test.name)
		}
	}
}

func TestWhatCannotBeRecordedIsAnError(t *testing.T) {
	deep := any("x")
	for range maxDepth + 5 {
		deep = []any{deep}
	}
	for _, value := range []any{deep, map[int]string{1: "a"}, make(chan int), complex(1, 2)} {
		if got, err := encode(value, nil); err == nil {
			t.Errorf("%T: %s", value, got)
		}
	}
}

func FuzzTextsAreReadBackAsTheyWere(f *testing.F) {
	for _, seed := range []string{"", "a", "\xff", "$bytes", "$", "a\x00\"\\\u2028", strings.Repeat("é", 20)} {
		f.Add(seed, seed, 1.5, int64(-3))
	}
	f.Fuzz(func(t *testing.T, key, text string, number float64, integer int64) {
		if math.IsNaN(number) || number == math.Trunc(number) {
			number = 0.5 // whole numbers come back as integers
		}
		value := map[string]any{key: text, "list": []any{text, number, integer, nil, true, map[string]any{key: map[string]any{}}}, "$" + key: key}
		encoded, err := encode(value, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(encoded) || !utf8.Valid(encoded) {
			t.Fatalf("not JSON: %s", encoded)
		}
		var back any
		if err := decode(string(encoded), &back); err != nil {
			t.Fatalf("%v: %s", err, encoded)
		}
		if !reflect.DeepEqual(back, any(value)) {
			t.Fatalf("%s\ngot  %#v\nwant %#v", encoded, back, value)
		}
	})
}

func FuzzDecodeNeverPanicsAndIsCanonical(f *testing.F) {
	body, err := encode(intentOf(guard.Accepted, "rm", "/a"), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(body))
	f.Add(`{"$bytes":"/w=="}`)
	f.Add(`{"$unknown":3}`)
	f.Fuzz(func(t *testing.T, text string) {
		var intent guard.Intent
		_ = decode(text, &intent)
		var value any
		if decode(text, &value) != nil {
			return
		}
		once, err := encode(value, nil)
		if err != nil {
			return // nested too deep
		}
		var again any
		if err := decode(string(once), &again); err != nil {
			t.Fatalf("%q → %s: %v", text, once, err)
		}
		if twice, err := encode(again, nil); err != nil || string(twice) != string(once) {
			t.Fatalf("%q: %s, then %s, %v", text, once, twice, err)
		}
	})
}

func TestWhatAnEntryIsAboutIsReadWhole(t *testing.T) {
	var want about
	v := reflect.ValueOf(&want).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); f.Kind() {
		case reflect.String:
			f.SetString("text")
		case reflect.Int, reflect.Int64:
			f.SetInt(int64(i) + 1)
		case reflect.Bool:
			f.SetBool(true)
		case reflect.Slice:
			f.Set(reflect.ValueOf([]string{"one", "\xff"}))
		default:
			f.Set(reflect.ValueOf(time.Unix(3, 4).UTC()))
		}
	}
	encoded, err := encode(want, nil)
	must(t, err)
	got, err := aboutOf(`{"about":` + string(encoded) + "}")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v %v\nwant %+v", got, err, want)
	}
}

// A number that no float64 stands for exactly is recorded with all its digits.
func TestAnExactNumberIsRecordedAsItWasWritten(t *testing.T) {
	const digits = "5.0000000000000000000001"
	intent := intentOf(guard.Accepted, "rm", "/a")
	intent.Facts = append(intent.Facts, guard.Finding{Fact: guard.Fact{Known: true, Value: map[string]any{"n": json.Number(digits)}}})
	path := newPath(t)
	l := openLog(t, path)
	entry, err := openReader(t, path).Get(t.Context(), accept(t, l, intent))
	if err != nil || !strings.Contains(entry.Body, digits) {
		t.Errorf("%v: %s", err, entry.Body)
	}
	if v := verify(t, path); !v.OK {
		t.Error(v.Problem)
	}
}
