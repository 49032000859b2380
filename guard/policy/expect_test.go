package policy

import (
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

const identities = `
identity "context" {
  program   = ["kubectl", "helm"]
  argv      = ["kubectl", "config", "current-context"]
  chosen_by = ["--context"]
}
identity "account" {
  program = ["aws", "sam"]
  argv    = ["aws", "account"]
}
identity "account" {
  program = "gcloud"
  argv    = ["gcloud", "account"]
  timeout = "2s"
}
`

func TestExpectationsWithoutAnyPolicy(t *testing.T) {
	set := load(t, commandRM, identities).WithSettings(Settings{Unmatched: guard.Allow})
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

// A company says of its own tool how to find out where it acts.
func TestIdentities(t *testing.T) {
	set := load(t, commandRM, identities, `identity "pool" {
  program = "poolctl"
  argv    = ["poolctl", "whoami"]
}`)
	expect := func(name string, ops ...guard.Operation) (guard.Check, []guard.Ask) {
		r := request(ops[0].Program)
		r.Expect = []guard.Expectation{{Name: name, Value: "web"}}
		decision, asks := ordinary().with("exec", is([]any{"web"})).decide(t, set, r, ops...)
		for _, check := range decision.Checks {
			if check.Policy == expectPolicy {
				return check, asks
			}
		}
		t.Fatalf("no check in %+v", decision)
		return guard.Check{}, nil
	}
	if check, asks := expect("pool", operation("poolctl", "drain")); check.Status != guard.Passes || len(asks) == 0 || asks[0].Timeout != 10*time.Second {
		t.Errorf("%+v, asked %+v", check, asks)
	}
	if _, asks := expect("account", operation("gcloud", "x")); len(asks) == 0 || asks[0].Timeout != 2*time.Second {
		t.Errorf("asked %+v", asks)
	}
	if check, _ := expect("account", operation("aws", "x"), operation("gcloud", "y")); check.Status != guard.Unknown || !strings.Contains(check.Message, "several programs") {
		t.Errorf("of two tools: %+v", check)
	}
	if check, _ := expect("contxt", operation("kubectl", "x")); check.Status != guard.Fails || !strings.Contains(check.Message, "did you mean context") {
		t.Errorf("a typo: %+v", check)
	}
}

func TestWrongIdentities(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"without a program": {`identity "a" { argv = ["x"] }`, "program"},
		"without argv":      {`identity "a" { program = "x" }`, "argv"},
		"an empty argv":     {"identity \"a\" {\n program = \"x\"\n argv = []\n}", "empty list"},
		"guard's own name":  {"identity \"role\" {\n program = \"x\"\n argv = [\"x\"]\n}", "cannot be called role"},
		"one program twice": {"identity \"a\" {\n program = \"x\"\n argv = [\"x\"]\n}\nidentity \"a\" {\n program = [\"y\", \"x\"]\n argv = [\"y\"]\n}", "declared twice"},
		"no time":           {"identity \"a\" {\n program = \"x\"\n argv = [\"x\"]\n timeout = 0\n}", "above zero"},
		"a variable":        {"identity \"a\" {\n program = \"x\"\n argv = [host.name]\n}", "host"},
	} {
		if _, diags := Load([]guard.PolicyFile{{Path: "x.hcl", Content: test.text}}, Options{}); !diags.HasErrors() || !strings.Contains(diags.Error(), test.want) {
			t.Errorf("%s: %v, want %q", name, diags, test.want)
		}
	}
}
