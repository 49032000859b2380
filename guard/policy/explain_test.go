package policy

import (
	"fmt"
	"strings"
	"testing"

	"blastguard/guard"
)

// What fails while it is decided names its line, the part of the expression and what is
// missing in it.
func TestErrorsNameTheirPlace(t *testing.T) {
	fact := map[string]any{
		"losing": 3, "nothing": nil, "text": "3", "list": []any{1, nil, 3}, "two": []any{"a", "b"},
		"pools":   map[string]any{"index": map[string]any{"n": 1}, "billing": map[string]any{"n": 2}},
		"servers": []any{map[string]any{"name": "db1", "up": true}, map[string]any{"name": "db2"}},
	}
	for _, test := range []struct{ condition, want string }{
		{`probe.x.lossing > 3`, `probe.x has no "lossing", did you mean losing?`},
		{`probe.x["lossing"] > 3`, `probe.x has no "lossing", did you mean losing?`},
		{`probe.x.pools.web.n > 3`, `probe.x.pools has no "web", but billing, index`},
		{`probe.x.pools[arg.paths[0]].n > 3`, `probe.x.pools has no "/srv/a", but billing, index`},
		{`probe.x.two[2] == "c"`, `probe.x.two has 2 elements, none at 2`},
		{`probe.x.two[length(probe.x.two)] == "c"`, `probe.x.two has 2 elements, none at 2`},
		{`probe.x.nothing.n > 3`, `probe.x.nothing is null`},
		{`probe.x.nothing > 3`, `> needs a number, and probe.x.nothing is null`},
		{`3 < probe.x.text`, `< needs a number, and probe.x.text is a string`},
		{`probe.x.losing + probe.x.text == 6`, `+ needs a number, and probe.x.text is a string`},
		{`!probe.x.losing`, `! needs a bool, and probe.x.losing is a number`},
		{`probe.x.text.n == 1`, `probe.x.text is a string, and has no "n"`},
		{`sum(probe.x.list) > 3`, `sum() needs numbers, and element 1 is null`},
		{`max(1, probe.x.text) > 3`, `max() needs numbers, and argument 1 is a string`},
		{`join(",", probe.x.list) == ""`, `join() needs texts, and element 1 is null`},
		{`alltrue([true, probe.x.nothing])`, `alltrue() needs a bool, and element 1 is null`},
		{`length([for s in probe.x.servers : s.name if s.up]) == 1`, `s has no "up", but name, where s is {"name":"db2"}`},
		{`probe.x.losing / 0 == 1`, `division by zero`},
		{`element(probe.x.two, 7) == "a"`, `element(): the list has 2 elements, none at 7`},
		{`true || probe.x.lossing > 3 || probe.x.nothing > 1`, `probe.x has no "lossing", did you mean losing?; > needs a number, and probe.x.nothing is null`},
	} {
		t.Run(test.condition, func(t *testing.T) {
			// In its line, that of a local that it refers to, and that of a part of it.
			direct := rule(test.condition)
			local := strings.Replace(rule("local.tested"), "  rule \"r\"", "  locals {\n    tested = "+test.condition+"\n  }\n  rule \"r\"", 1)
			parts := rule("[\n  true,\n  " + test.condition + "\n  ][1]")
			for _, text := range []string{direct, local, parts} {
				line := 1 + strings.Count(text[:strings.Index(text, test.condition)], "\n")
				decision := ordinary().with("exec", is(fact)).run(t, load(t, text), "rm", "/srv/a")
				if len(decision.Checks) != 1 || decision.Effect != guard.Deny {
					t.Fatalf("got %s %+v", decision.Effect, decision.Checks)
				}
				check := decision.Checks[0]
				if check.Status != guard.Errored || check.Message != test.want || check.Pos != fmt.Sprintf("a.hcl:%d", line) {
					t.Errorf("got %s %q at %s, want %q at line %d", check.Status, check.Message, check.Pos, test.want, line)
				}
			}
		})
	}
}

// An attribute that is not what is needed is named with its line too.
func TestErrorsOfAttributesNameTheirLine(t *testing.T) {
	for _, line := range []string{"max = probe.x.s", "affected = probe.x.s\nmax = 5", "max_percent = probe.x.n * 50", "keep_at_least = 0 - probe.x.n", "for_each = probe.x.s\nmax = 1"} {
		body := "affected = 1\ntotal = 100\n" + line
		if strings.HasPrefix(line, "affected") {
			body = "total = 100\n" + line
		}
		text := constantIn("blast_radius", body)
		wrong, _, _ := strings.Cut(line, "\n")
		want := 1 + strings.Count(text[:strings.Index(text, wrong)], "\n")
		decision := ordinary().with("exec", is(map[string]any{"n": 10, "s": "10"})).run(t, load(t, text), "rm", "/a")
		if len(decision.Checks) == 0 || decision.Checks[0].Pos != fmt.Sprintf("a.hcl:%d", want) {
			t.Errorf("%s: want line %d, got %+v", line, want, decision.Checks)
		}
	}
}

// Without a message of its own a rule says what must hold.
func TestARuleWithoutAMessagePrintsItsCondition(t *testing.T) {
	for answer, want := range map[any]string{10: "(probe.x.n <= 5)", nil: "(probe.x.n <= 5): no answer"} {
		text := rule("(probe.x.n\n      <= 5)")
		w := ordinary().with("exec", is(map[string]any{"n": answer}))
		if answer == nil {
			w = ordinary().with("exec", notKnown("no answer"))
		}
		decision := w.run(t, load(t, text), "rm", "/a")
		if len(decision.Checks) != 1 || decision.Checks[0].Message != want {
			t.Errorf("want %q, got %+v", want, decision.Checks)
		}
	}
}

// What is known of a text for people stays, whatever else is in it.
func TestTextsKeepWhatIsKnown(t *testing.T) {
	set := load(t, strings.Replace(rule("false"), "  rule \"r\"", "  summary = \"lose ${join(\", \", probe.x.names)} of ${probe.x.all} at ${probe.x.gone}\"\n  rule \"r\"", 1))
	decision := ordinary().with("exec", is(map[string]any{"names": []any{"a", nil, guard.Unmeasured{Reason: "x"}, 4}, "all": guard.Unmeasured{Reason: "x"}})).run(t, set, "rm", "/a")
	if want := "lose a, ?, ?, 4 of ? at ?"; decision.Summary != want {
		t.Errorf("got %q, want %q", decision.Summary, want)
	}
}
