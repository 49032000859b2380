package policy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"blastguard/guard"
)

// FuzzLoad: no file crashes or hangs a load; a set exists exactly when there is
// no error, and then it can decide.
func FuzzLoad(f *testing.F) {
	f.Add(rule("true"))
	f.Add(capacity)
	f.Add("locals {\n a = [for x in {a = 1} : \"${x}\" if x > 1]\n}\n")
	f.Add("policy \"x\" {\n when = <<E\n${1}\nE\n}\n")
	if text, err := os.ReadFile(filepath.Join("testdata", "design.hcl")); err == nil {
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, diags := Load([]guard.PolicyFile{file("a.hcl", text)}, Options{Kinds: kinds()})
		if (set == nil) != diags.HasErrors() {
			t.Fatalf("set %v with %v", set != nil, diags)
		}
		if set == nil {
			return
		}
		for _, argv := range [][]string{{"rm", "-rf", "/a"}, {"take", "a"}} {
			if asks, decision := set.Decide(request(argv...), []guard.Operation{operation(argv...)}, nil); len(asks) > 0 && decision.Effect != guard.Deny {
				t.Fatal("it asks and does not deny")
			}
		}
	})
}

// FuzzFacts: no fact crashes a decision, and a program that only passes on
// "secondary" is not allowed by anything else.
func FuzzFacts(f *testing.F) {
	set, diags := Load([]guard.PolicyFile{file("a.hcl", roleOf("max_lag = \"5s\"\nupstream_alive = true"))}, Options{Kinds: kinds()})
	if diags.HasErrors() {
		f.Fatal(diags)
	}
	for _, seed := range []string{
		`{"role": "secondary", "lag": 4, "upstream_alive": true}`, `{"role": ["secondary"]}`, `null`, `[]`, `"secondary"`, `1e308`, `{"role": null}`,
		`{"role": "secondary", "lag": -1, "upstream_alive": true}`, `{"lag": "4"}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var value any
		if json.Unmarshal([]byte(text), &value) != nil {
			return
		}
		decision := ordinary().with("exec", is(value)).run(t, set, "rm", "/a")
		if decision.Effect == guard.Deny {
			return
		}
		object, ok := value.(map[string]any)
		lag, _ := object["lag"].(float64)
		if !ok || object["role"] != "secondary" || object["upstream_alive"] != true || lag > 5 || lag < 0 {
			t.Fatalf("%s allows", text)
		}
	})
}
