package audit

import (
	"encoding"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"blastguard/guard"
)

var errNotCanonical = errors.New("not canonical JSON")

// decode reads canonical JSON into a value of the types of package guard. Keys
// that are not known are passed over: a newer guard may have written them.
func decode(text string, into any) error {
	value, rest, err := parse(text, 0)
	if err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if rest != "" {
		return fmt.Errorf("decode: %w: more after its end", errNotCanonical)
	}
	if err := assign(reflect.ValueOf(into).Elem(), value); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	return nil
}

// parse reads one value: nil, bool, string, int64, uint64, float64, []any,
// map[string]any, time.Time or guard.Unmeasured. It returns what follows.
func parse(text string, depth int) (any, string, error) {
	if text == "" || depth > 2*maxDepth+8 {
		return nil, "", errNotCanonical
	}
	switch c := text[0]; {
	case c == '"':
		return parseText(text)
	case c == '{':
		return parseObject(text[1:], depth)
	case c == '[':
		return parseArray(text[1:], depth)
	case strings.HasPrefix(text, "null"):
		return nil, text[4:], nil
	case strings.HasPrefix(text, "true"):
		return true, text[4:], nil
	case strings.HasPrefix(text, "false"):
		return false, text[5:], nil
	default:
		return parseNumber(text)
	}
}

func parseText(text string) (any, string, error) {
	s, rest, err := parseString(text)
	return s, rest, err
}

func parseString(text string) (string, string, error) {
	if text == "" || text[0] != '"' {
		return "", "", errNotCanonical
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '"':
			return text[1:i], text[i+1:], nil
		case '\\':
			return parseEscaped(text[1:], i-1)
		}
	}
	return "", "", errNotCanonical
}

// parseEscaped reads a string with an escape at i; text begins after its quote.
func parseEscaped(text string, i int) (string, string, error) {
	out := append(make([]byte, 0, i+64), text[:i]...)
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			return string(out), text[i+1:], nil
		case '\\':
			c, used, ok := unescape(text[i+1:])
			if !ok {
				return "", "", errNotCanonical
			}
			out = utf8.AppendRune(out, c)
			i += used
		default:
			out = append(out, text[i])
		}
	}
	return "", "", errNotCanonical
}

// unescape reads what follows a backslash.
func unescape(text string) (rune, int, bool) {
	if text == "" {
		return 0, 0, false
	}
	if i := strings.IndexByte(`"\btnfr`, text[0]); i >= 0 {
		return rune("\"\\\b\t\n\f\r"[i]), 1, true
	}
	if text[0] != 'u' || len(text) < 5 {
		return 0, 0, false
	}
	n, err := strconv.ParseUint(text[1:5], 16, 16)
	return rune(n), 5, err == nil && n < ' '
}

func parseNumber(text string) (any, string, error) {
	end := 0
	for end < len(text) && strings.IndexByte("+-.0123456789eE", text[end]) >= 0 {
		end++
	}
	number, rest := text[:end], text[end:]
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		return n, rest, nil
	}
	if n, err := strconv.ParseUint(number, 10, 64); err == nil {
		return n, rest, nil
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil {
		return nil, "", errNotCanonical
	}
	return f, rest, nil
}

func parseArray(text string, depth int) (any, string, error) {
	list := []any{}
	if strings.HasPrefix(text, "]") {
		return list, text[1:], nil
	}
	for {
		item, rest, err := parse(text, depth+1)
		if err != nil || rest == "" {
			return nil, "", errNotCanonical
		}
		list = append(list, item)
		switch rest[0] {
		case ',':
			text = rest[1:]
		case ']':
			return list, rest[1:], nil
		default:
			return nil, "", errNotCanonical
		}
	}
}

func parseObject(text string, depth int) (any, string, error) {
	members, plain := map[string]any{}, true
	rest, err := eachMember(text, depth, func(key string, value any) {
		members[key] = value
		plain = plain && !strings.HasPrefix(key, "$")
	})
	if err != nil || plain {
		return members, rest, err
	}
	value, err := special(members)
	return value, rest, err
}

// eachMember reads the members of an object, whose brace stands before text, with their
// keys as they were written. It returns what follows.
func eachMember(text string, depth int, found func(key string, value any)) (string, error) {
	if strings.HasPrefix(text, "}") {
		return text[1:], nil
	}
	for {
		key, rest, err := parseString(text)
		if err != nil || !strings.HasPrefix(rest, ":") {
			return "", errNotCanonical
		}
		item, rest, err := parse(rest[1:], depth+1)
		if err != nil || rest == "" {
			return "", errNotCanonical
		}
		found(key, item)
		switch rest[0] {
		case ',':
			text = rest[1:]
		case '}':
			return rest[1:], nil
		default:
			return "", errNotCanonical
		}
	}
}

