package blocks

import (
	"strings"
	"testing"

	"blastguard/guard"
)

func TestLocalsBelongToTheirDirectory(t *testing.T) {
	shared := "locals { max_entries = 1 }\n"
	for _, test := range []struct {
		name  string
		files []guard.PolicyFile
		want  []string // parts of the errors; none: it loads
	}{
		{"one name in the shipped files, the host's and the user's", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM+shared+limitedBy("shipped", "max_entries")),
			fileOf("/etc/guard/policies/a.hcl", guard.HostFile, shared+limitedBy("host", "max_entries")),
			fileOf("/home/m/.config/guard/policies/a.hcl", guard.UserFile, shared+limitedBy("user", "max_entries")),
		}, nil},
		{"files of one directory share", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, commandRM+shared),
			fileOf("/p/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, nil},
		{"a directory that is called as the shipped files are", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM+shared),
			fileOf("policies/b.hcl", guard.UserFile, shared+limitedBy("b", "max_entries")),
		}, nil},
		{"twice in one directory", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, commandRM+shared),
			fileOf("/p/b.hcl", guard.UserFile, "\n"+shared+limitedBy("b", "max_entries")),
		}, []string{"/p/b.hcl:2: error: local max_entries is declared twice: here and in /p/a.hcl:5"}},
		{"of another directory", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM+shared),
			fileOf("/p/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, []string{"/p/b.hcl:5: error: local max_entries belongs to another directory: policies/a.hcl:5"}},
		{"a local of another directory in a local", []guard.PolicyFile{
			fileOf("/a/a.hcl", guard.UserFile, commandRM+shared),
			fileOf("/b/b.hcl", guard.UserFile, "locals { twice = local.max_entries * 2 }\n"+limitedBy("b", "twice")),
		}, []string{"/b/b.hcl:1: error: local max_entries belongs to another directory: /a/a.hcl:5"}},
		{"a directory below", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, commandRM+shared),
			fileOf("/p/below/b.hcl", guard.UserFile, limitedBy("b", "max_entries")),
		}, []string{"belongs to another directory: /p/a.hcl:5"}},
		{"a policy's own and its directory's", []guard.PolicyFile{
			fileOf("/p/a.hcl", guard.UserFile, commandRM+shared+strings.Replace(limitedBy("b", "max_entries"), "  blast", "  locals { max_entries = 2 }\n  blast", 1)),
		}, []string{"local max_entries is declared twice: here and in /p/a.hcl:5"}},
		{"a policy's own and another directory's", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM+shared),
			fileOf("/p/a.hcl", guard.UserFile, strings.Replace(limitedBy("b", "max_entries"), "  blast", "  locals { max_entries = 2 }\n  blast", 1)),
		}, nil},
		{"a circle in one directory", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM+"locals { a = 1 }\n"),
			fileOf("/p/a.hcl", guard.UserFile, "locals {\n  a = local.b\n  b = local.a\n}\n"+limitedBy("b", "a")),
		}, []string{"these need each other"}},
		{"commands are one namespace", []guard.PolicyFile{
			fileOf("policies/a.hcl", guard.ShippedFile, commandRM),
			fileOf("/p/a.hcl", guard.UserFile, "\n"+commandRM),
		}, []string{"command rm is declared twice: here and in ", "policies/a.hcl:1", "/p/a.hcl:2"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, diagnostics := Load(test.files, nil)
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
