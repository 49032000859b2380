package policy

import (
	"testing"

	"blastguard/guard"
)

// The headline is what decides says, whatever else the line does.
func TestTheSummaryIsOfWhatDecides(t *testing.T) {
	set := load(t, commandRM+`
policy "passes" {
  summary    = "look at ${join(" ", arg.paths)}"
  applies_to = [command.rm]
  rule "r" { condition = true }
}
policy "asks" {
  summary    = "delete ${join(" ", arg.paths)}"
  applies_to = [command.rm]
  when       = arg.paths[0] != "/small" && arg.paths[0] != "/quiet"
  confirm { type = host.name }
}
policy "asks quietly" {
  applies_to = [command.rm]
  when       = arg.paths[0] == "/quiet"
  confirm { type = host.name }
}
policy "refuses" {
  summary    = "lose ${join(" ", arg.paths)}"
  applies_to = [command.rm]
  when       = arg.paths[0] == "/all"
  rule "r" { condition = false }
}`)
	for _, test := range []struct {
		ops  []guard.Operation
		want string
	}{
		{[]guard.Operation{operation("rm", "/small")}, "look at /small"},
		{[]guard.Operation{operation("rm", "/a")}, "delete /a"},
		{[]guard.Operation{operation("rm", "/small"), operation("rm", "/a"), operation("rm", "/b")}, "delete /a"},
		{[]guard.Operation{operation("rm", "/a"), operation("rm", "/all")}, "lose /all"},
		{[]guard.Operation{operation("rm", "/small"), operation("unheard", "of")}, "no policy governs unheard"},
		{[]guard.Operation{operation("rm", "")}, "rm ''"},
		{[]guard.Operation{operation("rm", "/small"), operation("rm", "/quiet")}, "look at /quiet"}, // the one that asks says nothing
	} {
		decision, _ := ordinary().decide(t, set, request("sh"), test.ops...)
		if decision.Summary != test.want {
			t.Errorf("%v: %q, want %q (%s)", test.ops, decision.Summary, test.want, decision.Effect)
		}
	}
}
