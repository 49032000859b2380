package policy

import (
	"os"
	"strings"
	"testing"

	"blastguard/guard"
)

// kinds are the probes that the tests of this package use.
func kinds() []guard.ProbeKind {
	required := func(name string, kind guard.ParamType) guard.ProbeParam {
		return guard.ProbeParam{Name: name, Type: kind, Required: true}
	}
	optional := func(name string, kind guard.ParamType) guard.ProbeParam {
		return guard.ProbeParam{Name: name, Type: kind}
	}
	return []guard.ProbeKind{
		{Name: "exec", Anywhere: true, Environ: []string{"HOME", "AWS_*"}, Params: []guard.ProbeParam{required("argv", guard.ListParam), optional("env", guard.ListParam), optional("dir", guard.StringParam), {Name: "decode", Type: guard.StringParam, Words: []string{"json", "csv", "lines", "number", "text", "none"}}}},
		{Name: "datadir", Params: []guard.ProbeParam{required("paths", guard.ListParam), optional("dir", guard.StringParam)}, Result: []string{"found"}},
		{Name: "backups", Params: []guard.ProbeParam{required("glob", guard.StringParam)}, Result: []string{"time", "bytes", "path", "count", "previous"}},
		{Name: "tree", Params: []guard.ProbeParam{required("paths", guard.ListParam), optional("limit", guard.NumberParam), optional("dir", guard.StringParam)},
			Result: []string{"entries", "files", "directories", "bytes", "mounts", "open", "devices"}},
	}
}

// recognise stands in for the reader of shell text, which these tests do not
// need: words between spaces, behind sudo as root.
func recognise(text string, r guard.Request) []guard.Operation {
	words, root := strings.CutPrefix(text, "sudo ")
	op := operation(strings.Fields(words)...)
	op.Dir, op.Account = guard.Lit(r.Dir), r.Account
	if root {
		op.Via, op.Account = []string{"sudo"}, guard.Account{Known: true, Name: "root"}
	}
	return []guard.Operation{op}
}

func file(path, text string) guard.PolicyFile {
	return guard.PolicyFile{Path: path, Content: text}
}

// load is a set that must be without problems.
func load(t testing.TB, texts ...string) *Set {
	t.Helper()
	var files []guard.PolicyFile
	for i, text := range texts {
		files = append(files, file(string(rune('a'+i))+".hcl", text))
	}
	set, diags := Load(files, Options{Kinds: kinds()})
	if diags.HasErrors() {
		t.Fatalf("load: %v", diags)
	}
	return set
}

func designFile(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("testdata/design.hcl")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheNightsOfTheDesignComeOutRight(t *testing.T) {
	set := load(t, designFile(t))
	results := set.Test(recognise)
	if len(results) < 6 {
		t.Fatalf("%d tests were run, want at least 6", len(results))
	}
	for _, result := range results {
		if !result.Passed {
			t.Errorf("%s:%d %q: got %s, checks %v\n%v", result.File, result.Line, result.Name, result.Got, result.Checks, result.Messages)
		}
	}
}
