package policy

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// randomPolicy is a policy for rm with a random set of blocks.
func randomPolicy(r *rand.Rand, name string) string {
	pick := func(all ...string) string { return all[r.IntN(len(all))] }
	level := func() string {
		return pick("", "enforcement = \"advisory\"\n", "enforcement = \"soft-mandatory\"\n", "enforcement = \"hard-mandatory\"\n")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "policy %q {\n applies_to = [command.rm]\n %s", name, level())
	b.WriteString(pick("", "", "when = probe.x.yes\n", "when = probe.x.no\n", "when = probe.x.unknown\n", "when = probe.x.number\n"))
	b.WriteString("probe \"exec\" \"x\" {\n argv = [\"x\"]\n }\n")
	for i := range 1 + r.IntN(3) {
		switch r.IntN(4) {
		case 0:
			fmt.Fprintf(&b, "rule \"r%d\" {\n condition = probe.x.%s\n %s}\n", i, pick("yes", "no", "unknown", "number"), level())
		case 1:
			fmt.Fprintf(&b, "blast_radius \"u%d\" {\n affected = probe.x.%s\n max = %d\n %s}\n", i, pick("number", "unknown", "list"), r.IntN(9), level())
		case 2:
			fmt.Fprintf(&b, "blast_radius \"v%d\" {\n affected = probe.x.number\n total = 10\n keep_at_least = %d\n budget {\n max = %d\n per = \"1h\"\n }\n %s}\n", i, r.IntN(9), r.IntN(9), level())
		case 3:
			b.WriteString(pick("", fmt.Sprintf("confirm {\n type = %q\n }\n", "t"+name), "confirm {}\n"))
			fmt.Fprintf(&b, "rule \"s%d\" {\n condition = true\n}\n", i)
		}
	}
	return b.String() + "}\n"
}

func anything() world {
	return ordinary().with("exec", is(map[string]any{
		"yes": true, "no": false, "unknown": guard.Unmeasured{Reason: "x"}, "number": int64(3), "list": []any{"a", "b"},
	}))
}

func TestMorePolicyNeverLoosens(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		few := []string{commandRM, randomPolicy(r, "a")}
		more := append(append([]string{}, few...), randomPolicy(r, "b"))
		before := anything().run(t, load(t, few...), "rm", "/a")
		after := anything().run(t, load(t, more...), "rm", "/a")
		if after.Effect > before.Effect {
			t.Fatalf("seed %d: from %s to %s by adding\n%s", seed, before.Effect, after.Effect, more[2])
		}
		if len(after.Confirmations) < len(before.Confirmations) && after.Effect != guard.Deny {
			t.Fatalf("seed %d: a confirmation is gone", seed)
		}
	}
}

// forget makes one part of a value unknown.
func forget(plain any, r *rand.Rand) any {
	switch v := plain.(type) {
	case map[string]any:
		if len(v) == 0 || r.IntN(4) == 0 {
			return guard.Unmeasured{Reason: "forgotten"}
		}
		names := slices.Sorted(maps.Keys(v))
		changed := map[string]any{}
		for name, part := range v {
			changed[name] = part
		}
		name := names[r.IntN(len(names))]
		changed[name] = forget(v[name], r)
		return changed
	case []any:
		if len(v) == 0 || r.IntN(4) == 0 {
			return guard.Unmeasured{Reason: "forgotten"}
		}
		changed := append([]any{}, v...)
		i := r.IntN(len(v))
		changed[i] = forget(v[i], r)
		return changed
	default:
		return guard.Unmeasured{Reason: "forgotten"}
	}
}

// TestUnknownNeverAllows: a command that runs unasked with all facts known
// never does so with a fact less, unless what was forgotten is not looked at.
func TestUnknownNeverAllows(t *testing.T) {
	set := load(t, commandRM+`policy "p" {
  applies_to = [command.rm]
  when       = probe.x.applies
  probe "exec" "x" {
    argv = ["x"]
  }
  role {
    for_each       = probe.x.servers
    of             = each.value
    must_be        = ["secondary", "replica"]
    max_lag        = "1m"
    upstream_alive = true
  }
  backup {
    of       = probe.x.backup
    max_age  = "24h"
    min_size = "50%"
  }
  blast_radius "hosts" {
    affected      = probe.x.hosts
    total         = probe.x.total
    max           = 5
    max_percent   = 50
    keep_at_least = probe.x.floor
    budget {
      max = probe.x.budget
      per = "1h"
    }
  }
  rule "all" {
    condition = alltrue([for s in probe.x.servers : s.lag < 10]) && contains(probe.x.hosts, "a") && probe.x.total != 3 && (probe.x.floor > 9 || probe.x.total > 2)
  }
}`)
	server := func() any { return map[string]any{"role": "secondary", "lag": int64(4), "upstream_alive": true} }
	fact := map[string]any{
		"applies": true, "servers": []any{server(), server()}, "hosts": []any{"a", "b"}, "total": int64(10), "floor": int64(3), "budget": int64(5),
		"backup": map[string]any{"time": blocks.TestRequest().Time.Unix(), "bytes": int64(100), "previous": []any{int64(100)}},
	}
	if decision := ordinary().with("exec", is(fact)).run(t, set, "rm", "/a"); decision.Effect != guard.Allow {
		t.Fatalf("the whole case is %s: %+v", decision.Effect, decision.Checks)
	}
	for seed := range uint64(500) {
		changed := forget(fact, rand.New(rand.NewPCG(seed, 2)))
		if object, ok := changed.(map[string]any); ok {
			if _, whenOnly := object["applies"].(guard.Unmeasured); whenOnly {
				continue // then it applies, and every check was measured
			}
		}
		decision := ordinary().with("exec", is(changed)).run(t, set, "rm", "/a")
		if decision.Effect > guard.Deny {
			t.Fatalf("seed %d: %s with %v", seed, decision.Effect, changed)
		}
	}
	for _, kind := range []string{"exec", "claims"} {
		if decision := ordinary().with("exec", is(fact)).with(kind, notKnown("forgotten")).run(t, set, "rm", "/a"); decision.Effect > guard.Deny {
			t.Errorf("%s with %s forgotten", decision.Effect, kind)
		}
	}
}

func TestTestsWithAForgottenProbeNeverAllow(t *testing.T) {
	text := designFile(t)
	set := load(t, text)
	for _, test := range set.blocks.Tests {
		if test.Expect == guard.Deny {
			continue
		}
		for name := range test.Given.Probes {
			kept := test.Given.Probes[name]
			test.Given.Probes[name] = lang.UnknownValue("forgotten")
			result := set.test(test, recognise)
			if result.Got != guard.Deny {
				t.Errorf("%q without %s: %s", test.Name, name, result.Got)
			}
			test.Given.Probes[name] = kept
		}
	}
}
