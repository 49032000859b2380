package policy

import (
	"strings"
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

func TestLocalsBelongToTheirDirectory(t *testing.T) {
	shared := "locals { max_entries = 1 }\n"
	for _, test := range []struct {
		name  string
		files []guard.PolicyFile
		want  []string // parts of the errors; none: it loads
	}{
		{"one name in the shipped files, the host's and the user's", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+shared+limitedBy("shipped", "max_entries")),
			fileOf("/etc/guard/policies/a.hcl", guard.HostFile, shared+limitedBy("host", "max_entries")),
			fileOf("/home/m/.config/guard/policies/a.hcl", guard.UserFile, shared+limitedBy("user", "max_entries")),
		}, nil},
		{"files of one directory share", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, localsCommand+shared),
			fileOf("/p/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, nil},
		{"a directory that is called as the shipped files are", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+shared),
			fileOf("policies/b.hcl", guard.UserFile, shared+limitedBy("b", "max_entries")),
		}, nil},
		{"twice in one directory", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, localsCommand+shared),
			fileOf("/p/b.hcl", guard.UserFile, "\n"+shared+limitedBy("b", "max_entries")),
		}, []string{"/p/b.hcl:2: error: local max_entries is declared twice: here and in /p/a.hcl:5"}},
		{"of another directory", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+shared),
			fileOf("/p/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, []string{"/p/b.hcl:5: error: local max_entries belongs to another directory: policies/a.hcl:5"}},
		{"a local of another directory in a local", []guard.PolicyFile{
			fileOf("/a/a.hcl", guard.UserFile, localsCommand+shared),
			fileOf("/b/b.hcl", guard.UserFile, "locals { twice = local.max_entries * 2 }\n"+limitedBy("b", "twice")),
		}, []string{"/b/b.hcl:1: error: local max_entries belongs to another directory: /a/a.hcl:5"}},
		{"a directory below", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, localsCommand+shared),
			fileOf("/p/below/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, []string{"belongs to another directory: /p/a.hcl:5"}},
		{"a policy's own and its directory's", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, localsCommand+shared+strings.Replace(limitedBy("b", "max_entries"), "  blast", "  locals { max_entries = 2 }\n  blast", 1)),
		}, []string{"local max_entries is declared twice: here and in /p/a.hcl:5"}},
		{"a policy's own and another directory's", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+shared),
			fileOf("/p/a.hcl", guard.UserFile, strings.Replace(limitedBy("b", "max_entries"), "  blast", "  locals { max_entries = 2 }\n  blast", 1)),
		}, nil},
		{"a circle in one directory", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand+"locals { a = 1 }\n"),
			fileOf("/p/a.hcl", guard.UserFile, "locals {\n  a = local.b\n  b = local.a\n}\n"+limitedBy("b", "a")),
		}, []string{"these need each other"}},
		{"commands are one namespace", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, localsCommand),
			fileOf("/p/a.hcl", guard.UserFile, "\n"+localsCommand),
		}, []string{"command rm is declared twice: here and in ", "policies/a.hcl:1", "/p/a.hcl:2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, diagnostics := Load(test.files, Options{})
			if len(test.want) == 0 && diagnostics.HasErrors() {
				t.Fatal(diagnostics)
			}
			for _, want := range test.want {
				if !strings.Contains(diagnostics.Error(), want) {
					t.Errorf("got:\n%v\nwant %q", diagnostics, want)
				}
			}
		})
	}
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
