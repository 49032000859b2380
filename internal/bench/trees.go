package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// trees compares guard's walk with find on a tree of a million files.
func (b *bench) trees() ([]row, error) {
	const directories, files, rounds = 1000, 1000, 5
	root := filepath.Join(b.dir, "tree")
	if err := plant(root, directories, files); err != nil {
		return nil, err
	}
	defer os.RemoveAll(root)
	// find's output goes through a pipe that is read, as in find | wc -l.
	find := command{argv: []string{"sh", "-c", "find '" + root + "' | wc -l"}, env: os.Environ()}
	var whole, limited, reference []time.Duration
	for range rounds {
		took, err := find.time()
		if err != nil {
			return nil, err
		}
		reference = append(reference, took)
		whole = append(whole, count(root, 0))
		limited = append(limited, count(root, 10_000))
	}
	return []row{
		ratio(fmt.Sprintf("counting %d files / find | wc -l", directories*files), median(whole), median(reference), 0.5),
		ratio("the same with a limit of 10,000 / find | wc -l", median(limited), median(reference), 0.05),
	}, nil
}

func plant(root string, directories, files int) error {
	for d := range directories {
		dir := filepath.Join(root, fmt.Sprintf("d%04d", d))
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
		for f := range files {
			file, err := os.Create(filepath.Join(dir, fmt.Sprintf("f%04d", f)))
			if err != nil {
				return err
			}
			file.Close()
		}
	}
	return nil
}

// count asks the tree probe as a policy does; limit 0 means none.
func count(root string, limit int64) time.Duration {
	args := map[string]any{"paths": []any{root}}
	if limit > 0 {
		args["limit"] = limit
	}
	prober := probe.New(probe.Config{Dir: "/", Total: time.Minute})
	start := time.Now()
	prober.Measure(context.Background(), []guard.Ask{{Key: "tree", Kind: "tree", Args: args, Timeout: time.Minute}})
	return time.Since(start)
}
