package policy

import (
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
)

// roleOf is a policy for rm with one role block over the exec probe x.
func roleOf(attributes string) string {
	return commandRM + `policy "p" {
  applies_to = [command.rm]
  probe "exec" "x" {
    argv = ["x"]
  }
  role {
    of      = probe.x
    must_be = "secondary"
` + attributes + `
  }
}
`
}

func TestLevelsAndOverrides(t *testing.T) {
	secondary := map[string]any{"role": "secondary", "lag": int64(4), "upstream_alive": true}
	primary := map[string]any{"role": "primary", "lag": nil, "upstream_alive": nil}
	for _, test := range []struct {
		name     string
		role     string
		fact     func(guard.Ask) guard.Fact
		override string
		reason   string
		want     guard.Effect
	}{
		{"a secondary passes", "", is(secondary), "", "", guard.Allow},
		{"a primary does not", "", is(primary), "", "", guard.Deny},
		{"what is not known does not", "", notKnown("x"), "", "", guard.Deny},
		{"hard-mandatory cannot be overridden", "", is(primary), "p.role", "because", guard.Deny},
		{"soft-mandatory denies", `enforcement = "soft-mandatory"`, is(primary), "", "", guard.Deny},
		{"soft-mandatory can be overridden", `enforcement = "soft-mandatory"`, is(primary), "p.role", "because", guard.Warn},
		{"not without a reason", `enforcement = "soft-mandatory"`, is(primary), "p.role", " ", guard.Deny},
		{"not by another name", `enforcement = "soft-mandatory"`, is(primary), "p.roles", "because", guard.Deny},
		{"an override of what passes is a remark", `enforcement = "soft-mandatory"`, is(secondary), "p.role", "because", guard.Allow},
		{"one of what no policy has is a mistake", `enforcement = "soft-mandatory"`, is(secondary), "p.rolf", "because", guard.Deny},
		{"advisory warns", `enforcement = "advisory"`, is(primary), "", "", guard.Warn},
		{"advisory warns of what is not known", `enforcement = "advisory"`, notKnown("x"), "", "", guard.Warn},
		{"on_unknown lets not known be overridden", `on_unknown = "soft-mandatory"`, notKnown("x"), "p.role", "because", guard.Warn},
		{"and measured bad not", `on_unknown = "soft-mandatory"`, is(primary), "p.role", "because", guard.Deny},
		{"measured bad counts before not known", "on_unknown = \"soft-mandatory\"\nmax_lag = \"1s\"", is(map[string]any{"role": "primary", "lag": guard.Unmeasured{Reason: "x"}}), "p.role", "because", guard.Deny},
		{"a lag within the limit", `max_lag = "5s"`, is(secondary), "", "", guard.Allow},
		{"a lag over the limit", `max_lag = 3`, is(secondary), "", "", guard.Deny},
		{"a lag that does not apply", `max_lag = "5s"`, is(map[string]any{"role": "secondary", "lag": nil}), "", "", guard.Deny},
		{"a living upstream", `upstream_alive = true`, is(secondary), "", "", guard.Allow},
		{"a dead upstream", `upstream_alive = true`, is(map[string]any{"role": "secondary", "upstream_alive": false}), "", "", guard.Deny},
		{"an upstream nobody asked", `upstream_alive = true`, is(map[string]any{"role": "secondary", "upstream_alive": guard.Unmeasured{}}), "", "", guard.Deny},
		{"a role that is null", "", is(map[string]any{"role": nil}), "", "", guard.Deny},
		{"a role of another type", "", is(map[string]any{"role": true}), "", "", guard.Deny},
		{"no role at all", "", is(map[string]any{}), "", "", guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request("rm", "/a")
			if test.override != "" {
				r.Overrides, r.Reason = []string{test.override}, test.reason
			}
			decision, _ := ordinary().with("exec", test.fact).decide(t, load(t, roleOf(test.role)), r, operation("rm", "/a"))
			if decision.Effect != test.want {
				t.Errorf("got %s, want %s: %+v %+v", decision.Effect, test.want, decision.Checks, decision.Problems)
			}
		})
	}
}

