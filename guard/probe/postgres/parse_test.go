package postgres

import (
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestConnectionStrings(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"host=a port=5433":                         {"host": "a", "port": "5433"},
		` host = a  password = 'it\'s \\' user=u `: {"host": "a", "password": `it's \`, "user": "u"},
		"host='' port=1":                           {"host": "", "port": "1"},
		"host=a\\ b":                               {"host": "a b"},
		"":                                         {},
		"postgresql://u:p%40@h:1/d?sslmode=require": {"user": "u", "password": "p@", "host": "h", "port": "1", "sslmode": "require"},
	} {
		got, err := parseConninfo(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"host", "host a=b", "password='secret", "=x", "postgres://u:secret@[::1/", "postgres://h:secret/"} {
		got, err := parseConninfo(text)
		if err == nil {
			t.Errorf("%q: read as %v", text, got)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: the error quotes it: %v", text, err)
		}
	}
}

func TestPlacesOfAConnectionString(t *testing.T) {
	for text, want := range map[string][]endpoint{
		"host=a":                       {{"a", 5432}},
		"host=a,b port=1,2":            {{"a", 1}, {"b", 2}},
		"host=a,b port=7":              {{"a", 7}, {"b", 7}},
		"host=name hostaddr=10.0.0.1":  {{"10.0.0.1", 5432}},
		"host=/run/postgresql port=''": {{"/run/postgresql", 5432}},
	} {
		settings, err := parseConninfo(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := endpoints(settings); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
	for _, settings := range []map[string]string{{"host": "a", "port": "x"}, {"host": "a,b,c", "port": "1,2"}, {"port": "0"}, {"port": "70000"}} {
		if got, err := endpoints(settings); err == nil {
			t.Errorf("%v: read as %v", settings, got)
		}
	}
}

func FuzzParseConninfo(f *testing.F) {
	f.Add(`host=a password='it\'s'`)
	f.Add("postgresql://u:p@h:1/d?x=y")
	f.Fuzz(func(t *testing.T, text string) {
		settings, err := parseConninfo(text)
		if err != nil {
			return
		}
		places, err := endpoints(settings)
		for _, place := range places {
			if err == nil && (place.port < 1 || place.port > 65535) {
				t.Errorf("%q: port %d", text, place.port)
			}
		}
	})
}

func TestSettingsOfAFile(t *testing.T) {
	for content, want := range map[string]string{
		"primary_conninfo = 'host=a'":                           "host=a",
		"primary_conninfo 'host=a' # comment":                   "host=a",
		"PRIMARY_CONNINFO='host=a'":                             "host=a",
		"primary_conninfo = 'host=a'\nprimary_conninfo = 'h=b'": "h=b",
		"# primary_conninfo = 'host=a'":                         "",
		"primary_conninfo_x = 'host=a'":                         "",
		`primary_conninfo = 'password=''it\\''s''' `:            `password='it\'s'`,
		"primary_conninfo = 'open":                              "",
	} {
		if got := setting(content, "primary_conninfo"); got != want {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
}

func TestLockFiles(t *testing.T) {
	whole := "812\n/var/lib/postgresql/15/main\n1700000000\n5432\n/var/run/postgresql\nlocalhost\n  5432001  2\nready   \n"
	got, ok := parseLockFile(whole)
	if !ok || got.pid != 812 || got.port != 5432 || got.socket != "/var/run/postgresql" || got.address != "localhost" || got.single {
		t.Errorf("a whole one: %+v, %v", got, ok)
	}
	got, ok = parseLockFile("812\n/data\n1700000000\n")
	if !ok || got.pid != 812 || got.port != 0 || got.socket != "" {
		t.Errorf("one of a server that starts: %+v, %v", got, ok)
	}
	got, ok = parseLockFile("-812\n/data\n")
	if !ok || got.pid != 812 || !got.single {
		t.Errorf("single-user mode: %+v, %v", got, ok)
	}
	for _, text := range []string{"", "x", "0\n", "\n812"} {
		if got, ok := parseLockFile(text); ok {
			t.Errorf("%q: read as %+v", text, got)
		}
	}
}

func FuzzParseLockFile(f *testing.F) {
	f.Add("812\n/data\n1700000000\n5432\n/run\n*\n1 2\nready\n")
	f.Fuzz(func(t *testing.T, text string) {
		if got, ok := parseLockFile(text); ok && (got.pid <= 0 || got.port < 0 || got.port > 65535) {
			t.Errorf("%q: %+v", text, got)
		}
	})
}

func TestNumericAddresses(t *testing.T) {
	for address, want := range map[string]string{
		"*": "127.0.0.1", "localhost": "127.0.0.1", "0.0.0.0": "127.0.0.1", "::": "::1",
		"10.1.2.3": "10.1.2.3", "db1.example": "", "": "",
	} {
		if got := numericAddress(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
