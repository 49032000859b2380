package main

import (
	"os"
	"strings"
	"testing"
)

// An entry whose line is gone proves nothing any more.
func TestEveryMutationFitsItsFile(t *testing.T) {
	t.Chdir("../..")
	mutations, err := parse(list)
	if err != nil || len(mutations) < 20 {
		t.Fatal(len(mutations), err)
	}
	for _, m := range mutations {
		if _, err := m.broken(); err != nil {
			t.Errorf("%s: %v", m.what, err)
		}
		if m.old == m.new {
			t.Errorf("%s: nothing is broken", m.what)
		}
		if info, err := os.Stat(m.test[0]); err != nil || !info.IsDir() || !strings.HasPrefix(m.test[0], "./") {
			t.Errorf("%s: %s is no package", m.what, m.test[0])
		}
	}
}

func TestParse(t *testing.T) {
	got, err := parse("# a\nf.go\n- if x {\n+ if !x {\n./p -run T\n\n# b\ng.go\n- x()\n+\n./q\n")
	if err != nil || len(got) != 2 || got[0].new != "if !x {" || got[1].new != "" || got[1].old != "x()" || len(got[0].test) != 3 {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "# a\nf.go\n- x\n./p", "a\nf.go\n- x\n+ y\n./p", "# a\nf.go\nx\n+ y\n./p"} {
		if got, err := parse(text); err == nil {
			t.Errorf("%q: %+v", text, got)
		}
	}
}