func TestAnOverrideNeverRemovesTheConfirmation(t *testing.T) {
	set := load(t, strings.Replace(roleOf(`enforcement = "soft-mandatory"`), "applies_to", "confirm {}\n applies_to", 1))
	r := request("rm", "/a")
	r.Overrides, r.Reason = []string{"p.role"}, "because"
	decision, _ := ordinary().with("exec", is(map[string]any{"role": "primary"})).decide(t, set, r, operation("rm", "/a"))
	if decision.Effect != guard.Confirm || decision.Confirmations[0].Text != "primary test.example:/a" || !decision.Checks[0].Overridden {
		t.Errorf("got %s %+v", decision.Effect, decision.Confirmations)
	}
}

func TestBackups(t *testing.T) {
	backup := func(attributes string) string {
		return strings.Replace(roleOf(""), "role {\n    of      = probe.x\n    must_be = \"secondary\"", "backup {\n of = probe.x\n"+attributes, 1)
	}
	now := blocks.TestRequest().Time.Unix()
	for _, test := range []struct {
		name, attributes string
		fact             any
		want             string
	}{
		{"new and large", "max_age = \"24h\"\nmin_size = \"100GB\"", map[string]any{"time": now - 3600, "bytes": int64(3e11)}, "backup passes"},
		{"of twelve bytes", "max_age = \"24h\"\nmin_size = \"100GB\"", map[string]any{"time": now - 3600, "bytes": int64(12)}, "backup fails"},
		{"too old", `max_age = "24h"`, map[string]any{"time": now - 90000}, "backup fails"},
		{"from the future", `max_age = "24h"`, map[string]any{"time": now + 90000}, "backup unknown"},
		{"none at all", `max_age = "24h"`, map[string]any{"time": nil, "bytes": int64(0)}, "backup fails"},
		{"a time that could not be told", `max_age = "24h"`, map[string]any{"time": guard.Unmeasured{}, "bytes": int64(1)}, "backup unknown"},
		{"half of its predecessor", `min_size = "50%"`, map[string]any{"time": now, "bytes": int64(50), "previous": []any{int64(100), int64(1)}}, "backup passes"},
		{"less than half of its predecessor", `min_size = "50%"`, map[string]any{"time": now, "bytes": int64(49), "previous": []any{int64(100)}}, "backup fails"},
		{"without a predecessor", `min_size = "50%"`, map[string]any{"time": now, "bytes": int64(49), "previous": []any{}}, "backup unknown"},
		{"as empty as its predecessor", `min_size = "50%"`, map[string]any{"time": now, "bytes": int64(0), "previous": []any{int64(0)}}, "backup unknown"},
		{"from so far in the future that nanoseconds overflow", `max_age = "24h"`, map[string]any{"time": time.Unix(now-3600+18446744073, 0), "bytes": int64(1)}, "backup unknown"},
		{"a size without sense", `min_size = probe.x.least`, map[string]any{"time": now, "bytes": int64(49), "least": "many"}, "backup error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().with("exec", is(test.fact)).run(t, load(t, backup(test.attributes)), "rm", "/a")
			if !has(decision, test.want) {
				t.Errorf("got %+v", decision.Checks)
			}
		})
	}
	decision := ordinary().with("exec", is(map[string]any{"time": now, "bytes": int64(12)})).run(t, load(t, backup(`min_size = "100GB"`)), "rm", "/a")
	if check := decision.Checks[0]; check.Value != "12 B" || check.Limit != "at least 100 GB" || !strings.HasPrefix(check.Pos, "a.hcl:") {
		t.Errorf("shown as %+v", check)
	}
}

func TestWhichChecksMayEverBeOverridden(t *testing.T) {
	for _, test := range []struct {
		attributes, id string
		declared, can  bool
	}{
		{"", "p.role", true, false},
		{"", "p.roles", false, false},
		{`enforcement = "soft-mandatory"`, "p.role", true, true},
		{`enforcement = "soft-mandatory"`, "p.role[db]", true, true},
		{`enforcement = "advisory"`, "p.role", true, true},
		{`on_unknown = "soft-mandatory"`, "p.role", true, true},
	} {
		declared, can := load(t, roleOf(test.attributes)).Overridable(test.id)
		if declared != test.declared || can != test.can {
			t.Errorf("%s %s: got %v %v", test.attributes, test.id, declared, can)
		}
	}
	if declared, can := (*Set)(nil).Overridable("p.role"); declared || can {
		t.Error("no set has a check")
	}
}
