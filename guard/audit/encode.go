package audit

import (
	"cmp"
	"encoding"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// maxDepth bounds how deep a body may nest, in what is written and what is read.
const maxDepth = 200

// An encoder writes canonical JSON: object keys sorted by their bytes, no space
// between tokens, one spelling for every string and number (RFC 8785, but for
// the order of keys outside the basic plane). What JSON cannot hold is an
// object with one key that begins with "$":
//
//	{"$bytes": base64}            a string that is not valid UTF-8
//	{"$time": RFC 3339}           a time inside a fact
//	{"$unknown": {…}}             guard.Unmeasured inside a fact
//	{"$number": "NaN"}            a number that JSON does not know
//
// An object's own key that begins with "$" is written with one more.
type encoder struct {
	out    []byte
	mask   *secret.Masker // nil: nothing is masked
	fields map[reflect.Type][]field
}

// field is one field of a struct as its json tag says.
type field struct {
	name      string
	index     int
	omitEmpty bool
}

// encode returns the canonical JSON of a value made of the types of package
// guard, with every text masked.
func encode(value any, mask *secret.Masker) ([]byte, error) {
	e := encoder{mask: mask, fields: map[reflect.Type][]field{}}
	err := e.value(reflect.ValueOf(value), 0)
	return e.out, err
}

func (e *encoder) value(v reflect.Value, depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("encode: nested deeper than %d", maxDepth)
	}
	if !v.IsValid() {
		e.raw("null")
		return nil
	}
	switch special := v.Interface().(type) {
	case time.Time:
		e.quote(special.UTC().Format(time.RFC3339Nano))
		return nil
	case guard.Expectation:
		if e.mask != nil && secret.Sensitive(special.Name) {
			special.Value = secret.Mask
		}
		return e.object(reflect.ValueOf(special), depth)
	case guard.Operation:
		return e.object(reflect.ValueOf(maskOperation(special, e.mask)), depth)
	case []string:
		if e.mask != nil {
			v = reflect.ValueOf(maskList(special, e.mask))
		}
	case []any:
		v = reflect.ValueOf(maskAnys(special, e.mask))
	case encoding.TextMarshaler:
		text, err := special.MarshalText()
		e.text(string(text))
		return err
	}
	return e.kind(v, depth)
}

