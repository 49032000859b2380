package policy

import (
	"testing"

	"blastguard/guard"
)

// The expression language rewrites decomposed characters, and JSON replaces
// bytes that are no UTF-8. Neither may make two paths one.

const (
	composed   = "/srv/caf\u00e9"
	decomposed = "/srv/cafe\u0301"
)

func TestADecomposedNameIsNotTakenForAnother(t *testing.T) {
	set := load(t, rule(`arg.paths[0] == "`+composed+`"`))
	if decision := ordinary().run(t, set, "rm", composed); decision.Effect != guard.Allow {
		t.Errorf("the composed name: %s", decision.Effect)
	}
	if decision := ordinary().run(t, set, "rm", decomposed); !has(decision, "rule.r unknown") {
		t.Errorf("the decomposed name: %v", statuses(decision))
	}
	set = load(t, rule(`contains(target.resolved, "`+composed+`")`))
	if decision := ordinary().run(t, set, "rm", decomposed); !has(decision, "rule.r unknown") {
		t.Errorf("its resolved path: %v", statuses(decision))
	}
	decision := ordinary().run(t, load(t, asking("")), "rm", decomposed)
	if decision.Effect != guard.Confirm || decision.Confirmations[0].Text == "test.example:"+decomposed {
		t.Errorf("got %s %+v", decision.Effect, decision.Confirmations)
	}
}

func TestPathsThatDifferInABadByteAreTwoQuestionsAndTwoTargets(t *testing.T) {
	key := func(path string) string {
		return keyOf(guard.Ask{Kind: "tree", Args: map[string]any{"paths": []any{path}}})
	}
	if key("/a\xff") == key("/a\xfe") || key("/a\xff") == key("/a\ufffd") {
		t.Error("two paths have the same key")
	}
	set := load(t, capacity)
	if decision := held(0).run(t, set, "take", "\xfa", "\xfb", "\xfc", "\xfd", "\xfe"); decision.Effect != guard.Deny {
		t.Errorf("five targets are counted as fewer: %s %+v", decision.Effect, decision.Measures)
	}
}

func TestAnOpaqueOperationIsStillGoverned(t *testing.T) {
	op := operation("rm", "/a")
	op.Opaque = "an unknown flag of sudo"
	decision, _ := ordinary().decide(t, load(t, rule(`length(arg.paths) < 5`)), request("sudo"), op)
	if decision.Effect != guard.Deny || !has(decision, "rule.r unknown") {
		t.Errorf("got %s %v", decision.Effect, statuses(decision))
	}
}