// special turns the objects that stand for something else into that, and keys that begin
// with a "$" into what they were.
func special(members map[string]any) (any, error) {
	if len(members) == 1 {
		for key, value := range members {
			if found, err := specialValue(key, value); found != nil || err != nil {
				return found, err
			}
		}
	}
	own := make(map[string]any, len(members))
	for key, value := range members {
		name, err := ownKey(key)
		if err != nil {
			return nil, err
		}
		own[name] = value
	}
	return own, nil
}

func specialValue(key string, value any) (any, error) {
	text, isText := value.(string)
	switch {
	case key == "$bytes" && isText:
		raw, err := base64.StdEncoding.DecodeString(text)
		return string(raw), err
	case key == "$time" && isText:
		return time.Parse(time.RFC3339Nano, text)
	case key == "$number" && isText:
		return strconv.ParseFloat(text, 64)
	case key == "$unknown":
		var unknown guard.Unmeasured
		err := assign(reflect.ValueOf(&unknown).Elem(), value)
		return unknown, err
	}
	return nil, nil
}

// ownKey is the key as it was before it was written.
func ownKey(key string) (string, error) {
	if !strings.HasPrefix(key, "$") {
		return key, nil
	}
	if encoded, ok := strings.CutPrefix(key, "$bytes:"); ok {
		raw, err := base64.StdEncoding.DecodeString(encoded)
		return string(raw), err
	}
	if !strings.HasPrefix(key, "$$") {
		return "", fmt.Errorf("%w: key %q", errNotCanonical, key)
	}
	return key[1:], nil
}

// assign puts a parsed value into a Go value.
func assign(into reflect.Value, value any) error {
	if into.Kind() == reflect.Interface {
		if value != nil {
			into.Set(reflect.ValueOf(value))
		}
		return nil
	}
	if value == nil {
		into.SetZero()
		return nil
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		return assign(into.Elem(), value)
	}
	if text, ok := value.(string); ok {
		if unmarshaler, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
			return unmarshaler.UnmarshalText([]byte(text))
		}
	}
	return assignKind(into, value)
}

func assignKind(into reflect.Value, value any) error {
	switch v := value.(type) {
	case bool:
		if into.Kind() == reflect.Bool {
			into.SetBool(v)
			return nil
		}
	case string:
		if into.Kind() == reflect.String {
			into.SetString(v)
			return nil
		}
	case []any:
		if into.Kind() == reflect.Slice {
			return assignSlice(into, v)
		}
	case map[string]any:
		switch into.Kind() {
		case reflect.Struct:
			return assignStruct(into, v)
		case reflect.Map:
			return assignMap(into, v)
		}
	case int64, uint64, float64:
		if assignNumber(into, value) {
			return nil
		}
	}
	return fmt.Errorf("%w: a %T for a %s", errNotCanonical, value, into.Type())
}

func assignNumber(into reflect.Value, value any) bool {
	v := reflect.ValueOf(value)
	switch {
	case into.CanFloat():
		into.SetFloat(v.Convert(reflect.TypeFor[float64]()).Float())
		return true
	case into.CanInt() && v.CanInt() && !into.OverflowInt(v.Int()):
		into.SetInt(v.Int())
		return true
	case into.CanUint() && v.CanUint():
		into.SetUint(v.Uint())
		return true
	case into.CanUint() && v.CanInt() && v.Int() >= 0 && uint64(v.Int()) <= math.MaxInt64:
		into.SetUint(uint64(v.Int()))
		return true
	}
	return false
}

func assignSlice(into reflect.Value, items []any) error {
	slice := reflect.MakeSlice(into.Type(), len(items), len(items))
	for i, item := range items {
		if err := assign(slice.Index(i), item); err != nil {
			return err
		}
	}
	into.Set(slice)
	return nil
}

func assignMap(into reflect.Value, members map[string]any) error {
	into.Set(reflect.MakeMapWithSize(into.Type(), len(members)))
	for key, item := range members {
		value := reflect.New(into.Type().Elem()).Elem()
		if err := assign(value, item); err != nil {
			return err
		}
		into.SetMapIndex(reflect.ValueOf(key).Convert(into.Type().Key()), value)
	}
	return nil
}

func assignStruct(into reflect.Value, members map[string]any) error {
	for _, f := range structFields(into.Type()) {
		if item, ok := members[f.name]; ok {
			if err := assign(into.Field(f.index), item); err != nil {
				return fmt.Errorf("%s: %w", f.name, err)
			}
		}
	}
	return nil
}
