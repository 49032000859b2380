package policy

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

func asking(body string) string {
	return commandRM + "command \"stop\" {\n program = \"stop\"\n operand \"units\" {\n type = list(string)\n }\n}\n" +
		"policy \"p\" {\n applies_to = [command.rm, command.stop]\n confirm {\n" + body + "\n}\n}\n"
}

func TestTheTextToTypeNamesWhatIsHit(t *testing.T) {
	for _, test := range []struct {
		name, body string
		argv       []string
		want       string
	}{
		{"one path", "", []string{"rm", "-r", "/srv/../srv/a/"}, "test.example:/srv/a"},
		{"a relative path", "", []string{"rm", "a"}, "test.example:/work/a"},
		{"several paths", "", []string{"rm", "/a", "/b", "/c"}, "test.example: 3 targets, 5 entries"},
		{"one name", "", []string{"stop", "nginx"}, "test.example: nginx"},
		{"no target", "", []string{"stop"}, "test.example"},
		{"a text of its own", `type = "${host.name} ${length(target.resolved)}"`, []string{"rm", "/a", "/b"}, "test.example 2"},
		{"the impact in a text", `type = "really ${impact}"`, []string{"rm", "/a"}, "really test.example:/a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision := ordinary().run(t, load(t, asking(test.body)), test.argv...)
			if decision.Effect != guard.Confirm || decision.Confirmations[0].Text != test.want {
				t.Errorf("got %s %+v %+v", decision.Effect, decision.Confirmations, decision.Checks)
			}
		})
	}
}

func TestATextThatNobodyCanTypeIsReplaced(t *testing.T) {
	long := "/" + strings.Repeat("x", 100)
	first := ordinary().run(t, load(t, asking("")), "rm", long).Confirmations[0].Text
	other := ordinary().run(t, load(t, asking("")), "rm", long+"y").Confirmations[0].Text
	escape := ordinary().run(t, load(t, asking("")), "rm", "/a\x1b[31m\nb").Confirmations[0].Text
	for _, text := range []string{first, other, escape} {
		if !strings.HasPrefix(text, "test.example: 1 target ") || len(text) > 80 || guard.Printable(text) != text {
			t.Errorf("got %q", text)
		}
	}
	if first == other {
		t.Error("two targets have the same text")
	}
}

func TestNumbersThatMoveDoNotChangeTheKey(t *testing.T) {
	set := load(t, asking(""))
	entries := func(n int64) guard.Confirmation {
		return ordinary().with("tree", is(map[string]any{"entries": n})).run(t, set, "rm", "/a", "/b").Confirmations[0]
	}
	if a, b := entries(5), entries(6); a.Text == b.Text || a.Key != b.Key || a.Key == "" {
		t.Errorf("got %+v and %+v", a, b)
	}
	other := ordinary().run(t, set, "rm", "/a", "/c").Confirmations[0]
	if other.Key == entries(5).Key {
		t.Error("other targets have the same key")
	}
}

func TestWhatCannotBeReadCannotBeConfirmed(t *testing.T) {
	for _, test := range []struct {
		name string
		word guard.Word
	}{
		{"one unknown word", guard.Word{Text: `"$X"`, Reading: guard.OneWord, Reason: "expands when the shell runs"}},
		{"any number of words", guard.Word{Text: "$X", Reason: "expands when the shell runs"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			op := operation("rm", "--", "/a")
			op.Args = append(op.Args, test.word)
			decision, _ := ordinary().decide(t, load(t, asking("")), request("sh"), op)
			if decision.Effect != guard.Deny || !has(decision, "confirm unknown") || !strings.Contains(decision.Checks[0].Message, "expands when") {
				t.Errorf("got %s %+v", decision.Effect, decision.Checks)
			}
		})
	}
	t.Run("an unknown directory", func(t *testing.T) {
		op := operation("rm", "a")
		op.Dir = guard.Word{Text: "$D", Reading: guard.OneWord, Reason: "cd to somewhere"}
		if decision, _ := ordinary().decide(t, load(t, asking("")), request("sh"), op); decision.Effect != guard.Deny {
			t.Errorf("got %s", decision.Effect)
		}
	})
	t.Run("an unknown host", func(t *testing.T) {
		r := request("rm")
		r.Host.Name = ""
		if decision, _ := ordinary().decide(t, load(t, asking("")), r, operation("rm", "/a")); decision.Effect != guard.Deny {
			t.Errorf("got %s", decision.Effect)
		}
	})
}

