package shell

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// Whatever is sent, it is answered, and what is too much is opaque.
func TestTooMuchIsOpaque(t *testing.T) {
	many := func(text string, n int) string { return strings.Repeat(text, n) }
	texts := map[string]string{
		"parentheses":              many("(", 100_000),
		"closed parentheses":       many("(", 100_000) + "rm x" + many(")", 100_000),
		"substitutions":            many("$(", 100_000),
		"braces":                   many("{ ", 100_000),
		"backticks":                many("`", 100_000),
		"arithmetic signs":         "echo $((" + many("-", 100_000) + "1))",
		"arithmetic sums":          "echo $((" + many("1+", 100_000) + "1))",
		"negations":                many("! ", 100_000),
		"ifs":                      many("if ", 100_000),
		"pipes":                    many("a|", 100_000) + "a",
		"lists":                    many("a&&", 100_000) + "a",
		"commands":                 many("a;", 100_000),
		"defaults":                 many("${a:-", 100_000),
		"tests":                    "[[ " + many("( ", 100_000),
		"subscripts":               "echo $((" + many("a[", 100_000),
		"functions":                many("f() ", 100_000) + "{ :; }",
		"coprocs":                  many("coproc ", 100_000) + "a",
		"times":                    many("time ", 100_000) + "a",
		"2 MiB":                    "echo " + many("x", 2<<20),
		"a NUL":                    "rm \x00",
		"invalid UTF-8":            "rm \xff",
		"texts in texts":           many("eval ", 20) + "rm x",
		"an open here-document":    "cat <<EOF",
		"braces in braces, closed": "rm " + many("{a,", 3_000) + many("}", 3_000),
	}
	for name, text := range texts {
		t.Run(name, func(t *testing.T) {
			ops := Text(text, here())
			if !slices.ContainsFunc(ops, func(op guard.Operation) bool { return op.Opaque != "" }) && !harmlessExcess(name) {
				t.Errorf("nothing is opaque in %d operations, first %s", len(ops), shown(ops[0]))
			}
			if len(ops) > maxOperations+1 {
				t.Errorf("%d operations", len(ops))
			}
		})
	}
}

// harmlessExcess: guard can read these whole.
func harmlessExcess(name string) bool {
	return name == "an open here-document" || name == "braces in braces, closed"
}

// Work must not double with each level of nesting.
func TestNestingIsNoMoreThanLinearWork(t *testing.T) {
	texts := []string{"", "", "", ""}
	for range 40 {
		texts[0] = `"${a:-` + texts[0] + `}"`
		texts[1] = "echo $(" + texts[1] + ") | cat"
		texts[2] = "for x in a; do cd /; " + texts[2] + " :; done;"
		texts[3] = "f() { " + texts[3] + " :; }; f;"
	}
	texts[0] = "rm " + texts[0]
	for _, text := range texts {
		if ops := Text(text, here()); len(ops) == 0 || len(ops) > 200 {
			t.Errorf("%d operations from %.60q", len(ops), text)
		}
	}
}

func TestManyArgumentsAreReadOnce(t *testing.T) {
	files := make([]string, 100_000)
	for i := range files {
		files[i] = fmt.Sprintf("file-%d", i)
	}
	for _, front := range [][]string{
		{"rm", "-rf"}, {"sudo", "env", "A=b", "nice", "rm"}, {"xargs", "rm"}, {"find", ".", "-exec", "rm"},
		{"sh", "-c", `rm "$@"`, "name"}, {"watch"}, {"su", "postgres", "-c", `rm "$1"`},
	} {
		ops := Operations(append(slices.Clone(front), files...), here())
		if len(ops) == 0 {
			t.Errorf("%v: no operation", front)
		}
	}
	for _, word := range []string{"sudo", "env", "A=b", "-exec", "--", "nohup", "xargs", "find", "command", "-", "{}", ";", "busybox"} {
		argv := slices.Repeat([]string{word}, 100_000)
		for _, front := range []string{"sudo", "env", "find", "rm"} {
			if ops := Operations(append([]string{front}, argv...), here()); len(ops) == 0 || len(ops) > maxOperations+1 {
				t.Errorf("%s %s…: %d operations", front, word, len(ops))
			}
		}
	}
}

func BenchmarkHundredThousandArguments(b *testing.B) {
	argv := append([]string{"sudo", "-u", "postgres", "rm", "-rf"}, slices.Repeat([]string{"some/file"}, 100_000)...)
	for b.Loop() {
		Operations(argv, here())
	}
}

func BenchmarkOneCommand(b *testing.B) {
	for b.Loop() {
		Operations([]string{"sudo", "-u", "postgres", "sh", "-c", `cd /srv && rm -rf "$1"`, "name", "data"}, here())
	}
}
