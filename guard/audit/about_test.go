package audit

import (
	"reflect"
	"testing"
	"time"
)

// What is written of an entry is read again, member by member.
func TestAboutIsReadAsItWasWritten(t *testing.T) {
	whole := about{}
	fields := reflect.ValueOf(&whole).Elem()
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		switch field := fields.Field(i); field.Interface().(type) {
		case time.Time:
			field.Set(reflect.ValueOf(time.Date(2017, 1, 31, 17, 20, i, 123456789, time.UTC)))
		case string:
			field.SetString(name + " \"\\\n\x00é\xff$bytes")
		case int, int64:
			field.SetInt(int64(i + 1))
		case bool:
			field.SetBool(true)
		case []string:
			field.Set(reflect.ValueOf([]string{name, "", "\xfe", "a,b"}))
		default:
			t.Fatalf("%s is of a type that this test does not know", name)
		}
	}
	for _, want := range []about{whole, {At: whole.At}} {
		text, err := encode(want, nil)
		if err != nil {
			t.Fatal(err)
		}
		got, err := aboutOf(`{"about":` + string(text) + `,"guard":{}}`)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v\nwant %+v\nof %s", got, err, want, text)
		}
	}
}

func TestAboutOfWhatIsNone(t *testing.T) {
	for _, text := range []string{
		``, `{}`, `{"about":`, `{"about":{`, `{"about":[]}`, `{"about":null}`, `{"about":{}}`, `{"about":{"at":"yesterday"}}`,
		`{"about":{"at":7}}`, `{"about":{"at":"2017-01-31T17:20:00Z"`, `{"about":{"at":"2017-01-31T17:20:00Z";}}`,
	} {
		if got, err := aboutOf(text); err == nil {
			t.Errorf("%s: %+v, and no error", text, got)
		}
	}
	got, err := aboutOf(`{"about":{"at":"2017-01-31T17:20:00Z","id":"7","kind":8,"later":{"x":[1]},"targets":"x"}}`)
	if want := (about{At: time.Date(2017, 1, 31, 17, 20, 0, 0, time.UTC)}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("members of other types: got %+v, %v", got, err)
	}
}
