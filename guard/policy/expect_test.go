package policy

import (
	"testing"

	"blastguard/guard"
)

func TestExpectationsWithoutAnyPolicy(t *testing.T) {
	set := load(t, commandRM).WithSettings(Settings{Unmatched: guard.Allow})
	database := func(role any) world {
		return ordinary().with("datadir", is(map[string]any{"found": []any{map[string]any{"role": role}}}))
	}
	for _, test := range []struct {
		name        string
		w           world
		what, value string
		argv        []string
		want        guard.Status
	}{
		{"the host's whole name", ordinary(), "host", "test.example", []string{"rm", "/a"}, guard.Passes},
		{"its first label", ordinary(), "host", "test", []string{"rm", "/a"}, guard.Passes},
		{"another host", ordinary(), "host", "tes", []string{"rm", "/a"}, guard.Fails},
		{"an empty host", ordinary(), "host", "", []string{"rm", "/a"}, guard.Fails},
		{"the role", database("secondary"), "role", "secondary", []string{"rm", "/a"}, guard.Passes},
		{"another role", database("primary"), "role", "secondary", []string{"rm", "/a"}, guard.Fails},
		{"a role that could not be told", database(guard.Unmeasured{Reason: "x"}), "role", "secondary", []string{"rm", "/a"}, guard.Unknown},
		{"no database", ordinary().with("datadir", is(map[string]any{"found": []any{}})), "role", "secondary", []string{"rm", "/a"}, guard.Fails},
		{"a probe that failed", ordinary().with("datadir", notKnown("x")), "role", "secondary", []string{"rm", "/a"}, guard.Unknown},
		{"the role of what nobody describes", database("secondary"), "role", "secondary", []string{"frob", "/a"}, guard.Unknown},
		{"the count", ordinary(), "count", "5", []string{"rm", "/a"}, guard.Passes},
		{"another count", ordinary(), "count", "4", []string{"rm", "/a"}, guard.Fails},
		{"a count that is none", ordinary(), "count", "some", []string{"rm", "/a"}, guard.Fails},
		{"the target", ordinary(), "target", "/work/a", []string{"rm", "a"}, guard.Passes},
		{"another target", ordinary(), "target", "/work/b", []string{"rm", "a"}, guard.Fails},
		{"one of two targets", ordinary(), "target", "/work/a", []string{"rm", "a", "b"}, guard.Fails},
		{"the context", ordinary().with("exec", is([]any{"prod"})), "context", "prod", []string{"kubectl", "delete"}, guard.Passes},
		{"another context", ordinary().with("exec", is([]any{"dev"})), "context", "prod", []string{"kubectl", "delete"}, guard.Fails},
		{"a context that the command chooses", ordinary(), "context", "prod", []string{"kubectl", "--context=dev", "delete"}, guard.Unknown},
		{"a context without a tool", ordinary(), "context", "prod", []string{"rm", "/a"}, guard.Unknown},
		{"the account", ordinary().with("exec", is([]any{"123"})), "account", "123", []string{"aws", "s3", "rb"}, guard.Passes},
		{"a name that nothing knows", ordinary(), "hots", "test", []string{"rm", "/a"}, guard.Fails},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request(test.argv...)
			r.Expect = []guard.Expectation{{Name: test.what, Value: test.value}}
			decision, _ := test.w.decide(t, set, r, operation(test.argv...))
			if len(decision.Checks) != 1 || decision.Checks[0].Status != test.want {
				t.Fatalf("got %+v", decision.Checks)
			}
			if got := decision.Checks[0].ID(); got != "expect."+test.what {
				t.Errorf("it is called %s", got)
			}
			if (decision.Effect == guard.Allow) != (test.want == guard.Passes) {
				t.Errorf("the decision is %s", decision.Effect)
			}
		})
	}
}

func TestPoliciesMayKnowAndRequireExpectations(t *testing.T) {
	set := load(t, commandRM+`policy "p" {
  applies_to     = [command.rm]
  require_expect = ["host", "ticket"]
  rule "ticket" {
    condition = startswith(expect.ticket, "OPS-")
  }
}`)
	for _, test := range []struct {
		name   string
		expect []guard.Expectation
		want   guard.Effect
	}{
		{"all stated", []guard.Expectation{{Name: "host", Value: "test"}, {Name: "ticket", Value: "OPS-1"}}, guard.Allow},
		{"one wrong", []guard.Expectation{{Name: "host", Value: "test"}, {Name: "ticket", Value: "X"}}, guard.Deny},
		{"one missing", []guard.Expectation{{Name: "ticket", Value: "OPS-1"}}, guard.Deny},
		{"none", nil, guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := request("rm")
			r.Expect = test.expect
			if decision, _ := ordinary().decide(t, set, r, operation("rm", "/a")); decision.Effect != test.want {
				t.Errorf("got %s %+v", decision.Effect, decision.Checks)
			}
		})
	}
}
