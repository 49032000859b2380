package policy

import (
	"testing"

	"blastguard/guard"
)

func TestWhatNothingGoverns(t *testing.T) {
	set := load(t, rule("true")+"command \"mv\" {\n program = \"mv\"\n operand \"paths\" {\n type = list(string)\n }\n}\n")
	opaque := operation("cat", "x")
	opaque.Opaque = "an unknown flag of sudo"
	noName := guard.Operation{Args: guard.Lits("x"), Dir: guard.Lit("/")}
	truncate := guard.Operation{On: "truncate", Program: "cat", Args: guard.Lits("x"), Dir: guard.Lit("/")}
	looks := builtin("command", "x")
	looks.Args = []guard.Word{{Text: "-v", Reading: guard.OneWord}, guard.Lit("x")}
	for _, test := range []struct {
		name     string
		op       guard.Operation
		settings Settings
		want     guard.Effect
	}{
		{"the help of a known program", operation("rm", "--help"), Settings{}, guard.Allow},
		{"the help of an unknown program", operation("frobnicate", "--help"), DefaultSettings(), guard.Confirm},
		{"the help of a rm from anywhere", operation("/tmp/rm", "--help"), DefaultSettings(), guard.Deny},
		{"a program that only looks", operation("ls", "-l"), DefaultSettings(), guard.Allow},
		{"by its usual path", operation("/bin/cat", "x"), DefaultSettings(), guard.Allow},
		{"a cat from anywhere", operation("/tmp/cat", "x"), DefaultSettings(), guard.Confirm},
		{"what a shell does itself", builtin("set", "-e"), DefaultSettings(), guard.Allow},
		{"what a shell does to others", builtin("kill", "1"), DefaultSettings(), guard.Confirm},
		{"exec with redirections only", builtin("exec"), DefaultSettings(), guard.Allow},
		{"exec of a program", builtin("exec", "x"), DefaultSettings(), guard.Confirm},
		{"a trap that is reset", builtin("trap", "-", "EXIT"), DefaultSettings(), guard.Allow},
		{"a signal that is ignored", builtin("trap", "", "HUP"), DefaultSettings(), guard.Allow},
		{"a trap, whose text is decided by itself", builtin("trap", "x", "EXIT"), DefaultSettings(), guard.Allow},
		{"where a program is", builtin("command", "-v", "x"), DefaultSettings(), guard.Allow},
		{"what may be where a program is", looks, DefaultSettings(), guard.Confirm},
		{"a program that is called so", operation("exec"), DefaultSettings(), guard.Confirm},
		{"a program with a builtin's name", operation("set"), DefaultSettings(), guard.Confirm},
		{"an unknown program", operation("frobnicate"), DefaultSettings(), guard.Confirm},
		{"a program that a command block alone describes", operation("mv", "a", "b"), DefaultSettings(), guard.Confirm},
		{"one that can run others", operation("env", "ls"), DefaultSettings(), guard.Confirm},
		{"one that can write", operation("tee", "x"), DefaultSettings(), guard.Confirm},
		{"an opaque one", opaque, DefaultSettings(), guard.Confirm},
		{"one without a name", noName, DefaultSettings(), guard.Confirm},
		{"a redirection", truncate, DefaultSettings(), guard.Confirm},
		{"unmatched = allow", operation("frobnicate"), Settings{Unmatched: guard.Allow}, guard.Allow},
		{"unmatched = deny", operation("frobnicate"), Settings{Unmatched: guard.Deny}, guard.Deny},
		{"unmatched = deny lets look", operation("ls"), Settings{Unmatched: guard.Deny}, guard.Allow},
		{"the zero settings deny", operation("frobnicate"), Settings{}, guard.Deny},
		{"an effect out of range denies", operation("frobnicate"), Settings{Unmatched: 17}, guard.Deny},
	} {
		t.Run(test.name, func(t *testing.T) {
			decision, asks := ordinary().decide(t, set.WithSettings(test.settings), request("x"), test.op)
			if decision.Effect != test.want || len(asks) > 0 {
				t.Errorf("got %s, want %s, asked %v", decision.Effect, test.want, asks)
			}
			if test.want == guard.Confirm && decision.Confirmations[0].Text != "test.example" {
				t.Errorf("confirm %+v", decision.Confirmations)
			}
		})
	}
}

func builtin(argv ...string) guard.Operation {
	op := operation(argv...)
	op.Builtin = true
	return op
}

func TestAnOpaqueOperationIsNeverAllowedByAPolicyAlone(t *testing.T) {
	op := operation("rm", "/a")
	op.Opaque = "an unknown flag of sudo"
	decision, _ := ordinary().with("exec", is(int64(1))).decide(t, load(t, rule("true")), request("sudo"), op)
	if decision.Effect > guard.Confirm {
		t.Errorf("got %s", decision.Effect)
	}
}

func TestNothingToDecideIsDenied(t *testing.T) {
	if _, decision := (*Set)(nil).Decide(request("ls"), []guard.Operation{operation("ls")}, nil); decision.Effect != guard.Deny {
		t.Error("a nil set allows")
	}
	if _, decision := load(t, "").Decide(request("ls"), nil, nil); decision.Effect != guard.Deny {
		t.Error("no operations are allowed")
	}
}

func TestSettings(t *testing.T) {
	for _, test := range []struct {
		text string
		want Settings
		bad  bool
	}{
		{"", DefaultSettings(), false},
		{`unmatched = "allow"`, Settings{Unmatched: guard.Allow}, false},
		{`audit = "/x"`, Settings{Unmatched: guard.Confirm, Audit: "/x"}, false},
		{`unmatched = "alow"`, Settings{}, true},
		{`unmatched = "warn"`, Settings{}, true},
		{`unmatchd = "allow"`, Settings{}, true},
		{`unmatched = `, Settings{}, true},
	} {
		got, diags := LoadSettings(file("guard.hcl", test.text))
		if got != test.want || diags.HasErrors() != test.bad {
			t.Errorf("%q: got %+v %v", test.text, got, diags)
		}
	}
}
