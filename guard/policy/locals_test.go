package policy

import (
	"testing"
	"time"

	"blastguard/guard"
)

func fileOf(path string, origin guard.Origin, text string) guard.PolicyFile {
	return guard.PolicyFile{Path: path, Origin: origin, Content: text}
}

const localsCommand = "command \"rm\" {\n  program = \"rm\"\n  operand \"paths\" { type = list(string) }\n}\n"

func limitedBy(policy, local string) string {
	return "policy \"" + policy + "\" {\n  applies_to = [command.rm]\n  blast_radius \"paths\" {\n    affected = arg.paths\n    max      = local." + local + "\n  }\n}\n"
}

// Each decides by the value of its own directory.
func TestEachDirectoryHasItsOwnValue(t *testing.T) {
	set, diagnostics := Load([]guard.PolicyFile{
		fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+"locals { most = 5 }\n"+limitedBy("shipped", "most")),
		fileOf("/etc/guard/policies/b.hcl", guard.HostFile, "locals { most = 1 }\n"+limitedBy("host", "most")),
	}, Options{})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	op := guard.Operation{Program: "rm", Args: []guard.Word{{Reading: guard.Literal, Text: "a"}, {Reading: guard.Literal, Text: "b"}}}
	_, decision := set.Decide(guard.Request{}, []guard.Operation{op}, guard.Facts{})
	got := map[string]guard.Status{}
	for _, check := range decision.Checks {
		got[check.Policy] = check.Status
	}
	if got["shipped"] != guard.Passes || got["host"] != guard.Fails {
		t.Errorf("got %v, want shipped to pass (2 of 5), and host to fail (2 of 1)", got)
	}
}

// A set keeps what is the same for every command, and nothing else.
func TestOnlyFixedLocalsAreKept(t *testing.T) {
	set, diagnostics := Load([]guard.PolicyFile{fileOf("/p/a.hcl", guard.UserFile, localsCommand+`
locals {
  two     = 2
  fixed   = local.two * 2
  of_host = host.name == "night" ? 1 : 5
  of_who  = local.of_host + (operator.name == "maria" ? 0 : 0)
  later   = now.hour + local.fixed
}
policy "p" {
  applies_to = [command.rm]
  blast_radius "paths" {
    affected = arg.paths
    max      = local.of_who + local.fixed - 4 + local.later - local.later
  }
}
`)}, Options{})
	if diagnostics.HasErrors() {
		t.Fatal(diagnostics)
	}
	op := guard.Operation{Program: "rm", Args: guard.Lits("a", "b")}
	for i, test := range []struct {
		host string
		want guard.Effect
	}{{"day", guard.Allow}, {"night", guard.Deny}, {"day", guard.Allow}, {"night", guard.Deny}} {
		_, decision := set.Decide(guard.Request{
			Host: guard.Host{Name: test.host}, Operator: guard.Operator{Name: "maria"}, Time: time.Date(2017, 1, 31, i, 0, 0, 0, time.UTC),
		}, []guard.Operation{op}, guard.Facts{})
		if decision.Effect != test.want {
			t.Errorf("%d, on %s: %s, want %s: %+v", i, test.host, decision.Effect, test.want, decision.Checks)
		}
	}
	for name, one := range set.blocks.Dirs[0].Locals {
		if want := name == "two" || name == "fixed"; one.Fixed != want || (one.Value.Load() != nil) != want {
			t.Errorf("local %s: fixed %v, kept %v; want %v", name, one.Fixed, one.Value.Load() != nil, want)
		}
	}
}
