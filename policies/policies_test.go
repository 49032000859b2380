package policies

import (
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/shell"
)

// load loads files with the probes that guard has.
func load(t testing.TB, files []guard.PolicyFile) *policy.Set {
	t.Helper()
	kinds := append(probe.Kinds(), datadir.Kind())
	set, diags := policy.Load(files, policy.Options{Kinds: kinds})
	if len(diags) > 0 {
		t.Fatalf("%v", diags)
	}
	return set
}

// withTests are the shipped files, and those with their tests.
func withTests() []guard.PolicyFile { return append(Files(), Tests(Files())...) }

func recognise(text string, r guard.Request) []guard.Operation {
	return shell.Text(text, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account})
}

func TestShippedPoliciesPassTheirTests(t *testing.T) {
	set := load(t, withTests())
	if len(set.Test(recognise)) < 90 {
		t.Errorf("only %d tests", len(set.Test(recognise)))
	}
	for _, result := range set.Test(recognise) {
		if !result.Passed {
			t.Errorf("%s:%d %q: got %s\n  %s", result.File, result.Line, result.Name, result.Got, strings.Join(result.Messages, "\n  "))
		}
	}
}

// Loading does not count the brackets of shipped files.
func TestShippedPoliciesAreWithinTheLimits(t *testing.T) {
	for _, file := range Files() {
		if diags := policy.CheckSyntax(file); len(diags) > 0 {
			t.Errorf("%v", diags)
		}
	}
}

// What every governed command waits for.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b, Files())
	}
}
