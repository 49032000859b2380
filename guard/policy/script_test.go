package policy

import (
	"testing"
	"time"

	"blastguard/guard"
)

// script.began is null for what is no step of a script.
func TestWhenTheScriptOfAStepBegan(t *testing.T) {
	set := load(t, commandRM+`
policy "p" {
  applies_to = [command.rm]
  rule "r" { condition = script.began == null ? true : script.began > 1500000000.2 }
}
`)
	for _, test := range []struct {
		name  string
		began time.Time
		want  guard.Effect
	}{
		{"no script", time.Time{}, guard.Allow},
		{"a later one", time.UnixMicro(1500000000_300000), guard.Allow},
		{"an earlier one", time.UnixMicro(1500000000_100000), guard.Deny},
	} {
		r := request("rm", "/a")
		r.Began = test.began
		if decision, _ := ordinary().decide(t, set, r, operation("rm", "/a")); decision.Effect != test.want {
			t.Errorf("%s: got %s, want %s", test.name, decision.Effect, test.want)
		}
	}
}
