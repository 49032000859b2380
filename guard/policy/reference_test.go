package policy

import (
	"strings"
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

func TestTheExamplesOfTheReferenceLoad(t *testing.T) {
	var all []string
	for _, block := range Reference() {
		if block.Example != "" {
			all = append(all, block.Example)
		}
	}
	load(t, strings.Join(all, "\n\n"))
}

func TestDescribe(t *testing.T) {
	docs := load(t, designFile(t)).Describe()
	if len(docs) != 2 || docs[0].Name != "data-directory" || docs[1].Name != "remove-capacity" {
		t.Fatalf("got %+v", docs)
	}
	if got := strings.Join(docs[1].Checks, " "); got != "blast_radius.servers.max blast_radius.servers.max_percent blast_radius.servers.keep_at_least blast_radius.servers.budget rule.not during the freeze" {
		t.Errorf("checks %s", got)
	}
	if docs[1].Summary != "take ${arg.count} servers out of ${arg.subsystem}" || docs[1].Line == 0 || !docs[1].Confirms {
		t.Errorf("got %+v", docs[1])
	}
}
