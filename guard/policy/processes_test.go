package policy

import (
	"testing"

	"blastguard/guard"
)

const killing = `
command "kill" {
  program = "kill"
  operand "processes" {
    type   = list(string)
    target = "process"
  }
}
policy "p" {
  applies_to = [command.kill]
  confirm { type = host.name }
}
`

func TestAProcessIsShownWithWhatItIs(t *testing.T) {
	set := load(t, killing)
	for _, test := range []struct {
		name   string
		answer func(guard.Ask) guard.Fact
		want   string
	}{
		{"known", is([]any{map[string]any{"exists": true, "name": "post\x1bgres", "user": "maria", "since": "2026-11-20T06:49:21Z"}}),
			`post\x1bgres of user maria since 2026-11-20T06:49:21Z`},
		{"in part", is([]any{map[string]any{"exists": true, "name": "sleep", "user": guard.Unmeasured{}, "since": guard.Unmeasured{}}}),
			"sleep of user not known since not known"},
		{"not to be looked at", is([]any{map[string]any{"name": guard.Unmeasured{Reason: "it may not be looked at"}}}), "not known: it may not be looked at"},
		{"gone", is([]any{map[string]any{"exists": false}}), "no such process"},
		{"not measured", notKnown("it hangs"), "not known: it hangs"},
		{"another answer", is("x"), "not known: the answer does not fit the question"},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().with("process", test.answer).run(t, set, "kill", "4711")
			if decision.Effect != guard.Confirm || len(decision.Targets) != 1 || decision.Targets[0].Given != "4711" || decision.Targets[0].Detail != test.want {
				t.Errorf("got %s %+v %v", decision.Effect, decision.Targets, decision.Problems)
			}
		})
	}
}

func TestAnotherProcessOfTheSameNumberIsAChange(t *testing.T) {
	set := load(t, killing)
	at := func(since string) guard.Decision {
		return ordinary().with("process", is([]any{map[string]any{"exists": true, "name": "sleep", "user": "maria", "since": since}})).run(t, set, "kill", "4711")
	}
	if changes := guard.Changes(at("2026-11-20T06:49:21Z"), at("2026-11-20T06:49:21Z")); len(changes) != 0 {
		t.Errorf("the same: %v", changes)
	}
	if changes := guard.Changes(at("2026-11-20T06:49:21Z"), at("2026-11-20T06:50:00Z")); len(changes) != 1 {
		t.Errorf("another one: %v", changes)
	}
}

func TestANumberBelowAnotherNamespaceIsNotLookedUp(t *testing.T) {
	op := operation("kill", "4711")
	op.Via = []string{"unshare --pid --fork"}
	decision, _ := ordinary().decide(t, load(t, killing), request("unshare", "--pid", "--fork", "kill", "4711"), op)
	if len(decision.Targets) != 1 || decision.Targets[0].Detail != "not known: "+otherNumbers {
		t.Errorf("got %+v", decision.Targets)
	}
}