func TestConfirmAttributesArriveAtThePanel(t *testing.T) {
	decision := ordinary().run(t, load(t, asking("show = false\n hint = \"its name\"\n delay = \"5s\"\n deadline = 60\n unattended = \"text\"")), "rm", "/a")
	got := decision.Confirmations[0]
	want := guard.Confirmation{
		Text: "test.example:/a", Hint: "its name", Delay: 5 * time.Second, Deadline: time.Minute,
		Unattended: guard.UnattendedText, Policy: "p", Pos: got.Pos,
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestEqualTextsAreAskedOnceAndAtMostThree(t *testing.T) {
	policy := func(name, text string) string {
		return fmt.Sprintf("policy %q {\n applies_to = [command.rm]\n confirm {\n type = %q\n }\n}\n", name, text)
	}
	set := load(t, commandRM, policy("a", "x"), policy("b", "x"), policy("c", "v"), policy("d", "z"))
	if decision := ordinary().run(t, set, "rm", "/a"); decision.Effect != guard.Confirm || len(decision.Confirmations) != 3 {
		t.Errorf("got %s %+v", decision.Effect, decision.Confirmations)
	}
	set = load(t, commandRM, policy("a", "x"), policy("b", "w"), policy("c", "v"), policy("d", "z"))
	if decision := ordinary().run(t, set, "rm", "/a"); decision.Effect != guard.Deny || !strings.Contains(decision.Problems[0].Next, "split") {
		t.Errorf("got %s %+v", decision.Effect, decision.Problems)
	}
}

func TestValidateWarnsOfTextsThatRepeatWhatWasTyped(t *testing.T) {
	for _, test := range []struct {
		body string
		warn bool
	}{
		{`type = arg.paths[0]`, true},
		{`type = join(" ", arg.paths)`, true},
		{`type = "${host.name}: ${arg.paths[0]}"`, false},
		{`type = join(" ", target.resolved)`, false},
	} {
		_, diags := Load([]guard.PolicyFile{file("a.hcl", strings.ReplaceAll(asking(test.body), ", command.stop]", "]"))}, Options{Kinds: kinds()})
		if warned := strings.Contains(diags.Error(), "repeats what was typed"); warned != test.warn || diags.HasErrors() {
			t.Errorf("%s: %v", test.body, diags)
		}
	}
}

func TestIdentitiesAreWhatMustStayTheSame(t *testing.T) {
	decision := ordinary().run(t, load(t, asking("")), "rm", "/a")
	if decision.Identities["target /a"] != "/a 1:10" || decision.Identities["host"] != "test.example" {
		t.Errorf("got %v", decision.Identities)
	}
}

func TestGuardsOwnFilesAreProtected(t *testing.T) {
	set, diags := Load([]guard.PolicyFile{file("a.hcl", asking(""))}, Options{Kinds: kinds(), Protect: []string{"/var/lib/guard"}})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	for path, want := range map[string]guard.Effect{
		"/var/lib": guard.Deny, "/": guard.Deny, "/var/lib/guard/audit.db": guard.Deny, "/var/lib/guardian": guard.Confirm,
	} {
		if decision := ordinary().run(t, set, "rm", path); decision.Effect != want {
			t.Errorf("%s: got %s, want %s", path, decision.Effect, want)
		}
	}
}

// Two confirmations by one text are one, by the stricter way of each.
func TestTheStricterConfirmationHolds(t *testing.T) {
	first := guard.Confirmation{Text: "a", Show: true, Delay: time.Second, Deadline: time.Minute, Unattended: guard.UnattendedLimits}
	second := guard.Confirmation{Text: "a", Hint: "the name", Delay: 2 * time.Second, Deadline: time.Hour, Unattended: guard.UnattendedText}
	want := guard.Confirmation{Text: "a", Hint: "the name", Delay: 2 * time.Second, Deadline: time.Minute, Unattended: guard.UnattendedText}
	for _, pair := range [][2]guard.Confirmation{{first, second}, {second, first}} {
		if got := stricter(pair[0], pair[1]); got != want {
			t.Errorf("%+v and %+v: %+v", pair[0], pair[1], got)
		}
	}
	modes := []guard.Unattended{guard.UnattendedDeny, guard.UnattendedText, guard.UnattendedLimits} // from the strictest
	for i, a := range modes {
		for j, b := range modes {
			got := stricter(guard.Confirmation{Unattended: a}, guard.Confirmation{Unattended: b})
			if got.Unattended != modes[min(i, j)] {
				t.Errorf("%s and %s: %s", a, b, got.Unattended)
			}
		}
	}
	never := guard.Confirmation{Deadline: time.Minute}
	if got := stricter(never, guard.Confirmation{}); got.Deadline != time.Minute {
		t.Errorf("without a deadline the other holds: %s", got.Deadline)
	}
}
