package policy

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// A probe's program sees the world of the operation: another account is another answer.
func TestProbesGetTheVariablesOfTheOperation(t *testing.T) {
	text := strings.Replace(rule(`probe.x == "staging"`), `decode = "json"`, `decode = "text"
    env    = ["CLUSTER"]`, 1)
	set := load(t, text)
	w := ordinary().with("exec", func(ask guard.Ask) guard.Fact {
		for _, variable := range ask.Env {
			if value, found := strings.CutPrefix(variable, "CLUSTER="); found {
				return guard.Fact{Known: true, Value: value}
			}
		}
		return guard.Fact{Known: true, Value: "none"}
	})
	r := request("rm", "/a")
	r.Env = []string{"CLUSTER=staging", "AWS_PROFILE=x", "OTHER=y"}
	in := func(complete bool, variables ...string) guard.Operation {
		op := operation("rm", "/a")
		op.Env, op.EnvComplete = map[string]string{}, complete
		for _, variable := range variables {
			name, value, _ := strings.Cut(variable, "=")
			op.Env[name] = value
		}
		return op
	}
	for _, test := range []struct {
		ops  []guard.Operation
		want guard.Effect
	}{
		{[]guard.Operation{in(true, r.Env...)}, guard.Allow},
		{[]guard.Operation{in(true, "CLUSTER=prod")}, guard.Deny},
		{[]guard.Operation{in(true)}, guard.Deny},
		{[]guard.Operation{in(false)}, guard.Deny}, // behind sudo
		{[]guard.Operation{in(false, "CLUSTER=staging", "AWS_PROFILE=x")}, guard.Allow},
		{[]guard.Operation{in(false, "CLUSTER=staging")}, guard.Deny},                          // AWS_PROFILE is set in the text
		{[]guard.Operation{in(true, "CLUSTER=staging"), in(true, "CLUSTER=prod")}, guard.Deny}, // two questions
	} {
		if decision, asks := w.decide(t, set, r, test.ops...); decision.Effect != test.want {
			t.Errorf("%v: got %s, want %s: %+v %v", test.ops, decision.Effect, test.want, decision.Checks, asks)
		}
	}
}
