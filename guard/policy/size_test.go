package policy

import (
	"fmt"
	"strings"
	"testing"

	"blastguard/guard"
)

func TestAHundredThousandArgumentsAreDecided(t *testing.T) {
	argv := []string{"rm", "-rf"}
	for i := range 100_000 {
		argv = append(argv, fmt.Sprintf("/srv/data/%d", i))
	}
	set := load(t, commandRM+`policy "p" {
  summary    = "delete ${join(", ", [for p in arg.paths : basename(p)])}"
  applies_to = [command.rm]
  blast_radius "paths" {
    affected = arg.paths
    max      = 5
  }
  confirm {}
}`)
	facts := guard.Facts{}
	asks, _ := set.Decide(request(argv...), []guard.Operation{operation(argv...)}, facts)
	for _, ask := range asks {
		facts[ask.Key] = guard.Fact{Reason: "too many paths"}
	}
	_, decision := set.Decide(request(argv...), []guard.Operation{operation(argv...)}, facts)
	if decision.Effect != guard.Deny || len(decision.Checks) != 1 || decision.Checks[0].Status != guard.Fails {
		t.Errorf("got %s %v %v", decision.Effect, statuses(decision), decision.Problems)
	}
	if !strings.HasPrefix(decision.Summary, "delete 0, 1, 2") {
		t.Errorf("summary %.40q", decision.Summary)
	}
}

func TestAFactMayDescribeThousandsOfPaths(t *testing.T) {
	var objects []any
	for i := range 4000 {
		path := fmt.Sprintf("/srv/logs/2026/%d.log", i)
		objects = append(objects, map[string]any{
			"given": path, "resolved": path, "real": path, "exists": true, "type": "file",
			"device": uint64(1), "inode": uint64(i), "size": int64(1), "links": uint64(1),
		})
	}
	set := load(t, rule(`length([for t in probe.x : t if t.type == "file"]) == 4000`))
	if decision := ordinary().with("exec", is(objects)).run(t, set, "rm", "/a"); decision.Effect != guard.Allow {
		t.Errorf("got %s %+v", decision.Effect, decision.Checks)
	}
}
