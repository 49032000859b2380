package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// crowd starts 64 guards at the same moment on one log, with a budget of ten.
func (b *bench) crowd() ([]row, error) {
	const guards, budget = 64, 10
	dir := filepath.Join(b.dir, "crowd")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	policy := filepath.Join(dir, "budget.hcl")
	if err := os.WriteFile(policy, []byte(budgetPolicy), 0o644); err != nil {
		return nil, err
	}
	alone := *b
	alone.dir = dir
	ended := map[int]int{}
	var mu sync.Mutex
	var wait sync.WaitGroup
	start := time.Now()
	for i := range guards {
		file := filepath.Join(dir, fmt.Sprintf("file-%02d", i))
		if err := os.WriteFile(file, nil, 0o644); err != nil {
			return nil, err
		}
		c := alone.ours("--policies", policy, "rm", file)
		wait.Go(func() {
			cmd := exec.Command(c.argv[0], c.argv[1:]...)
			cmd.Env = c.env
			cmd.Run()
			mu.Lock()
			defer mu.Unlock()
			ended[cmd.ProcessState.ExitCode()]++
		})
	}
	wait.Wait()
	took := time.Since(start)
	verify := alone.ours("history", "verify")
	cmd := exec.Command(verify.argv[0], verify.argv[1:]...)
	cmd.Env = verify.env
	err := cmd.Run()
	within := ended[0] == budget && ended[77] == guards-budget && err == nil
	return []row{{
		"64 guards at once on one log, a budget of 10",
		fmt.Sprintf("%d ran, %d refused, %s", ended[0], ended[77], round(took)), "10 ran", within,
	}}, nil
}

const budgetPolicy = `
policy "bench-budget" {
  applies_to = [command.rm]
  blast_radius "files" {
    affected = arg.paths
    budget {
      key = "files"
      max = 10
      per = "1h"
    }
  }
}
`
