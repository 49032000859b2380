package blocks

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// In a file of tests nothing stands that would seem to decide.
func TestAFileOfTestsHoldsTestsOnly(t *testing.T) {
	deciding := fileOf("/p/a.hcl", guard.UserFile, commandRM+"locals { most = 1 }\n"+limitedBy("p", "most"))
	tests := fileOf("/p/a_test.hcl", guard.UserFile, "test \"two\" {\n  run = \"rm a b\"\n  given {}\n  expect = \"deny\"\n}\n")
	tests.Tests = true
	set, diagnostics := Load([]guard.PolicyFile{deciding, tests}, nil)
	if diagnostics.HasErrors() || len(set.Tests) != 1 {
		t.Fatalf("a test: %v", diagnostics)
	}
	for _, text := range []string{commandRM, "locals { other = 1 }\n", limitedBy("q", "most"), tests.Content + limitedBy("q", "most")} {
		wrong := tests
		wrong.Content = strings.Replace(text, "command \"rm\"", "command \"other\"", 1)
		_, diagnostics := Load([]guard.PolicyFile{deciding, wrong}, nil)
		if !strings.Contains(diagnostics.Error(), "in a file of tests would not decide") {
			t.Errorf("%s\n%v", text, diagnostics)
		}
	}
}

func TestATestWithAMisspeltProbeOrCheckIsAnError(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{"given {\n probe = { y = 1 }\n }\n expect = \"deny\"", "no policy has a probe called y"},
		{"expect = \"deny\"\n checks = [\"rule.q\"]", "no policy has a check called rule.q, did you mean rule.r?"},
		{"expect = \"den\"", "expect cannot be \"den\", did you mean deny?"},
		{"given {\n host = { nam = \"x\" }\n }\n expect = \"deny\"", "did you mean name?"},
		{"given {\n host = unknown(\"x\")\n }\n expect = \"deny\"", "only probes can be unknown"},
		{"given {\n cwd = arg.x\n }\n expect = \"deny\"", "a test sees no variables"},
	} {
		_, diags := Load([]guard.PolicyFile{file("a.hcl", rule("true")+"test \"t\" {\n run = \"rm /a\"\n "+test.body+"\n}\n")}, kinds())
		if !strings.Contains(diags.Error(), test.want) {
			t.Errorf("want %q, got %v", test.want, diags)
		}
	}
}
