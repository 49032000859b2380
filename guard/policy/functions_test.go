package policy

import (
	"testing"

	"blastguard/guard"
)

// Conditions with functions: only one that is known to be true lets the command run.
func TestFunctions(t *testing.T) {
	for condition, want := range map[string]guard.Effect{
		`length({ a = 1, b = probe.x.unknown }) == 2`:               guard.Allow,
		`length(probe.x.unknown) == 0`:                              guard.Deny,
		`length("ab") == 2`:                                         guard.Deny,
		`length(null) == 0`:                                         guard.Deny,
		`strcontains("abc", "bc")`:                                  guard.Allow,
		`!strcontains("abc", "x")`:                                  guard.Allow,
		`!strcontains(arg.paths[0], "/a")`:                          guard.Deny,
		`!strcontains(5, "5")`:                                      guard.Deny,
		`!strcontains(null, "x")`:                                   guard.Deny,
		`!strcontains(probe.x.unknown, "x")`:                        guard.Deny,
		`trimprefix("v1", "v") == "1"`:                              guard.Allow,
		`trimprefix("1v", "v") == "1v"`:                             guard.Allow,
		`trimsuffix("a.b.b", ".b") == "a.b"`:                        guard.Allow,
		`trimsuffix(probe.x.unknown, "x") != ""`:                    guard.Deny,
		`cidrcontains("10.0.0.0/8", "10.9.8.7")`:                    guard.Allow,
		`cidrcontains("10.0.0.0/8", "10.1.0.0/16")`:                 guard.Allow,
		`!cidrcontains("10.1.0.0/16", "10.0.0.0/8")`:                guard.Allow,
		`!cidrcontains("10.0.0.0/8", "11.0.0.1")`:                   guard.Allow,
		`cidrcontains("fd00::/8", "fd12::1")`:                       guard.Allow,
		`!cidrcontains("10.0.0.0/8", "fd12::1")`:                    guard.Deny, // of another version: no answer
		`!cidrcontains("0.0.0.0/0", "::ffff:10.0.0.1")`:             guard.Deny,
		`!cidrcontains("10.0.0.0", "10.0.0.1")`:                     guard.Deny,
		`!cidrcontains("10.0.0.0/8", "010.0.0.1")`:                  guard.Deny,
		`!cidrcontains("10.0.0.0/8", "fe80::1%eth0")`:               guard.Deny,
		`!cidrcontains("10.0.0.0/8", probe.x.unknown)`:              guard.Deny,
		`regex("v([0-9]+)", "db-v15")[0] == "15"`:                   guard.Allow,
		`regex("[0-9]+", "db-v15") == "15"`:                         guard.Allow,
		`regex("(?P<n>[0-9]+)", "db-v15").n == "15"`:                guard.Allow,
		`regex("(a)|(b)", "b")[0] == null`:                          guard.Allow,
		`regex("x", "db-v15") == null`:                              guard.Deny,
		`length(regexall("x", "db-v15")) == 0`:                      guard.Allow,
		`length(regexall("(", "db-v15")) == 0`:                      guard.Deny,
		`length(regexall("x", probe.x.unknown)) == 0`:               guard.Deny,
		`length(regexall("(?P<a>x)(y)", "z")) == 0`:                 guard.Deny,
		`regexall("(?P<a>.)", "xy")[1].a == "y"`:                    guard.Allow,
		`sort(["b", "a"])[0] == "a"`:                                guard.Allow,
		`sort([10, 9])[0] == 9`:                                     guard.Allow,
		`length(sort([])) == 0`:                                     guard.Allow,
		`length(sort(["a", 1])) == 2`:                               guard.Deny,
		`length(sort(["a", null])) == 2`:                            guard.Deny,
		`length(sort([probe.x.unknown])) == 1`:                      guard.Deny,
		`sum(range(5)) == 10`:                                       guard.Allow,
		`sum(range(1, 5, 2)) == 4`:                                  guard.Allow,
		`length(range(3, 0)) == 3`:                                  guard.Allow,
		`length(range(0)) == 0`:                                     guard.Allow,
		`length(range(1024)) == 1024`:                               guard.Allow,
		`length(range(1025)) > 0`:                                   guard.Deny,
		`length(range(0, 1, 0)) == 0`:                               guard.Deny,
		`length(range(0, 1, 1, 1)) > 0`:                             guard.Deny,
		`length(range("3")) > 0`:                                    guard.Deny,
		`length(toset(["a", "a", "b"])) == 2`:                       guard.Allow,
		`length(toset("a")) == 1`:                                   guard.Deny,
		`length(setsubtract(["a", "b"], ["b"])) == 1`:               guard.Allow,
		`length(setsubtract([1], ["1"])) == 1`:                      guard.Allow, // texts are no numbers
		`length(setsubtract(["a"], null)) == 1`:                     guard.Deny,
		`length(setsubtract(["a"], [probe.x.unknown])) == 1`:        guard.Deny, // it may be "a"
		`length(setsubtract([probe.x.unknown], ["a"])) <= 1`:        guard.Deny,
		`length(setintersection(["a"], [probe.x.unknown])) == 0`:    guard.Deny,
		`length(setunion(["a"], ["a", "b"])) == 2`:                  guard.Allow,
		`length(setintersection(["a", "b", "b"], ["b", "c"])) == 1`: guard.Allow,
		`lookup({ a = 1 }, "a", 0) == 1`:                            guard.Allow,
		`lookup({ a = 1 }, "b", 0) == 0`:                            guard.Allow,
		`lookup(probe.x, "unknown", "none") == "none"`:              guard.Deny, // it is there, and not known
		`lookup(probe.x.unknown, "a", 0) == 0`:                      guard.Deny,
		`lookup(null, "a", 0) == 0`:                                 guard.Deny,
		`lookup({ a = 1 }, probe.x.unknown, 0) == 0`:                guard.Deny,
		`lookup(["a"], 0, 0) == 0`:                                  guard.Deny,
	} {
		w := ordinary().with("exec", is(map[string]any{"unknown": guard.Unmeasured{Reason: "no answer"}}))
		set, diagnostics := Load([]guard.PolicyFile{file("a.hcl", ruleByLocal(condition))}, Options{Kinds: kinds()})
		if diagnostics.HasErrors() {
			t.Errorf("%s: %v", condition, diagnostics)
			continue
		}
		if decision, _ := w.decide(t, set, request("x"), operation("rm", "/srv/a")); decision.Effect != want {
			t.Errorf("%s: got %s, want %s: %+v", condition, decision.Effect, want, decision.Checks)
		}
	}
}
