package blocks

import (
	"fmt"
	"slices"
	"testing"
)

func TestTheReferenceIsComplete(t *testing.T) {
	names := map[string]bool{"": true}
	for _, block := range Reference() {
		names[block.Name] = true
		if block.Meaning == "" {
			t.Errorf("%s has no meaning", block.Name)
		}
		for _, attribute := range block.Attributes {
			if attribute.Meaning == "" || attribute.Type == "" {
				t.Errorf("%s.%s is not described", block.Name, attribute.Name)
			}
			if attribute.Required && attribute.Default != "" {
				t.Errorf("%s.%s is required and has a default", block.Name, attribute.Name)
			}
		}
	}
	for _, block := range Reference() {
		for _, parent := range block.In {
			if !names[parent] {
				t.Errorf("%s stands in %s, which is no block", block.Name, parent)
			}
		}
	}
}

// Every attribute that is an expression says what a constant must be, so that a new one
// cannot be forgotten.
func TestEveryAttributeSaysWhatAConstantMustBe(t *testing.T) {
	elsewhere := []string{"applies_to", "enforcement", "on_unknown", "unattended", "require_expect"} // words, read as such
	looked := 0
	for _, block := range Reference() {
		if !slices.Contains([]string{"policy", "rule", "blast_radius", "budget", "role", "backup", "confirm", "probe"}, block.Name) {
			continue
		}
		for _, attribute := range block.Attributes {
			looked++
			_, own := wants()[block.Name+"."+attribute.Name]
			_, common := wants()[attribute.Name]
			if !own && !common && !slices.Contains(elsewhere, attribute.Name) {
				t.Errorf("%s.%s: a constant may be anything", block.Name, attribute.Name)
			}
		}
	}
	if looked < 40 {
		t.Error(fmt.Sprint("only ", looked, " attributes were looked at"))
	}
}
