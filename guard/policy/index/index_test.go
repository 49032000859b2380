package index

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
)

// indexed is the index of files with programs whose names hold one another, and what
// decides each.
func indexed(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, program := range []string{"rm", "srm", "rmdir", "m", "described", "written"} {
		fmt.Fprintf(&text, "command %q {\n  program = %q\n  operand \"paths\" { type = list(string) }\n}\n", program, program)
		if program != "described" {
			fmt.Fprintf(&text, "locals { few-%s = local.of-all + 1 }\npolicy \"of-%s\" {\n  applies_to = [command.%s]\n  blast_radius \"paths\" {\n    affected = arg.paths\n    max      = local.few-%s\n  }\n}\n", program, program, program, program)
		}
	}
	files := []guard.PolicyFile{
		{Path: "/p/a.hcl", Origin: guard.UserFile, Content: "locals { of-all = 3 }\n"},
		{Path: "/p/b.hcl", Origin: guard.UserFile, Content: text.String()},
	}
	set, diagnostics := blocks.Load(files, nil)
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	return Write(set.Related(files), []string{"m", "rm", "rmdir", "srm", "written"}, nil)
}

func TestTheIndexFindsWholeNames(t *testing.T) {
	index, err := Read(indexed(t))
	if err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string][]string{
		"rm":        {"local of-all", "command rm", "local few-rm", "policy of-rm"},
		"m":         {"local of-all", "command m", "local few-m", "policy of-m"},
		"rmdir":     {"local of-all", "command rmdir", "local few-rmdir", "policy of-rmdir"},
		"described": {"command described"},
		"r":         nil, "dir": nil, "": nil, "rm\t": nil, "rm\t+": nil, "m\t+\t0\nrm": nil, "rm\n": nil, "on/rm": nil, "+": nil,
	} {
		parts, err := index.Needed([]guard.Operation{{Program: program}})
		var got []string
		for _, part := range parts {
			got = append(got, string(part.Kind)+" "+part.Name)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v; want %q", program, got, err, want)
		}
		op := []guard.Operation{{Program: program}}
		if governed := len(want) > 1 || program == ""; index.Governs(op) != governed || index.Mentions(op) != (len(want) > 0) {
			t.Errorf("%q: governed %v, mentioned %v", program, index.Governs(op), index.Mentions(op))
		}
	}
	both, err := index.Needed([]guard.Operation{{Program: "m"}, {Program: "rm"}, {Program: "m"}})
	if err != nil || len(both) != 7 || !slices.IsSortedFunc(both, func(a, b blocks.Part) int { return 1000*(a.File-b.File) + a.From - b.From }) {
		t.Errorf("of two programs: %+v, %v", both, err)
	}
	if programs, on := index.Governed(); !slices.Equal(programs, []string{"m", "rm", "rmdir", "srm", "written"}) || on != nil {
		t.Errorf("governed: %q, %q", programs, on)
	}
	if !index.Governs(nil) || !index.Governs([]guard.Operation{{Program: "described", Opaque: "x"}}) {
		t.Error("what is not known is not governed")
	}
}

// What is damaged is an error, never fewer parts.
func TestADamagedIndexIsAnError(t *testing.T) {
	text := indexed(t)
	for name, damaged := range map[string]string{
		"empty": "", "no sizes": strings.TrimLeft(text, "0123456789"), "a size too large": "9" + text, "cut in the tables": text[:20],
		"no parts": strings.SplitAfter(text, "\n")[0],
	} {
		if _, err := Read(damaged); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	for name, replace := range map[string][2]string{
		"no number of a set": {"rm\t+\t", "rm\t+\tx"}, "a set too far": {"rm\t+\t", "rm\t+\t99999"}, "no mark": {"rm\t+\t", "rm\t\t"}, "another kind": {"command\trm\t", "commond\trm\t"}, "a field less": {"command\trm\t", "command rm\t"},
	} {
		index, err := Read(text)
		if err != nil {
			t.Fatal(err)
		}
		index.names, index.parts = strings.ReplaceAll(index.names, replace[0], replace[1]), strings.ReplaceAll(index.parts, replace[0], replace[1])
		if parts, err := index.Needed([]guard.Operation{{Program: "rm"}}); err == nil {
			t.Errorf("%s: %+v", name, parts)
		}
	}
}
