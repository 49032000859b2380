package policy

import (
	"strings"
	"testing"

	"blastguard/guard"
)

const skippable = commandRM + `
policy "limit" {
  applies_to = [command.rm]
  probe "tree" "below" { paths = arg.paths }
  blast_radius "entries" {
    affected    = probe.below.entries
    max         = 3
    enforcement = "soft-mandatory"
  }
}
policy "databases" {
  applies_to = [command.rm]
  when       = length(probe.db.found) > 0
  probe "datadir" "db" { paths = arg.paths }
  rule "none" { condition = false }
}
policy "server" {
  applies_to = [command.rm]
  probe "datadir" "db" { paths = arg.paths }
  rule "found" { condition = length(probe.db.found) == 0 }
  confirm {}
}
`

func skipped(guard.Ask) guard.Fact {
	return guard.Fact{Skipped: true, Reason: "not searched to the end"}
}

// A fact that was skipped is neither known nor unknown: what needs it is not decided, and
// the refusal that made it needless stands alone, with the way out that is its own.
func TestASkippedFactAddsNothing(t *testing.T) {
	decision := ordinary().with("datadir", skipped).run(t, load(t, skippable), "rm", "/a")
	if got := strings.Join(statuses(decision), ", "); got != "blast_radius.entries.max fails" || decision.Effect != guard.Deny {
		t.Errorf("%s: %s", decision.Effect, got)
	}
	if len(decision.Problems) != 0 || len(decision.Confirmations) != 0 {
		t.Errorf("%+v", decision)
	}
	if ids := decision.Overridable(); len(ids) != 1 || ids[0] != "limit.blast_radius.entries.max" {
		t.Errorf("what may be overridden: %v", ids)
	}
	if len(decision.Remarks) != 1 || decision.Remarks[0] != "not searched to the end" {
		t.Errorf("remarks: %q", decision.Remarks)
	}
}

// Where nothing else refuses, what was not measured does.
func TestASkippedFactLetsNothingRun(t *testing.T) {
	few := func(guard.Ask) guard.Fact {
		return guard.Fact{Known: true, Value: map[string]any{"entries": int64(1), "files": int64(1), "directories": int64(0), "bytes": nil, "mounts": []any{}, "open": []any{}}}
	}
	decision := ordinary().with("tree", few).with("datadir", skipped).run(t, load(t, skippable), "rm", "/a")
	if decision.Effect != guard.Deny || len(decision.Problems) == 0 || len(decision.Overridable()) != 0 {
		t.Errorf("%s: %v, %v", decision.Effect, statuses(decision), decision.Problems)
	}
	r := request("rm", "/a")
	r.Overrides, r.Reason = []string{"limit.blast_radius.entries.max"}, "it is mine"
	decision, _ = ordinary().with("datadir", skipped).decide(t, load(t, skippable), r, operation("rm", "/a"))
	if decision.Effect != guard.Deny || len(decision.Problems) == 0 {
		t.Errorf("with the override: %s: %v, %v", decision.Effect, statuses(decision), decision.Problems)
	}
}

const copying = `
command "replaced" {
  on = "replace"
  flag "from" {
    type    = list(string)
    default = []
  }
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}
command "put" {
  program   = "put"
  otherwise = "harmless"
  operand "sources" { type = list(string) }
  operand "to" {
    does = "replace"
    from = "sources"
  }
}
policy "no" {
  applies_to = [command.replaced]
  rule "no" { condition = !contains(arg.paths, "/srv/to") }
}
`

// A check settles a decision only when nothing that is still asked can change it: not when
// it is overridden, not an expectation, and not while it is open which paths are hit.
func TestSkippedNothingBeforeItIsSettled(t *testing.T) {
	settled := func(set *Set, r guard.Request, facts guard.Facts, ops ...guard.Operation) ([]string, []guard.Ask) {
		asks, decision := set.Decide(r, ops, facts)
		return decision.Settled, asks
	}
	always := load(t, commandRM+"policy \"p\" {\n  applies_to = [command.rm]\n  rule \"r\" {\n    condition   = false\n    enforcement = \"soft-mandatory\"\n  }\n}\n")
	if got, _ := settled(always, request("rm", "/a"), nil, operation("rm", "/a")); len(got) != 1 || got[0] != "p.rule.r" {
		t.Errorf("a rule that fails: %v", got)
	}
	r := request("rm", "/a")
	r.Overrides, r.Reason = []string{"p.rule.r"}, "test"
	if got, _ := settled(always, r, nil, operation("rm", "/a")); len(got) != 0 {
		t.Errorf("an overridden one: %v", got)
	}
	r = request("rm", "/a")
	r.Expect = []guard.Expectation{{Name: "host", Value: "elsewhere"}}
	if got, _ := settled(load(t, commandRM), r, nil, operation("rm", "/a")); len(got) != 0 {
		t.Errorf("an expectation: %v", got)
	}
	// Into a directory the file goes under its own name, and then /srv/to is not replaced.
	copies := load(t, copying)
	got, asks := settled(copies, request("put", "a", "/srv/to"), guard.Facts{}, operation("put", "a", "/srv/to"))
	if len(got) != 0 || len(asks) == 0 {
		t.Errorf("while it is open whether it is a directory: %v, %d asked", got, len(asks))
	}
	if decision := ordinary().run(t, copies, "put", "a", "/srv/to"); has(decision, "rule.no fails") {
		t.Errorf("into a directory: %v", statuses(decision))
	}
}
