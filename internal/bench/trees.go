package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// trees compares guard's walk with find on trees of up to a million files: the probe
// that counts alone, and a whole decision with all that the shipped policies ask of it.
func (b *bench) trees() ([]row, error) {
	million, large, small := filepath.Join(b.dir, "million"), filepath.Join(b.dir, "large"), filepath.Join(b.dir, "small")
	for dir, shape := range map[string][2]int{million: {1000, 1000}, large: {2000, 100}, small: {900, 100}} {
		if err := plant(dir, shape[0], shape[1]); err != nil {
			return nil, err
		}
	}
	counting, err := b.counting(million)
	if err != nil {
		return nil, err
	}
	const rounds = 9
	deciding := []command{b.decidesOn(large), findIn(large), b.decidesOn(million), findIn(million), b.decidesOn(small), findIn(small)}
	warm, err := medians(rounds, deciding...)
	if err != nil {
		return nil, err
	}
	rows := append(counting,
		ratio("guard check -- rm -rf of 200,000 files / find | wc -l", warm[0], warm[1], 0.5),
		ratio("guard check -- rm -rf of 1,000,000 files / find | wc -l", warm[2], warm[3], 0.5),
		ratio("guard check -- rm -rf of 90,000 files, all looked at / find", warm[4], warm[5], 2),
	)
	for i := range deciding[:4] {
		deciding[i].before = dropCaches
	}
	if err := dropCaches(); err != nil {
		return append(rows, row{"the same with a cold cache", "needs root: " + err.Error(), "", true}), nil
	}
	cold, err := medians(3, deciding[:4]...)
	if err != nil {
		return nil, err
	}
	return append(rows,
		ratio("the same with a cold cache, 200,000 files", cold[0], cold[1], 0.5),
		ratio("the same with a cold cache, 1,000,000 files", cold[2], cold[3], 0.5),
	), nil
}

// counting asks the probe alone.
func (b *bench) counting(root string) ([]row, error) {
	var whole, limited, reference []time.Duration
	for range 5 {
		took, err := findIn(root).time()
		if err != nil {
			return nil, err
		}
		reference = append(reference, took)
		whole = append(whole, count(root, 0))
		limited = append(limited, count(root, 10_000))
	}
	return []row{
		ratio("counting 1,000,000 files / find | wc -l", median(whole), median(reference), 0.5),
		ratio("the same with a limit of 10,000 / find | wc -l", median(limited), median(reference), 0.05),
	}, nil
}

// findIn has find's output go through a pipe that is read, as in find | wc -l.
func findIn(root string) command {
	return command{argv: []string{"sh", "-c", "find '" + root + "' | wc -l"}, env: os.Environ()}
}

func (b *bench) decidesOn(root string) command { return b.ours("check", "--", "rm", "-rf", root) }

// dropCaches makes the kernel forget directories and inodes.
func dropCaches() error {
	if err := exec.Command("sync").Run(); err != nil {
		return err
	}
	return os.WriteFile("/proc/sys/vm/drop_caches", []byte("3"), 0)
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
