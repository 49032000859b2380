package playbook

import (
	"context"
	"os"
	"testing"

	"blastguard/guard"
)

// What the numbers of processes mean is only known where they are counted as here.
func TestNumbersOfAnotherNamespaceAreNotBelieved(t *testing.T) {
	measured := func(context.Context, []guard.Ask, func(string)) guard.Facts {
		return guard.Facts{"process 7": {Known: true, Value: "init"}, "tree /srv": {Known: true, Value: 1}}
	}
	asks := []guard.Ask{{Kind: "process", Key: "process 7"}, {Kind: "tree", Key: "tree /srv"}}
	for pid, believed := range map[int]bool{os.Getpid(): true, nobody: false} {
		facts := numbersOf(pid, measured)(t.Context(), asks, func(string) {})
		if fact := facts["process 7"]; fact.Known != believed || !believed && fact.Reason == "" {
			t.Errorf("process %d: %+v", pid, fact)
		}
		if !facts["tree /srv"].Known {
			t.Errorf("process %d: what has nothing to do with numbers is not known", pid)
		}
	}
}
