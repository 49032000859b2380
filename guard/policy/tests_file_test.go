package policy

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// In a file of tests nothing stands that would seem to decide.
func TestAFileOfTestsHoldsTestsOnly(t *testing.T) {
	deciding := fileOf("/p/a.hcl", guard.UserFile, localsCommand+"locals { most = 1 }\n"+limitedBy("p", "most"))
	tests := fileOf("/p/a_test.hcl", guard.UserFile, "test \"two\" {\n  run = \"rm a b\"\n  given {}\n  expect = \"deny\"\n}\n")
	tests.Tests = true
	set, diagnostics := Load([]guard.PolicyFile{deciding, tests}, Options{})
	if diagnostics.HasErrors() || len(set.blocks.Tests) != 1 {
		t.Fatalf("a test: %v", diagnostics)
	}
	for _, text := range []string{localsCommand, "locals { other = 1 }\n", limitedBy("q", "most"), tests.Content + limitedBy("q", "most")} {
		wrong := tests
		wrong.Content = strings.Replace(text, "command \"rm\"", "command \"other\"", 1)
		_, diagnostics := Load([]guard.PolicyFile{deciding, wrong}, Options{})
		if !strings.Contains(diagnostics.Error(), "in a file of tests would not decide") {
			t.Errorf("%s\n%v", text, diagnostics)
		}
	}
}
