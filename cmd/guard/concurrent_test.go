package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Sixty-four guards start at the same moment; a budget of ten lets ten through.
func TestSixtyFourGuardsAtOnceCannotOverspendABudget(t *testing.T) {
	const guards, budget = 64, 10
	h := newHome(t)
	h.write("budget.hcl", fmt.Sprintf(`
policy "budget" {
  applies_to = [command.rm]
  blast_radius "files" {
    affected = arg.paths
    budget {
      key = "files"
      max = %d
      per = "1h"
    }
  }
}
`, budget))
	var wait sync.WaitGroup
	statuses := make([]int, guards)
	for i := range guards {
		name := fmt.Sprintf("file-%02d", i)
		h.write(name, "x")
		cmd := h.command("--policies", "budget.hcl", "rm", name)
		wait.Go(func() {
			cmd.Run()
			statuses[i] = cmd.ProcessState.ExitCode()
		})
	}
	wait.Wait()

	ended := map[int]int{}
	for _, status := range statuses {
		ended[status]++
	}
	if ended[0] != budget || ended[77] != guards-budget {
		t.Errorf("exit statuses (status: how many) %v, want %d of 0 and %d of 77", ended, budget, guards-budget)
	}
	left, err := filepath.Glob(filepath.Join(h.dir, "file-*"))
	if err != nil || len(left) != guards-budget {
		t.Errorf("%d files are left (%v), want %d", len(left), err, guards-budget)
	}
	h.verify()
	var entries []any
	h.json(&entries, "history", "list", "--json", "--limit", "1000")
	if len(entries) != guards {
		t.Errorf("the log has %d commands, want %d", len(entries), guards)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "state/guard/audit.db")); err != nil {
		t.Error(err)
	}
}
