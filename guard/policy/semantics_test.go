package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

func TestWhatIsNotKnownDoesNotPass(t *testing.T) {
	low := int64(10001)
	part := func(p guard.Unmeasured) map[string]any {
		return map[string]any{"n": p, "sure": int64(3), "list": []any{int64(1), p}}
	}
	some := is(part(guard.Unmeasured{Reason: "no answer"}))
	for _, test := range []struct {
		name      string
		condition string
		fact      func(guard.Ask) guard.Fact
		want      guard.Status
	}{
		{"a probe that failed", "probe.x.n > 1", notKnown("no answer"), guard.Unknown},
		{"a part that could not be told", "probe.x.n > 1", some, guard.Unknown},
		{"the other part stands", "probe.x.sure > 1", some, guard.Passes},
		{"its negation", "!(probe.x.n > 1)", some, guard.Unknown},
		{"true && unknown", "true && probe.x.n > 1", some, guard.Unknown},
		{"false && unknown", "false && probe.x.n > 1", some, guard.Fails},
		{"unknown && false", "probe.x.n > 1 && false", some, guard.Fails},
		{"true || unknown", "true || probe.x.n > 1", some, guard.Passes},
		{"false || unknown", "false || probe.x.n > 1", some, guard.Unknown},
		{"a condition that chooses", "probe.x.n > 1 ? true : true", some, guard.Unknown},
		{"a list with an unknown part", "contains(probe.x.list, 7)", some, guard.Unknown},
		{"a list where it is found anyway", "contains(probe.x.list, 1)", some, guard.Passes},
		{"all of a list", "alltrue([for n in probe.x.list : n > 0])", some, guard.Unknown},
		{"a list that is filtered by it", "length([for n in probe.x.list : n if n > 0]) < 5", some, guard.Unknown},
		{"the length of a list of known length", "length(probe.x.list) == 2", some, guard.Passes},
		{"equality with null", "probe.x.n == null", some, guard.Unknown},
		{"inequality with null", "probe.x.n != null", some, guard.Unknown},
		{"equality with itself", "probe.x.n == probe.x.n", some, guard.Unknown},
		{"a text with it", `"a${probe.x.n}" == "b"`, some, guard.Unknown},
		{"counted past the limit", "probe.x.n <= 10000", is(part(guard.Unmeasured{AtLeast: &low})), guard.Fails},
		{"counted to below the limit", "probe.x.n <= 20000", is(part(guard.Unmeasured{AtLeast: &low})), guard.Unknown},
		{"a fact that is too large", "length(probe.x) > 0", is(slices.Repeat([]any{int64(1)}, lang.MaxElements+1)), guard.Unknown},
		{"a fact of a type nobody knows", "probe.x == probe.x", is(struct{}{}), guard.Unknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().with("exec", test.fact).run(t, load(t, rule(test.condition)), "rm", "/a")
			if len(decision.Checks) != 1 || decision.Checks[0].Status != test.want {
				t.Fatalf("got %v, want %s: %+v", statuses(decision), test.want, decision.Checks)
			}
			if passes := test.want == guard.Passes; passes != (decision.Effect == guard.Allow) {
				t.Errorf("the decision is %s", decision.Effect)
			}
		})
	}
}

func TestTheReasonOfAnUnknownIsSaid(t *testing.T) {
	decision := ordinary().with("exec", notKnown("no answer on port 5432 in 3s")).run(t, load(t, rule("probe.x.n > 1")), "rm", "/a")
	if got := decision.Checks[0]; got.Value != "not known" || !strings.Contains(got.Message, "port 5432") {
		t.Errorf("got value %q, message %q", got.Value, got.Message)
	}
}

func TestTheStrictestEffectWins(t *testing.T) {
	policy := func(name, body string) string {
		return fmt.Sprintf("policy %q {\n  applies_to = [command.rm]\n%s\n}\n", name, body)
	}
	passing := policy("passes", "rule \"r\" {\n condition = true\n}")
	failing := policy("fails", "rule \"r\" {\n condition = false\n}")
	advisory := policy("advises", "enforcement = \"advisory\"\nrule \"r\" {\n condition = false\n}")
	confirming := policy("asks", "confirm {}")
	for _, test := range []struct {
		name  string
		files []string
		want  guard.Effect
	}{
		{"all checks pass", []string{passing}, guard.Allow},
		{"an advisory one warns", []string{passing, advisory}, guard.Warn},
		{"a confirmation beats a warning", []string{passing, advisory, confirming}, guard.Confirm},
		{"a refusal beats all", []string{passing, advisory, confirming, failing}, guard.Deny},
		{"in any order", []string{failing, passing, confirming, advisory}, guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().run(t, load(t, append([]string{commandRM}, test.files...)...), "rm", "/a")
			if decision.Effect != test.want {
				t.Errorf("got %s, want %s: %+v", decision.Effect, test.want, decision.Problems)
			}
		})
	}
}

