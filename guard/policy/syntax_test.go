package policy

import (
	"strings"
	"testing"
)

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
