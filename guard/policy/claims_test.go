package policy

import (
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

const capacity = `
command "take" {
  program = "take"
  operand "hosts" {
    type     = list(string)
    required = true
  }
}
policy "cap" {
  applies_to = [command.take]
  blast_radius "hosts" {
    affected      = arg.hosts
    total         = 10
    keep_at_least = 6
    settle        = "90s"
    budget {
      key = "all"
      max = 5
      per = "1h"
    }
  }
}
`

func held(n float64) world {
	return ordinary().with("claims", is(map[string]any{"held": n, "holders": []any{"maria, entry 4711, 2 since 12s"}}))
}

func TestWhatOthersHoldCounts(t *testing.T) {
	set := load(t, capacity)
	for _, test := range []struct {
		name  string
		held  float64
		hosts []string
		want  guard.Effect
		fails string
	}{
		{"nobody holds anything", 0, []string{"a", "b", "c", "d"}, guard.Allow, ""},
		{"one too many for the floor", 0, []string{"a", "b", "c", "d", "e"}, guard.Deny, "blast_radius.hosts.keep_at_least fails"},
		{"the same host twice is one", 0, []string{"a", "b", "c", "d", "d"}, guard.Allow, ""},
		{"others leave no room above the floor", 3, []string{"a", "b"}, guard.Deny, "blast_radius.hosts.keep_at_least fails"},
		{"others leave just enough", 2, []string{"a", "b"}, guard.Allow, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := held(test.held).run(t, set, append([]string{"take"}, test.hosts...)...)
			if decision.Effect != test.want || test.fails != "" && !has(decision, test.fails) {
				t.Errorf("got %s, %v", decision.Effect, statuses(decision))
			}
		})
	}
}

func TestAClaimSaysHowMuchOthersMayHold(t *testing.T) {
	decision, asks := held(1).decide(t, load(t, capacity), request("take"), operation("take", "a", "b"))
	if len(decision.Claims) != 2 {
		t.Fatalf("claims: %+v", decision.Claims)
	}
	floor, budget := decision.Claims[0], decision.Claims[1]
	if floor.Kind != guard.FloorClaim || floor.Units != 2 || floor.Room != 2 || floor.Settle != 90*time.Second || floor.Check != "cap.blast_radius.hosts.keep_at_least" {
		t.Errorf("floor: %+v", floor)
	}
	if budget.Kind != guard.BudgetClaim || budget.Units != 2 || budget.Room != 3 || budget.Window != time.Hour || budget.Key != "all" || budget.Unlimited {
		t.Errorf("budget: %+v", budget)
	}
	for _, ask := range asks {
		if ask.Kind == "claims" && ask.Args["policy"] != "cap" {
			t.Errorf("asked %v", ask.Args)
		}
	}
	if want := "2 of 10 hosts (20 %), floor 6, 3 of 5 this hour on this host"; decision.Measures[0].Text != want {
		t.Errorf("measure %q, want %q", decision.Measures[0].Text, want)
	}
}

func TestOneOfSomethingIsSaidInTheSingular(t *testing.T) {
	set := load(t, commandRM+`policy "p" {
  applies_to = [command.rm]
  blast_radius "entries" {
    affected = length(arg.paths)
    max      = 5
  }
}`)
	if decision := ordinary().run(t, set, "rm", "a"); len(decision.Measures) != 1 || decision.Measures[0].Text != "1 entry, at most 5" {
		t.Errorf("measures: %+v", decision.Measures)
	}
}

func TestARefusalNamesTheHolders(t *testing.T) {
	decision := held(4).run(t, load(t, capacity), "take", "a")
	for _, check := range decision.Checks {
		if check.Status == guard.Fails && strings.Contains(check.Message, "maria, entry 4711") {
			return
		}
	}
	t.Errorf("nobody is named: %+v", decision.Checks)
}

func TestTwoOperationsOfOneCommandShareABudget(t *testing.T) {
	decision, _ := held(0).decide(t, load(t, capacity), request("sh"), operation("take", "a", "b"), operation("take", "c", "d"), operation("take", "e", "f"))
	if decision.Effect != guard.Deny || !has(decision, "blast_radius.hosts.budget fails") {
		t.Errorf("got %s, %v", decision.Effect, statuses(decision))
	}
	decision, _ = held(0).decide(t, load(t, capacity), request("sh"), operation("take", "a", "b"), operation("take", "c", "d"))
	if decision.Effect != guard.Allow || len(decision.Claims) != 2 || decision.Claims[0].Units != 4 || decision.Claims[0].Room != 0 {
		t.Errorf("got %s, %+v", decision.Effect, decision.Claims)
	}
}

