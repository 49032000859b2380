package approve

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// What is printed to be typed decides as the command did: with its policies, its
// expectations and what it overrides already.
func TestTheAdviceHasTheFlagsOfTheCommand(t *testing.T) {
	report := guard.Report{
		Request: guard.Request{
			Argv: []string{"rm", "-rf", "/srv/a b"}, Deciding: []string{"--policies", "/my limits", "--no-shipped"}, Running: []string{"--as", "deploy"},
			Expect:    []guard.Expectation{{Name: "host", Value: "db2"}},
			Overrides: []string{"p.rule.a"}, Reason: "ticket 7",
		},
		Decision: guard.Decision{
			Effect: guard.Deny, Summary: "delete",
			Checks: []guard.Check{{Policy: "p", Name: "rule.b", Status: guard.Fails, Level: guard.SoftMandatory, Effect: guard.Deny}},
		},
	}
	flags := `--policies '/my limits' --no-shipped`
	text := Refusal(report, Style{})
	for _, want := range []string{
		"guard --as deploy " + flags + ` --expect host=db2 --override p.rule.a --override p.rule.b --reason 'ticket 7' -- rm -rf '/srv/a b'`,
		"guard check --trace " + flags + ` --expect host=db2 --override p.rule.a --reason 'ticket 7' -- rm -rf '/srv/a b'`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	report.Decision.NeedsRoot = true
	if want := "sudo guard --as deploy " + flags + ` --expect host=db2 --override p.rule.a --reason 'ticket 7' -- rm -rf '/srv/a b'`; !strings.Contains(Refusal(report, Style{}), want) {
		t.Errorf("no %s in\n%s", want, Refusal(report, Style{}))
	}
	report.OnlyChecked = true
	if want := "sudo guard check " + flags + ` --expect host=db2 --override p.rule.a --reason 'ticket 7' -- rm -rf '/srv/a b'`; !strings.Contains(Refusal(report, Style{}), want) {
		t.Errorf("no %s in\n%s", want, Refusal(report, Style{}))
	}
}

// A secret in a flag is not printed, as it is not in the command.
func TestTheAdviceHidesSecrets(t *testing.T) {
	report := guard.Report{
		Request:  guard.Request{Argv: []string{"rm", "a"}, Overrides: []string{"p.rule.a"}, Reason: "it is S3cretT0ken99"},
		Decision: guard.Decision{Effect: guard.Deny, Secrets: []string{"S3cretT0ken99"}},
	}
	if text := Refusal(report, Style{}); strings.Contains(text, "S3cret") || !strings.Contains(text, "--reason") {
		t.Errorf("got\n%s", text)
	}
}