func TestOneBadOperationRefusesTheWholeCommand(t *testing.T) {
	set := load(t, commandRM+`policy "p" {
  applies_to = [command.rm]
  rule "r" {
    condition = !inside("/etc", arg.paths)
  }
}`)
	decision, _ := ordinary().decide(t, set, request("sh"), operation("rm", "/a"), operation("rm", "/etc"), operation("rm", "/b"))
	if decision.Effect != guard.Deny {
		t.Errorf("got %s", decision.Effect)
	}
}

func TestAnErrorDoesNotPass(t *testing.T) {
	fact := is(map[string]any{"count": int64(300), "text": "300", "nothing": nil, "list": []any{int64(1), "a"}})
	for _, condition := range []string{
		"probe.x.misspelt > 5 || true",
		"true || probe.x.misspelt > 5",
		"!(probe.x.misspelt > 5 && false)",
		"!(false && probe.x.misspelt > 5)",
		`probe.x.count != probe.x.text`,
		`!(probe.x.count == probe.x.text)`,
		`probe.x.text > 5`,
		`-probe.x.text < 5`,
		`!contains(probe.x.list, 7)`,
		`probe.x.nothing != null && probe.x.nothing < 5 || true`,
		`probe.x.count / 0 > 1 || true`,
		`length(probe.x.nothing) == 0`,
		`"text"`,
		`null`,
		`1`,
		`probe.x.nothing`,
		`alltrue([])`,
		`alltrue([for n in [] : n > 5])`,
		`element([1], 1) == 1`,
		`one([]) == null`,
		`sum(["1"]) == 1`,
		`max("1e999999999", 1) > 1`,
		`tonumber("1e999999999") > 1`,
		`format("%9999999s", "a") != ""`,
	} {
		t.Run(condition, func(t *testing.T) {
			decision := ordinary().with("exec", fact).run(t, load(t, ruleByLocal(condition)), "rm", "/a")
			if decision.Effect != guard.Deny || !has(decision, "rule.r error") {
				t.Errorf("got %s, %v: %+v", decision.Effect, statuses(decision), decision.Checks)
			}
		})
	}
}

func TestMisspeltNamesAreFoundAtLoadAlsoWhereNobodyGets(t *testing.T) {
	for _, test := range []struct{ condition, want string }{
		{"true || lenght(arg.paths) > 1", "did you mean length?"},
		{"true ? true : probe.y.n > 1", "no probe called y"},
		{"true || arg.path == null", "did you mean paths?"},
		{"true || locl.x", "did you mean local?"},
		{"true || local.x", "no local is called x"},
		{"true || user.nme == null", "did you mean name?"},
		{"true || each.value", "each is only known"},
		{"true || length() > 1", "length() takes 1 argument, here are 0"},
		{"true || try(1, 2)", "no function is called try"},
		{"true || coalesce(1, 2) == 1", "no function is called coalesce"},
		{"true || merge({}, {}) == null", "no function is called merge"},
		{`true || unknown("x")`, "no function is called unknown"},
		{"true || host == null", "host stands alone"},
		{"length(arg.paths[*]) == 0", "no part of the language"},
		{"alltrue([for a in [1] : alltrue([for b in [1] : true])])", "a for inside a for"},
		{`"%{ if true }a%{ endif }" == "a"`, "template directives"},
	} {
		t.Run(test.condition, func(t *testing.T) {
			set, diags := Load([]guard.PolicyFile{file("a.hcl", rule(test.condition))}, Options{Kinds: kinds()})
			if set != nil || !diags.HasErrors() || !strings.Contains(diags.Error(), test.want) {
				t.Fatalf("want %q, got %v", test.want, diags)
			}
			if d := diags[0]; d.File != "a.hcl" || d.Line == 0 || d.Column == 0 || d.Snippet == "" {
				t.Errorf("the place is missing: %+v", d)
			}
		})
	}
}