func TestAClaimThatCannotBeAskedRefuses(t *testing.T) {
	decision := ordinary().with("claims", notKnown("the log is locked")).run(t, load(t, capacity), "take", "a")
	if decision.Effect != guard.Deny || !has(decision, "blast_radius.hosts.budget unknown") {
		t.Errorf("got %s, %v", decision.Effect, statuses(decision))
	}
}

func TestAnOverriddenBudgetIsRecordedWithoutALimit(t *testing.T) {
	set := load(t, strings.Replace(capacity, "affected      =", "enforcement = \"soft-mandatory\"\n affected =", 1))
	r := request("take")
	r.Overrides, r.Reason = []string{"cap.blast_radius.hosts.budget", "cap.blast_radius.hosts.keep_at_least"}, "planned"
	decision, _ := held(4).decide(t, set, r, operation("take", "a", "b"))
	if decision.Effect != guard.Warn || !decision.Claims[0].Unlimited || !decision.Claims[1].Unlimited {
		t.Errorf("got %s, %+v %+v", decision.Effect, decision.Claims, decision.Problems)
	}
}

func TestAnUnreadableListIsCountedFromBelow(t *testing.T) {
	op := operation("take", "a", "b")
	op.Args = append(op.Args, guard.Word{Text: "$X", Reason: "expands when the shell runs"})
	decision, _ := held(0).decide(t, load(t, capacity), request("sh"), op)
	if decision.Effect != guard.Deny || !has(decision, "blast_radius.hosts.budget unknown") {
		t.Errorf("got %s, %v", decision.Effect, statuses(decision))
	}
	op = operation("take", "a", "b", "c", "d", "e", "f")
	op.Args = append(op.Args, guard.Word{Text: "$X", Reason: "expands when the shell runs"})
	decision, _ = held(0).decide(t, load(t, capacity), request("sh"), op)
	if !has(decision, "blast_radius.hosts.budget fails") {
		t.Errorf("got %s, %v", decision.Effect, statuses(decision))
	}
}

// Two claims on one thing take both, and no more room is left than the tighter one leaves.
func TestMergedClaimsKeepTheTighterRoom(t *testing.T) {
	claim := func(key string, units, room float64) guard.Claim {
		return guard.Claim{Kind: guard.FloorClaim, Policy: "p", Block: "b", Key: key, Units: units, Room: room}
	}
	for _, claims := range [][]guard.Claim{
		{claim("k", 2, 8), claim("other", 1, 1), claim("k", 3, 3)},
		{claim("k", 3, 3), claim("other", 1, 1), claim("k", 2, 8)},
	} {
		d := &decider{decision: guard.Decision{Claims: claims}}
		d.mergeClaims()
		got := d.decision.Claims
		// 2 of 10 and 3 of 6: together 5 of 6.
		if len(got) != 2 || got[0].Units != 5 || got[0].Room != 1 || got[1].Units != 1 || got[1].Room != 1 {
			t.Errorf("%+v: %+v", claims, got)
		}
	}
	unlimited := claim("k", 1, 0)
	unlimited.Unlimited = true
	d := &decider{decision: guard.Decision{Claims: []guard.Claim{claim("k", 1, 0), unlimited}}}
	if d.mergeClaims(); len(d.decision.Claims) != 1 || !d.decision.Claims[0].Unlimited {
		t.Errorf("one without a limit: %+v", d.decision.Claims)
	}
}

// max_percent counts from the baseline, where there is one beside the total.
func TestTheShareIsOfTheBaseline(t *testing.T) {
	for _, test := range []struct {
		attributes string
		want       guard.Effect
	}{
		{"total = 10\n baseline = 100", guard.Allow}, {"total = 100\n baseline = 10", guard.Deny},
		{"baseline = 100", guard.Allow}, {"baseline = 10", guard.Deny}, {"total = 100", guard.Allow}, {"total = 10", guard.Deny},
	} {
		set := load(t, "command \"take\" {\n program = \"take\"\n operand \"hosts\" {\n type = list(string)\n }\n}\npolicy \"p\" {\n applies_to = [command.take]\n"+
			" blast_radius \"hosts\" {\n affected = arg.hosts\n max_percent = 15\n "+test.attributes+"\n }\n}\n")
		if got := ordinary().run(t, set, "take", "a", "b"); got.Effect != test.want {
			t.Errorf("2 of %q at most 15 %%: %s, %v", test.attributes, got.Effect, statuses(got))
		}
	}
}

// A request of which no operation is known is not one that nothing governs.
func TestWithoutOperationsItIsDenied(t *testing.T) {
	_, decision := load(t, capacity).Decide(request("take", "a"), nil, guard.Facts{})
	if decision.Effect != guard.Deny || len(decision.Problems) != 1 || !strings.Contains(decision.Problems[0].What, "nothing could be recognised") {
		t.Errorf("%+v", decision)
	}
}
