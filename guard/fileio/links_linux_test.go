package fileio

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestLinks(t *testing.T) {
	dir := t.TempDir()
	long := "/" + strings.Repeat("x", 2*LinkLength)
	want := []string{"a-link -> /somewhere", "long -> " + long[:LinkLength], "relative -> ../x"}
	for name, text := range map[string]string{"a-link": "/somewhere", "relative": "../x", "long": long, "unwanted": "socket:[1]"} {
		if err := os.Symlink(text, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "no-link"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wanted := func(text []byte) bool { return text[0] != 's' }
	var got []string
	err := Links(dir, func(name string, text []byte) bool { got = append(got, name+" -> "+string(text)); return true }, wanted)
	if slices.Sort(got); err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
	got = nil
	if err := Links(dir, func(name string, _ []byte) bool { got = append(got, name); return false }, wanted); err != nil || len(got) != 1 {
		t.Errorf("after the first: %q, %v", got, err)
	}
	if err := Links(dir+"/none", nil, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("of nothing: %v", err)
	}
}

func TestLinksOfAFullDirectory(t *testing.T) {
	dir, want := t.TempDir(), map[string]bool{}
	for i := range 1000 {
		text := fmt.Sprint("/target-", i)
		if err := os.Symlink(text, filepath.Join(dir, fmt.Sprint("a-rather-long-name-for-a-link-", i))); err != nil {
			t.Fatal(err)
		}
		want[text] = true
	}
	err := Links(dir, func(_ string, text []byte) bool { delete(want, string(text)); return true }, func([]byte) bool { return true })
	if err != nil || len(want) != 0 {
		t.Errorf("%v; %d links were not seen", err, len(want))
	}
}