func TestEmptyIsAnError(t *testing.T) {
	radius := func(body string) string {
		return commandRM + "policy \"p\" {\n  applies_to = [command.rm]\n  probe \"exec\" \"x\" {\n    argv = [\"x\"]\n  }\n" + body + "\n}\n"
	}
	fact := is(map[string]any{"zero": int64(0), "none": []any{}, "minus": int64(-1), "text": "", "null": nil, "five": int64(5)})
	for _, test := range []struct{ name, body, want string }{
		{"for_each over nothing", "rule \"r\" {\n for_each = probe.x.none\n condition = true\n}", "rule.r error"},
		{"for_each over null", "rule \"r\" {\n for_each = probe.x.null\n condition = true\n}", "rule.r error"},
		{"a total of zero", "blast_radius \"u\" {\n affected = 1\n total = probe.x.zero\n max_percent = 50\n}", "blast_radius.u.max_percent error"},
		{"a total below zero", "blast_radius \"u\" {\n affected = 1\n total = probe.x.minus\n keep_at_least = 0\n}", "blast_radius.u.keep_at_least error"},
		{"a negative affected", "blast_radius \"u\" {\n affected = probe.x.minus\n max = 5\n}", "blast_radius.u.max error"},
		{"an affected that is no number", "blast_radius \"u\" {\n affected = probe.x.text\n max = 5\n}", "blast_radius.u.max error"},
		{"an affected of null", "blast_radius \"u\" {\n affected = probe.x.null\n max = 5\n}", "blast_radius.u.max error"},
		{"an empty text to type", "confirm {\n type = probe.x.text\n}", "confirm error"},
		{"a null text to type", "confirm {\n type = probe.x.null\n}", "confirm error"},
		{"a when of null", "when = probe.x.null\nconfirm {}", "when error"},
		{"a when that is an error", "when = probe.x.misspelt > 1\nconfirm {}", "when error"},
		{"an empty list of roles", "role {\n of = { role = \"primary\" }\n must_be = probe.x.none\n}", "role error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().with("exec", fact).run(t, load(t, radius(test.body)), "rm", "/a")
			if decision.Effect != guard.Deny || !has(decision, test.want) {
				t.Errorf("got %s, %v, want %s", decision.Effect, statuses(decision), test.want)
			}
		})
	}
	t.Run("a required operand that is absent", func(t *testing.T) {
		decision := ordinary().run(t, load(t, commandRM+"policy \"p\" {\n applies_to = [command.rm]\n confirm {}\n}"), "rm", "-r")
		if decision.Effect != guard.Deny || len(decision.Problems) == 0 {
			t.Errorf("got %s", decision.Effect)
		}
	})
}

func TestOnlyWhatIsAskedIsMeasured(t *testing.T) {
	text := commandRM + `policy "p" {
  applies_to = [command.rm]
  when       = probe.first.n > 1
  probe "exec" "first" {
    argv = ["first"]
  }
  probe "exec" "second" {
    argv = ["second", probe.first.n]
  }
  probe "exec" "third" {
    argv = ["third", probe.second.n]
  }
  probe "exec" "never" {
    argv = ["never"]
  }
  rule "r" {
    condition = probe.third.n > 1 && probe.second.n > 1
  }
}`
	set := load(t, text, strings.ReplaceAll(strings.ReplaceAll(text[len(commandRM):], `"p"`, `"q"`), "never", "nie"))
	number := func(n int64) world { return ordinary().with("exec", is(map[string]any{"n": n})) }
	programs := func(asks []guard.Ask) string {
		var names []string
		for _, ask := range asks {
			if ask.Kind == "exec" {
				names = append(names, ask.Args["argv"].([]any)[0].(string))
			}
		}
		return strings.Join(names, " ")
	}
	for _, test := range []struct {
		name string
		w    world
		argv []string
		want string
	}{
		{"nothing governs it: no probe", number(2), []string{"ls", "/a"}, ""},
		{"when says no: only its probe, once for two policies", number(1), []string{"rm", "/a"}, "first"},
		{"when says yes: then the others in turn", number(2), []string{"rm", "/a"}, "first second third"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, asks := test.w.decide(t, set, request(test.argv...), operation(test.argv...))
			if got := programs(asks); got != test.want {
				t.Errorf("asked %q, want %q", got, test.want)
			}
		})
	}
}

func TestPoliciesDoNotAct(t *testing.T) {
	set := load(t, commandRM+`policy "p" {
  applies_to = [command.rm]
  probe "exec" "x" {
    argv = ["count", arg.paths[0]]
  }
  rule "r" {
    condition = probe.x.n > 1
  }
}`)
	_, asks := ordinary().with("exec", is(map[string]any{"n": int64(2)})).decide(t, set, request("rm"), operation("rm", "; touch /tmp/x"))
	for _, ask := range asks {
		if ask.Kind == "exec" && !slices.Equal(ask.Args["argv"].([]any), []any{"count", "; touch /tmp/x"}) {
			t.Errorf("argv became %v", ask.Args["argv"])
		}
	}
	_, diags := Load([]guard.PolicyFile{file("a.hcl", strings.ReplaceAll(rule("true"), `["x"]`, `"rm -rf /"`))}, Options{Kinds: kinds()})
	if !diags.HasErrors() {
		t.Error("a shell text is accepted as argv")
	}
}

func TestABadFileGivesNoSetAndAllProblems(t *testing.T) {
	set, diags := Load([]guard.PolicyFile{
		file("a.hcl", rule("lenght(arg.paths) > nix")),
		file("b.hcl", "policy \"q\" {\n applies_to = [command.mv]\n}\ncommand \"rm\" {\n program = \"rm\"\n}\n"),
		file("c.hcl", "policy {"),
		file("d.hcl", "polcy \"x\" {\n}\n"),
	}, Options{Kinds: kinds()})
	if set != nil {
		t.Fatal("there is a set")
	}
	for _, want := range []string{
		"a.hcl:", "did you mean length?", "no variable is called nix", "no command is called mv", "command rm is declared twice: here and in a.hcl:2",
		"checks nothing and asks nothing", "c.hcl:1", "d.hcl:1",
	} {
		if !strings.Contains(diags.Error(), want) {
			t.Errorf("%q is missing in\n%v", want, diags)
		}
	}
}
