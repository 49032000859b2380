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