func (e *encoder) kind(v reflect.Value, depth int) error {
	switch v.Kind() {
	case reflect.Interface:
		return e.dynamic(v.Elem(), depth)
	case reflect.Pointer:
		return e.value(v.Elem(), depth+1)
	case reflect.Bool:
		e.out = strconv.AppendBool(e.out, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.out = strconv.AppendInt(e.out, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.out = strconv.AppendUint(e.out, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		e.float(v.Float())
	case reflect.String:
		e.text(e.masked(v.String()))
	case reflect.Slice, reflect.Array:
		return e.array(v, depth)
	case reflect.Map:
		return e.mapping(v, depth)
	case reflect.Struct:
		return e.object(v, depth)
	default:
		return fmt.Errorf("encode: a %s cannot be recorded", v.Type())
	}
	return nil
}

// dynamic writes what stands in an "any", so that it can be told apart again.
func (e *encoder) dynamic(v reflect.Value, depth int) error {
	if !v.IsValid() {
		e.raw("null")
		return nil
	}
	switch special := v.Interface().(type) {
	case time.Time:
		e.raw(`{"$time":`)
		e.quote(special.UTC().Format(time.RFC3339Nano))
	case guard.Unmeasured:
		e.raw(`{"$unknown":`)
		if err := e.object(v, depth+1); err != nil {
			return err
		}
	default:
		return e.value(v, depth+1)
	}
	e.raw("}")
	return nil
}

func (e *encoder) array(v reflect.Value, depth int) error {
	if v.Kind() == reflect.Slice && v.IsNil() {
		e.raw("null")
		return nil
	}
	e.raw("[")
	for i := range v.Len() {
		if i > 0 {
			e.raw(",")
		}
		item := v.Index(i)
		if err := e.element(item, depth+1); err != nil {
			return err
		}
	}
	e.raw("]")
	return nil
}

// element writes an element, which may be an interface.
func (e *encoder) element(v reflect.Value, depth int) error {
	if v.Kind() == reflect.Interface {
		return e.dynamic(v.Elem(), depth)
	}
	return e.value(v, depth)
}

func (e *encoder) mapping(v reflect.Value, depth int) error {
	if v.Type().Key().Kind() != reflect.String {
		return fmt.Errorf("encode: a %s cannot be recorded", v.Type())
	}
	if v.IsNil() {
		e.raw("null")
		return nil
	}
	e.raw("{")
	for i, m := range e.members(v) {
		e.key(m.name, i > 0)
		if e.mask != nil && m.value.Kind() == reflect.String && secret.Sensitive(m.key) {
			e.quote(secret.Mask)
			continue
		}
		if err := e.element(m.value, depth+1); err != nil {
			return err
		}
	}
	e.raw("}")
	return nil
}

// member is one member of an object: its key as it was, and as it is written.
type member struct {
	key, name string
	value     reflect.Value
}

// members are those of a map, with their keys masked. Keys that are the same then are
// told apart by a number.
func (e *encoder) members(v reflect.Value) []member {
	members := make([]member, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		value := it.Value()
		if value.Kind() == reflect.Interface && !value.IsNil() && value.Elem().Kind() == reflect.String {
			value = value.Elem()
		}
		members = append(members, member{it.Key().String(), keyName(e.masked(it.Key().String())), value})
	}
	slices.SortFunc(members, func(a, b member) int { return cmp.Or(strings.Compare(a.name, b.name), strings.Compare(a.key, b.key)) })
	used := map[string]bool{}
	for i, m := range members {
		for n := 2; used[members[i].name]; n++ {
			members[i].name = fmt.Sprintf("%s (%d)", m.name, n)
		}
		used[members[i].name] = true
	}
	slices.SortFunc(members, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return members
}

// keyName is how an object's key is written.
func keyName(key string) string {
	switch {
	case !utf8.ValidString(key):
		return "$bytes:" + base64.StdEncoding.EncodeToString([]byte(key))
	case strings.HasPrefix(key, "$"):
		return "$" + key
	default:
		return key
	}
}

func (e *encoder) object(v reflect.Value, depth int) error {
	e.raw("{")
	more := false
	for _, f := range e.fieldsOf(v.Type()) {
		item := v.Field(f.index)
		if f.omitEmpty && isEmpty(item) {
			continue
		}
		e.key(f.name, more)
		more = true
		if err := e.element(item, depth+1); err != nil {
			return err
		}
	}
	e.raw("}")
	return nil
}

// fieldsOf are the recorded fields of a struct, sorted by name.
func (e *encoder) fieldsOf(t reflect.Type) []field {
	if known, ok := e.fields[t]; ok {
		return known
	}
	fields := structFields(t)
	e.fields[t] = fields
	return fields
}

func structFields(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" || name == "-" || !t.Field(i).IsExported() {
			continue
		}
		fields = append(fields, field{name, i, options == "omitempty"})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	return fields
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.String, reflect.Array:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

func (e *encoder) raw(text string) { e.out = append(e.out, text...) }

func (e *encoder) key(name string, more bool) {
	if more {
		e.raw(",")
	}
	e.quote(name)
	e.raw(":")
}

func (e *encoder) masked(text string) string {
	if e.mask == nil || text == "" {
		return text
	}
	return e.mask.Text(text)
}

func (e *encoder) text(text string) {
	if utf8.ValidString(text) {
		e.quote(text)
		return
	}
	e.raw(`{"$bytes":"`)
	e.out = base64.StdEncoding.AppendEncode(e.out, []byte(text))
	e.raw(`"}`)
}

// quote writes a string that is valid UTF-8.
func (e *encoder) quote(text string) {
	const short = "btn\x00fr" // \b is 8
	const digits = "0123456789abcdef"
	e.out = append(e.out, '"')
	from := 0
	for i := range len(text) {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.out = append(append(e.out, text[from:i]...), '\\')
		from = i + 1
		switch {
		case c == '"' || c == '\\':
			e.out = append(e.out, c)
		case c >= 8 && c <= 13 && c != 11:
			e.out = append(e.out, short[c-8])
		default:
			e.out = append(e.out, 'u', '0', '0', digits[c>>4], digits[c&15])
		}
	}
	e.out = append(append(e.out, text[from:]...), '"')
}

// float writes a number as ECMAScript does.
func (e *encoder) float(f float64) {
	switch {
	case math.IsNaN(f) || math.IsInf(f, 0):
		e.raw(`{"$number":`)
		e.quote(strconv.FormatFloat(f, 'g', -1, 64))
		e.raw("}")
	case f == 0:
		e.raw("0")
	case math.Abs(f) >= 1e21 || math.Abs(f) < 1e-6:
		text := strconv.FormatFloat(f, 'e', -1, 64)
		if n := len(text); text[n-2] == '0' && (text[n-3] == '-' || text[n-3] == '+') {
			text = text[:n-2] + text[n-1:]
		}
		e.raw(text)
	default:
		e.out = strconv.AppendFloat(e.out, f, 'f', -1, 64)
	}
}
