package policy

import (
	"testing"

	"blastguard/guard"
)

func TestOverridesLiftAllOrNothing(t *testing.T) {
	soft := guard.Check{Policy: "p", Name: "rule.soft", Status: guard.Fails, Level: guard.SoftMandatory}
	other := guard.Check{Policy: "p", Name: "rule.other", Status: guard.Fails, Level: guard.SoftMandatory}
	hard := guard.Check{Policy: "p", Name: "rule.hard", Status: guard.Fails}
	for _, test := range []struct {
		name      string
		foresight Foresight
		overrides []string
		want      bool
	}{
		{"nothing refuses", Foresight{}, nil, true},
		{"its own", Foresight{Checks: []guard.Check{soft}}, []string{"p.rule.soft"}, true},
		{"none was given", Foresight{Checks: []guard.Check{soft}}, nil, false},
		{"one of two", Foresight{Checks: []guard.Check{soft, other}}, []string{"p.rule.soft"}, false},
		{"a check that has none", Foresight{Checks: []guard.Check{hard}}, []string{"p.rule.hard"}, false},
		{"a problem beside it", Foresight{Checks: []guard.Check{soft}, Problems: []guard.Problem{{What: "x"}}}, []string{"p.rule.soft"}, false},
	} {
		if got := test.foresight.LiftedBy(test.overrides); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}

func TestAnOverrideOfWhatHasNoneIsSaidAtTheCheck(t *testing.T) {
	checks := []guard.Check{
		{Policy: "p", Name: "rule.hard", Status: guard.Fails, Message: "no"},
		{Policy: "p", Name: "rule.bare", Status: guard.Fails},
		{Policy: "p", Name: "rule.fine", Status: guard.Passes},
		{Policy: "p", Name: "rule.soft", Status: guard.Fails, Level: guard.SoftMandatory, Message: "perhaps"},
		{Policy: "p", Name: "rule.unnamed", Status: guard.Fails, Message: "never"},
	}
	SayHard(checks, []string{"p.rule.hard", "p.rule.bare", "p.rule.fine", "p.rule.soft"})
	for i, want := range []string{"no; " + cannotBeOverridden, cannotBeOverridden, "", "perhaps", "never"} {
		if checks[i].Message != want {
			t.Errorf("%s: %q, want %q", checks[i].Name, checks[i].Message, want)
		}
	}
}
