package policies

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
)

// What is left out for a command changes nothing about its decision.
func TestWhatIsNotNeededDecidesNothing(t *testing.T) {
	whole, w, r := load(t, Files()), newWorld(), request()
	sets := map[string]*policy.Set{}
	for _, line := range slices.Concat(refused, asked, allowed) {
		ops := shell.Text(line, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account, Lookup: lookup})
		files := Needed(Files(), ops)
		key := ""
		for _, file := range files {
			key += string(file.Content)
		}
		if sets[key] == nil {
			sets[key] = load(t, files)
		}
		if got, want := w.decide(t, sets[key], r, ops), w.decide(t, whole, r, ops); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s with what is needed, %s with everything", line, got.Effect, want.Effect)
		}
	}
}

func TestMostOfWhatIsNotNeededIsLeftOut(t *testing.T) {
	sizes := func(files []guard.PolicyFile) (size, lines int) {
		for _, file := range files {
			size += len(file.Content)
			lines += bytes.Count(file.Content, []byte("\n"))
		}
		return size, lines
	}
	all, lines := sizes(Files())
	files := Needed(Files(), []guard.Operation{{Program: "rm"}})
	if some, same := sizes(files); some > all-15_000 || same != lines {
		t.Errorf("%d of %d bytes, %d of %d lines", some, all, same, lines)
	}
	for name, ops := range map[string][]guard.Operation{
		"nothing": nil, "a program that is not known": {{Program: "rm"}, {}}, "what cannot be read": {{Program: "rm", Opaque: "a script"}},
	} {
		if same, _ := sizes(Needed(Files(), ops)); same != all {
			t.Errorf("%s: something is left out", name)
		}
	}
	own := append(Files(), guard.PolicyFile{Path: "own.hcl", Content: []byte("policy \"p\" {\n  applies_to = [command.unzip]\n}\n")})
	if i := slices.IndexFunc(own, func(file guard.PolicyFile) bool { return strings.HasSuffix(file.Path, "writes.hcl") }); !bytes.Contains(Needed(own, []guard.Operation{{Program: "rm"}})[i].Content, []byte(`command "unzip"`)) {
		t.Error("a block that a policy names is left out")
	}
}
