package docs_test

import (
	"os"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/approve"
)

// TestTheReadmesPanelIsThatOfTheProgram: what the README shows is what is drawn.
func TestTheReadmesPanelIsThatOfTheProgram(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	passes := func(policy, name, value, limit string) guard.Check {
		return guard.Check{Policy: policy, Name: name, Status: guard.Passes, Effect: guard.Allow, Value: value, Limit: limit}
	}
	panel := approve.Panel(guard.Question{
		Request: guard.Request{
			Argv: []string{"rm", "-rf", "old-releases"}, Dir: "/srv",
			Operator: guard.Operator{Name: "root"}, Account: guard.Account{Known: true, Name: "root"}, Host: guard.Host{Name: "db2"},
		},
		Decision: guard.Decision{
			Effect: guard.Confirm, Summary: "delete old-releases",
			Checks: []guard.Check{
				passes("protected-paths", "rule.protected", "", ""), passes("protected-paths", "rule.vital", "", ""),
				passes("delete", "rule.home", "", ""),
				passes("delete", "rule.home of others", "", ""), passes("delete", "rule.one file system", "", ""),
				passes("delete", "blast_radius.entries.max", "41210", "at most 100000"),
			},
			Confirmations: []guard.Confirmation{{Text: "db2:/srv/old-releases", Show: true}},
			Targets:       []guard.Target{{Given: "old-releases", Resolved: "/srv/old-releases", Detail: "directory"}},
			Measures:      []guard.Measure{{Policy: "delete", Unit: "entries", Text: "41210 entries, at most 100000"}},
		},
		PolicyLine: "aa55d7f2: 8 shipped, 0 in /etc/guard",
		LogLine:    "/var/lib/guard/audit.db",
	}, 80, 30, approve.Style{})
	for _, line := range strings.Split(panel, "\n") {
		if !strings.Contains(string(text), strings.TrimRight(line, " ")+"\n") {
			t.Errorf("the README has no line %q of\n%s", line, panel)
		}
	}
}
