package blocks

import (
	"fmt"
	"strings"
	"testing"

	"blastguard/guard"
)

func TestHostileFilesAreRefusedAndNothingHangs(t *testing.T) {
	many := func(text string, n int) string { return strings.Repeat(text, n) }
	in := func(expression string) string { return "locals {\n  x = " + expression + "\n}\n" }
	for _, test := range []struct{ name, text, want string }{
		{"a file of 2 MiB", "# " + many("x", 2<<20), "bytes, at most"},
		{"100,000 parentheses", in(many("(", 100_000) + "1" + many(")", 100_000)), "inside each other"},
		{"100,000 brackets", in(many("[", 100_000)), "inside each other"},
		{"100,000 braces", many("a {\n", 100_000), "inside each other"},
		{"100,000 exclamation marks", in(many("!", 100_000) + "true"), "signs in a row"},
		{"100,000 minus signs", in(many("-", 100_000) + "1"), "signs in a row"},
		{"signs on many lines", in("(" + many("!\n", 100_000) + "true)"), "signs in a row"},
		{"100,000 additions", in("1" + many("+1", 100_000)), "operators in one attribute"},
		{"additions on many lines", in("(1" + many("+1\n", 100_000) + ")"), "operators in one attribute"},
		{"50,000 conditions", in(many("true ? 1 : ", 50_000) + "1"), "operators in one attribute"},
		{"100,000 indexes", in("a" + many("[b]", 100_000)), "operators in one attribute"},
		{"100,000 calls in a row", in(many("a(1)+", 100_000) + "1"), "operators in one attribute"},
		{"deep templates", in(many(`"${`, 10_000)), ""},
		{"deep closed templates", in(many(`"${`, 1000) + "1" + many(`}"`, 1000)), "inside each other"},
		{"a number of 100 digits", in(many("9", 100)), "digits"},
		{"a huge exponent", in("1e999999999"), "digits"},
		{"a NUL byte", "a\x00b", "NUL"},
		{"invalid UTF-8", in("\"\xff\xfe\""), ""},
		{"deep directives", in(`"` + many("%{ if true }", 1000) + `"`), "template directives"},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, diags := Load([]guard.PolicyFile{file("a.hcl", test.text)}, kinds())
			if test.want != "" && (set != nil || !strings.Contains(diags.Error(), test.want)) {
				t.Errorf("want %q, got %.200s", test.want, diags.Error())
			}
		})
	}
}

func TestFilesWithinTheLimitsLoad(t *testing.T) {
	deep := strings.Repeat("(", 60) + "1" + strings.Repeat(")", 60)
	load(t, "locals {\n  a = "+deep+"\n  b = "+strings.Repeat("-", 16)+"1\n  c = 1"+strings.Repeat("+1", 900)+"\n  d = 1"+strings.Repeat("+1", 900)+"\n}\n")
}

// Written out it is an error of the file, before it fills the memory.
func TestLocalsThatDoubleAreAnErrorOfTheFile(t *testing.T) {
	for _, double := range []string{`"${local.a%[1]d}${local.a%[1]d}"`, `concat(local.a%[1]d, local.a%[1]d)`} {
		text := rule(`length(local.a40) > 0`) + "locals {\n  a0 = " + map[bool]string{true: `"xxxxxxxx"`, false: `["x"]`}[double[0] == '"'] + "\n"
		for i := range 40 {
			text += fmt.Sprintf("  a%d = ", i+1) + fmt.Sprintf(double, i) + "\n"
		}
		_, diags := Load([]guard.PolicyFile{file("a.hcl", text+"}\n")}, kinds())
		if !strings.Contains(diags.Error(), "it has more than 4194304 bytes") {
			t.Errorf("%s: %.300s", double, diags.Error())
		}
	}
}

func TestCirclesArePrinted(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"locals {\n a = local.b\n b = local.c\n c = local.a\n}", "local.a → local.b → local.c → local.a"},
		{"locals {\n a = local.a\n}", "local.a → local.a"},
		{commandRM + "policy \"p\" {\n applies_to = [command.rm]\n confirm {}\n probe \"exec\" \"x\" {\n argv = [probe.y.a]\n }\n probe \"exec\" \"y\" {\n argv = [local.z]\n }\n locals {\n z = probe.x.a\n }\n}", "probe.y → probe.x → local.z"},
	} {
		_, diags := Load([]guard.PolicyFile{file("a.hcl", test.text)}, kinds())
		if !diags.HasErrors() || !strings.Contains(diags.Error(), "these need each other: ") {
			t.Errorf("got %v", diags)
		}
		if !strings.Contains(diags.Error(), test.want) && !strings.HasPrefix(test.want, "probe.") {
			t.Errorf("want %q in %v", test.want, diags)
		}
	}
}

func TestManyProblemsAndLongChainsEnd(t *testing.T) {
	var wrong, chain strings.Builder
	wrong.WriteString("locals {\n")
	chain.WriteString("locals {\n l0 = 1\n")
	for i := range 20_000 {
		fmt.Fprintf(&wrong, " abcdefghijklmnop%d = local.zyxwvutsrqponmlk%d\n", i, i)
		fmt.Fprintf(&chain, " l%d = local.l%d\n", i+1, i)
	}
	_, diags := Load([]guard.PolicyFile{file("a.hcl", wrong.String()+"}\n")}, nil)
	if len(diags) != 201 || !strings.Contains(diags.Error(), "more problems") {
		t.Errorf("%d problems", len(diags))
	}
	if _, diags = Load([]guard.PolicyFile{file("a.hcl", chain.String()+"}\n")}, nil); !strings.Contains(diags.Error(), "in a row") {
		t.Errorf("a chain of 20,000 names loads: %.200s", diags.Error())
	}
}

func TestCheckSyntaxLooksAtTheFormOnly(t *testing.T) {
	for text, bad := range map[string]bool{
		"policy {":                            true,
		"a = " + strings.Repeat("(", 100_000): true,
		"polcy \"x\" {\n}\n":                  false,
	} {
		if diags := CheckSyntax(file("a.hcl", text)); diags.HasErrors() != bad {
			t.Errorf("%.20q: %v", text, diags)
		}
	}
}
