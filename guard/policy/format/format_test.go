package format

import (
	"strings"
	"testing"
)

func TestFormatChangesWhiteSpaceOnly(t *testing.T) {
	const untidy = "policy   \"p\"{\nwhen=true\n    summary = \"a  b\" # why\n}\n"
	got := string(Format([]byte(untidy)))
	want := "policy \"p\" {\n  when    = true\n  summary = \"a  b\" # why\n}\n"
	if got != want {
		t.Errorf("got %q", got)
	}
	if again := string(Format([]byte(got))); again != want {
		t.Errorf("formatted twice it is %q", again)
	}
	squeeze := strings.NewReplacer(" ", "", "\n", "")
	if squeeze.Replace(got) != squeeze.Replace(untidy) {
		t.Error("more than white space changed")
	}
}

func TestHostileFilesEnd(t *testing.T) {
	for _, text := range []string{"policy {", "a = " + strings.Repeat("(", 100_000), "a = " + strings.Repeat("!", 100_000), strings.Repeat(`"${`, 10_000)} {
		Format([]byte(text))
	}
}
