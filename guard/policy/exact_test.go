package policy

import (
	"encoding/json"
	"fmt"
	"testing"

	"blastguard/guard"
)

const justOverFive = "5.0000000000000000000001"

// Whatever limit it is, and wherever the number comes from: a little more is more.
func TestALittleMoreIsMore(t *testing.T) {
	const frame = commandRM + `
command "take" {
  program = "take"
  operand "n" { type = number }
}
policy "p" {
  applies_to = [command.take]
  probe "exec" "x" {
    argv   = ["x"]
    decode = "json"
  }
  %s
}
`
	radius := func(limits string) string { return "blast_radius \"u\" {\n" + limits + "\n}" }
	for _, test := range []struct {
		name string
		body string
		fact any
		arg  string
		want guard.Status
	}{
		{"max, exactly", radius("affected = arg.n\nmax = 5"), 0.0, "5", guard.Passes},
		{"max, of the command", radius("affected = arg.n\nmax = 5"), 0.0, justOverFive, guard.Fails},
		{"max, written out", radius("affected = " + justOverFive + "\nmax = 5"), 0.0, "1", guard.Fails},
		{"max, measured", radius("affected = probe.x\nmax = 5"), json.Number(justOverFive), "1", guard.Fails},
		{"a limit with many digits", radius("affected = probe.x\nmax = " + justOverFive), json.Number(justOverFive), "1", guard.Passes},
		{"a tenth is a tenth", radius("affected = probe.x\nmax = 0.1"), 0.1, "1", guard.Passes},
		{"a tenth of the command", radius("affected = arg.n\nmax = 0.1"), 0.0, "0.1", guard.Passes},
		{"three tenths", radius("affected = arg.n + 0.2\nmax = 0.3"), 0.0, "0.1", guard.Passes},
		{"a percentage with a fraction", radius("affected = 3\ntotal = 3000\nmax_percent = 0.1"), 0.0, "1", guard.Passes},
		{"a percentage, a little more", radius("affected = probe.x\ntotal = 50\nmax_percent = 10"), json.Number(justOverFive), "1", guard.Fails},
		{"the floor, exactly", radius("affected = 5\ntotal = 10\nkeep_at_least = 5"), 0.0, "1", guard.Passes},
		{"the floor, a little more", radius("affected = arg.n\ntotal = 10\nkeep_at_least = 5"), 0.0, justOverFive, guard.Fails},
		{"the floor, a total that is a little less", radius("affected = 5\ntotal = probe.x\nkeep_at_least = 5"), json.Number("9.9999999999999999999999"), "1", guard.Fails},
		{"a budget", radius("affected = arg.n\nbudget {\n max = 5\n per = \"1h\"\n}"), 0.0, justOverFive, guard.Fails},
		{"large numbers", radius("affected = probe.x\nmax = 9007199254740992"), int64(9007199254740993), "1", guard.Fails},
		{"a rule", "rule \"r\" { condition = arg.n <= 5 }", 0.0, justOverFive, guard.Fails},
		{"a rule on a measured number", "rule \"r\" { condition = probe.x <= 5 }", json.Number(justOverFive), "1", guard.Fails},
		{"a rule on a tenth", "rule \"r\" { condition = probe.x == 0.1 }", 0.1, "1", guard.Passes},
		{"a sum of tenths", "rule \"r\" { condition = probe.x + 0.2 == 0.3 }", 0.1, "1", guard.Passes},
		{"equal", "rule \"r\" { condition = arg.n == 5 }", 0.0, justOverFive, guard.Fails},
		{"max()", "rule \"r\" { condition = max(arg.n, 5) <= 5 }", 0.0, justOverFive, guard.Fails},
		{"min()", "rule \"r\" { condition = min(arg.n, 6) <= 5 }", 0.0, justOverFive, guard.Fails},
		{"ceil()", "rule \"r\" { condition = ceil(arg.n) <= 5 }", 0.0, justOverFive, guard.Fails},
		{"floor()", "rule \"r\" { condition = floor(probe.x) == 5 }", json.Number("5.9999999999999999999999"), "1", guard.Passes},
		{"floor() below zero", "rule \"r\" { condition = floor(-0.5) == -1 && ceil(-0.5) == 0 }", 0.0, "1", guard.Passes},
		{"sum()", "rule \"r\" { condition = sum([arg.n, 0]) <= 5 }", 0.0, justOverFive, guard.Fails},
		{"abs()", "rule \"r\" { condition = abs(0 - arg.n) <= 5 }", 0.0, justOverFive, guard.Fails},
		{"contains()", "rule \"r\" { condition = contains([5], arg.n) }", 0.0, justOverFive, guard.Fails},
		{"distinct()", "rule \"r\" { condition = length(distinct([5, arg.n])) == 2 }", 0.0, justOverFive, guard.Passes},
		{"jsondecode()", "rule \"r\" { condition = jsondecode(\"" + justOverFive + "\") <= 5 }", 0.0, "1", guard.Fails},
		{"tostring()", "rule \"r\" { condition = tostring(arg.n) == \"" + justOverFive + "\" }", 0.0, justOverFive, guard.Passes},
	} {
		t.Run(test.name, func(t *testing.T) {
			set := load(t, fmt.Sprintf(frame, test.body))
			decision := ordinary().with("exec", is(test.fact)).run(t, set, "take", test.arg)
			if len(decision.Checks) != 1 || decision.Checks[0].Status != test.want {
				t.Errorf("got %+v %v, want %s", decision.Checks, decision.Problems, test.want)
			}
		})
	}
}

// What a probe is asked with is what the command would be given.
func TestAProbeIsGivenAllDigits(t *testing.T) {
	set := load(t, `
command "take" {
  program = "take"
  operand "n" { type = number }
}
policy "p" {
  applies_to = [command.take]
  probe "exec" "x" { argv = ["x", arg.n] }
  rule "r" { condition = probe.x }
}
`)
	for _, n := range []string{justOverFive, "5.0004", "1.23456", "1000000"} {
		_, asks := ordinary().with("exec", is(true)).decide(t, set, request("take"), operation("take", n))
		if got := asks[0].Args["argv"].([]any)[1]; got != n {
			t.Errorf("asked with %v, want %s", got, n)
		}
	}
}

// A claim is rounded to the side that refuses.
func TestAClaimIsNeverLess(t *testing.T) {
	decision := ordinary().run(t, load(t, `
command "take" {
  program = "take"
  operand "n" { type = number }
}
policy "p" {
  applies_to = [command.take]
  blast_radius "u" {
    affected = arg.n
    budget {
      max = 6
      per = "1h"
    }
  }
}
`), "take", justOverFive)
	if claim := decision.Claims[0]; claim.Units <= 5 || claim.Room >= 1 {
		t.Errorf("got %v units and room for %v", claim.Units, claim.Room)
	}
}
