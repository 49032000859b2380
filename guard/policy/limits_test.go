package policy

import (
	"fmt"
	"strings"
	"testing"

	"blastguard/guard"
)

func TestALargeLocalIsAnError(t *testing.T) {
	text := rule(`length(local.big) > 0 || true`) + "locals {\n  a = \"${now.unix}" + strings.Repeat("x", 400_000) + "\"\n  b   = \"${local.a}${local.a}\"\n  c   = \"${local.b}${local.b}\"\n  big = split(\",\", \"${local.c}${local.c}${local.c}\")\n}\n"
	decision := ordinary().run(t, load(t, text), "rm", "/a")
	if !has(decision, "rule.r error") || decision.Effect != guard.Deny {
		t.Errorf("got %v", statuses(decision))
	}
}

func TestALongDecisionIsDenied(t *testing.T) {
	set := load(t, rule("true"))
	block := make(chan bool)
	defer close(block)
	_, decision := set.decideWithin(1, func() *decider { <-block; return nil })
	if decision.Effect != guard.Deny || len(decision.Problems) != 1 {
		t.Errorf("got %+v", decision)
	}
	_, decision = set.decideWithin(maxDecision, func() *decider { panic("boom") })
	if decision.Effect != guard.Deny || !strings.Contains(fmt.Sprint(decision.Problems), "boom") {
		t.Errorf("got %+v", decision)
	}
}

func TestHugeTextsAreNotMade(t *testing.T) {
	long := "a/" + strings.Repeat("x", 50_000)
	for _, condition := range []string{
		`replace(arg.paths[0], "x", arg.paths[0]) != ""`,
		`join(arg.paths[0], [for c in split("x", arg.paths[0]) : "y"]) != ""`,
	} {
		decision := ordinary().run(t, load(t, rule(condition)), "rm", long)
		if !has(decision, "rule.r error") {
			t.Errorf("%s: got %v", condition, statuses(decision))
		}
	}
}
