package format

import (
	"strings"
	"testing"

	"blastguard/guard"
)

func TestFormatChangesWhiteSpaceOnly(t *testing.T) {
	const untidy = "policy   \"p\"{\nwhen=true\n    summary = \"a  b\" # why\n}\n"
	got, diags := Format(guard.PolicyFile{Path: "a.hcl", Content: []byte(untidy)})
	want := "policy \"p\" {\n  when    = true\n  summary = \"a  b\" # why\n}\n"
	if diags.HasErrors() || string(got) != want {
		t.Errorf("got %q %v", got, diags)
	}
	if again, _ := Format(guard.PolicyFile{Content: got}); string(again) != want {
		t.Errorf("formatted twice it is %q", again)
	}
}

func TestABrokenOrHostileFileStaysAsItIs(t *testing.T) {
	for _, text := range []string{"policy {", "locals {\n a = " + strings.Repeat("(", 100_000) + "\n}\n"} {
		got, diags := Format(guard.PolicyFile{Path: "a.hcl", Content: []byte(text)})
		if !diags.HasErrors() || string(got) != text {
			t.Errorf("got %.40q %v", got, diags)
		}
	}
}
