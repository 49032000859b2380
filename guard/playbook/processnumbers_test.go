package playbook

import (
	"context"
	"os"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// What the numbers of processes mean is only known where they are counted as here.
func TestNumbersOfAnotherNamespaceAreNotBelieved(t *testing.T) {
	measured := func(context.Context, map[string]any) (any, []string, error) { return "init", nil, nil }
	prober := probe.New(probe.Config{Extra: map[string]probe.Func{"process": measured, OtherProcess: NotOurProcess, "tree": measured}})
	asks := []guard.Ask{{Kind: "process", Key: "process 7"}, {Kind: "tree", Key: "tree /srv"}}
	for pid, believed := range map[int]bool{os.Getpid(): true, nobody: false} {
		measurement, facts := numbersOf(pid, prober.Begin)(t.Context()), guard.Facts{}
		measurement.Ask(asks)
		for range asks {
			answer := <-measurement.Answers()
			facts[answer.Key] = answer.Fact
		}
		if fact := facts["process 7"]; fact.Known != believed || !believed && fact.Reason == "" {
			t.Errorf("process %d: %+v", pid, fact)
		}
		if !facts["tree /srv"].Known {
			t.Errorf("process %d: what has nothing to do with numbers is not known", pid)
		}
	}
}
