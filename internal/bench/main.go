// Command bench prints the table of guard's budgets: each is a ratio of two
// things measured in the same run, interleaved, as medians. It is no test: a
// number outside its budget is printed as such and fails nothing. Words name the
// parts to measure: startup, policies, trees, crowd, log, playbook; none means all.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// row is one line of the table.
type row struct {
	what   string
	figure string // as measured
	budget string
	within bool
}

func run() error {
	guard, err := filepath.Abs("bin/guard")
	if err != nil {
		return err
	}
	if _, err := os.Stat(guard); err != nil {
		return fmt.Errorf("%w: run make build first", err)
	}
	dir, err := os.MkdirTemp("", "guard-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, part := range []struct {
		name    string
		measure func(*bench) ([]row, error)
	}{
		{"startup", (*bench).startup}, {"policies", (*bench).manyPolicies}, {"trees", (*bench).trees}, {"crowd", (*bench).crowd},
		{"log", (*bench).logSize}, {"playbook", (*bench).playbook},
	} {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], part.name) {
			continue
		}
		b := &bench{guard: guard, dir: filepath.Join(dir, part.name)} // each has its own, with its own files
		if err := os.Mkdir(b.dir, 0o755); err != nil {
			return err
		}
		rows, err := part.measure(b)
		if err != nil {
			return err
		}
		for _, r := range rows {
			word := "ok"
			if !r.within {
				word = "OVER"
			}
			fmt.Printf("%-66s %-34s %-10s %s\n", r.what, r.figure, r.budget, word)
		}
	}
	return nil
}
