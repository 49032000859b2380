package approve

import (
	"errors"
	"strings"
	"testing"

	"blastguard/guard"
)

func primary() guard.Report {
	return guard.Report{
		Request: guard.Request{Argv: []string{"rm", "-Rvf", "/var/opt/gitlab/postgresql/data"}},
		Verdict: guard.Rejected,
		Decision: guard.Decision{
			Summary: "delete /var/opt/gitlab/postgresql/data",
			Checks: []guard.Check{
				{Policy: "data-directory", Name: "role", Status: guard.Fails, Value: "primary", Limit: "must be secondary", Pos: "policies/postgres.hcl:12",
					Evidence: []string{"asked PostgreSQL 15 on port 5432 (pid 812), which says this is its data directory"}},
				{Policy: "data-directory", Name: "backup", Status: guard.Fails, Value: "12 B", Limit: "at least 100 GB", Pos: "policies/postgres.hcl:18"},
				{Policy: "data-directory", Name: "passes", Status: guard.Passes, Effect: guard.Allow},
			},
			Confirmations: []guard.Confirmation{{Text: "never-printed", Show: true}},
		},
	}
}

func TestRefusalsSoundAsAgreed(t *testing.T) {
	unknown := primary()
	unknown.Decision.Checks[0] = guard.Check{Policy: "data-directory", Name: "role", Status: guard.Unknown, Level: guard.SoftMandatory, Pos: "policies/postgres.hcl:12",
		Message: `no answer on port 5432 in 3 s; the control file says "in production"`}
	several := primary()
	several.Decision.Checks[1].Policy = "files"
	several.Decision.Checks[1].Name = `rule.a[b c]`
	several.Decision.Checks[1].Level = guard.SoftMandatory
	problem := primary()
	problem.Decision.Checks = nil
	problem.Decision.Problems = []guard.Problem{{What: "the command cannot be read: unmatched '", Next: "quote it", Pos: "x.hcl:1"}}
	declined := guard.Report{Verdict: guard.Declined, Why: "nobody typed the text within 5 minutes", Entry: 4711}
	failed := guard.Report{Err: errors.New("rm.hcl:1: no\nrm.hcl:2: nor this\n")}
	missing := guard.Report{Err: &guard.NotRunnable{Program: "rn", Missing: true}}
	hostileReport := primary()
	hostileReport.Decision.Summary = "\x1b[2Jgone"
	hostileReport.Decision.Checks[0].Evidence = []string{"\x1b]0;x\x07"}
	for name, report := range map[string]guard.Report{
		"measured": primary(), "unknown": unknown, "several": several, "problem": problem,
		"declined": declined, "failed": failed, "missing": missing, "hostile": hostileReport,
	} {
		t.Run(name, func(t *testing.T) {
			got := Refusal(report, Style{Width: 110})
			golden(t, "refusal-"+name, got)
			narrow := Refusal(report, Style{Width: 60})
			golden(t, "refusal-"+name+"-narrow", narrow)
			for _, text := range []string{got, narrow} {
				if strings.Contains(text, "never-printed") || strings.Contains(text, "\x1b") {
					t.Errorf("a text to type or an escape sequence is in it:\n%s", text)
				}
			}
		})
	}
}

func TestBadAndUnknownLookDifferent(t *testing.T) {
	bad, unknown := primary(), primary()
	unknown.Decision.Checks[0].Status = guard.Unknown
	style := Style{Color: true, Dark: true}
	if a, b := Refusal(bad, style), Refusal(unknown, style); !strings.Contains(b, "not known: ") || strings.Contains(a, "not known: ") {
		t.Errorf("measured:\n%s\nunknown:\n%s", a, b)
	}
}

func TestWarningNamesWhatDoesNotPass(t *testing.T) {
	report := guard.Report{Decision: standby().Decision}
	golden(t, "warning", Warning(report, Style{Width: 110}))
	report.Decision.Checks = report.Decision.Checks[:2]
	if got := Warning(report, Style{}); got != "" {
		t.Errorf("nothing to warn of, but: %s", got)
	}
}
