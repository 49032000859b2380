package policy

import (
	"strings"
	"testing"

	"blastguard/guard"
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

func TestEveryFunctionIsDescribed(t *testing.T) {
	described := map[string]bool{"unknown": true}
	for _, function := range Functions() {
		described[function.Name] = true
		set := load(t, rule("true")+"locals {\n example = "+function.Example+"\n}\n")
		ev := newEvaluation(newDecider(set, request("rm"), nil, measured{}), governor{set.policies[0], set.policies[0].commands[0].command}, &guard.Operation{})
		o := ev.local("example")
		if got, _ := display(o.value); o.state != known || got != function.Result {
			t.Errorf("%s is %q %v, want %q", function.Example, got, o.reasons, function.Result)
		}
	}
	for name := range newFunctionTable() {
		if !described[name] {
			t.Errorf("%s() is not described", name)
		}
	}
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
