package guard

import (
	"strings"
	"testing"
)

func TestLongListsOfPoliciesAreCountedInTheRecord(t *testing.T) {
	long := make([]any, maxRecorded+1)
	short := []any{"a"}
	findings := []Finding{{Ask: Ask{Key: "k", Args: map[string]any{"files": long, "in": short, "paths": long, "dir": "/"}}}}
	got := brief(findings)[0].Ask
	if got.Args["files"] != "21 elements" || len(got.Args["paths"].([]any)) != len(long) || len(got.Args["in"].([]any)) != 1 || got.Key != "k" {
		t.Errorf("got %v", got)
	}
	if strings.Contains(findings[0].Ask.Label, "elements") || len(findings[0].Ask.Args["files"].([]any)) != len(long) {
		t.Error("the question itself was changed")
	}
}
