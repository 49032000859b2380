package command

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestPlainScriptsOfSed(t *testing.T) {
	for script, want := range map[string]bool{
		"":                      true,
		"p":                     true,
		"s/a/b/":                true,
		"s/a/w b/g; p":          true,
		"s|/etc|/usr|gI;1,5d":   true,
		"s,a\\,b,c,2p":          true,
		"/from/,/to/{s/x/y/;p}": true,
		"$!N;P;D":               true,
		"\\%we%d":               true,
		"y/abc/wex/":            true,
		"1i\\\nw x\np":          true,
		"$ a w x":               true,
		"/x/r other":            true,
		": top\ns/a/b/\nttop":   true,
		"0~3!d # w x":           true,
		"5q":                    true,
		"s/[^/]*$//":            true,
		"s/[[:space:]/]*#w.*//": true,
		"s/[/]/w x":             false,
		"w x":                   false,
		"p;w x":                 false,
		"{w x\n}":               false,
		"s/a/b/w x":             false,
		"s/a/b/gw x":            false,
		"s/a/b/e":               false,
		"1e touch x":            false,
		"e":                     false,
		"b;w x":                 false,
		":a;w x":                false,
		"b a\nw x":              false,
		"1a text\nw x":          false,
		"1a text\\\\\nw x":      false,
		"/w/W x":                false,
		"s/a\\/b/w x":           false,
		"s/a/b/\nw x":           false,
		"r in\nw x":             false,
		"}w x":                  false,
		"s/a/b":                 false, // not finished
		"k":                     false,
	} {
		if got := plainScript(Sed, script); got != want {
			t.Errorf("%q is plain: %v, want %v", script, got, want)
		}
	}
	if plainScript("awk", "1") {
		t.Error("a language that nobody reads is plain")
	}
}

// What is called plain must write no file and run nothing, whatever a real sed reads in it.
func FuzzPlainScripts(f *testing.F) {
	sed, err := exec.LookPath("sed")
	if err != nil {
		f.Skip("needs sed: ", err)
	}
	for _, script := range []string{"p", "s/a/b/g;p", "1i\\\nw\np", "b x;:x", "y/a/b/", "/a/{p}", "s/[/]w x/p", "a\\\\\nw x", "\\/a/p", "s;a;b;w x"} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		if !plainScript(Sed, script) {
			return
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "in"), []byte("a\nb\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		// A sandboxed sed refuses e, w and r when it reads the script; r is no harm.
		cmd := exec.CommandContext(t.Context(), sed, "-n", script, "in")
		cmd.Dir = dir
		_ = cmd.Run()
		if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
			t.Fatalf("%q is plain, and leaves %v (%v)", script, left, err)
		}
	})
}
