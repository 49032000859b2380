package policy

import (
	"strings"
	"testing"
)

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
