package probe_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// BenchmarkTree counts a tree of a million files, and one of 200,000 in large
// directories (20,000 with -short), beside what people would use: find DIR | wc -l. "ratio" is guard's time by find's in
// the same run; less is better.
func BenchmarkTree(b *testing.B) {
	for _, shape := range []struct {
		name    string
		files   int
		perDir  int
		perTree int // directories below one directory
	}{
		{"directories of 100", 1_000_000, 100, 100},
		{"directories of 5000", 200_000, 5000, 100},
	} {
		b.Run(shape.name, func(b *testing.B) {
			dir, entries := forest(b, shape.files, shape.perDir, shape.perTree)
			b.Run("whole", func(b *testing.B) { race(b, dir, entries, 0) })
			b.Run("limit 10,000", func(b *testing.B) { race(b, dir, entries, 10_000) })
		})
	}
}

// race runs guard and find in turn, and reports the ratio of their best times.
func race(b *testing.B, dir string, entries, limit int64) {
	args := map[string]any{"paths": []any{dir}}
	if limit > 0 {
		args["limit"] = limit
	}
	prober := probe.New(probe.Config{Total: time.Hour})
	ask := []guard.Ask{{Key: "k", Kind: "tree", Args: args, Timeout: time.Hour}}
	var ours, finds time.Duration
	for b.Loop() {
		start := time.Now()
		fact := prober.Measure(b.Context(), ask)["k"]
		ours = best(ours, time.Since(start))
		checkCount(b, fact, entries, limit)
		b.StopTimer()
		finds = best(finds, findTime(b, dir, entries))
		b.StartTimer()
	}
	b.ReportMetric(float64(ours)/float64(finds), "ratio")
	b.ReportMetric(float64(finds.Milliseconds()), "find-ms")
	b.ReportMetric(float64(ours.Milliseconds()), "guard-ms")
}

func best(so, far time.Duration) time.Duration {
	if so == 0 {
		return far
	}
	return min(so, far)
}

func checkCount(b *testing.B, fact guard.Fact, entries, limit int64) {
	b.Helper()
	if !fact.Known {
		b.Fatal(fact.Reason)
	}
	switch got := fact.Value.(map[string]any)["entries"].(type) {
	case int64:
		if got != entries || limit > 0 && entries > limit {
			b.Fatalf("got %d entries, want %d", got, entries)
		}
	case guard.Unmeasured:
		if limit == 0 || entries <= limit || *got.AtLeast != limit+1 {
			b.Fatalf("got %+v, want %d entries", got, entries)
		}
	}
}

// findTime is how long find DIR | wc -l takes.
func findTime(b *testing.B, dir string, entries int64) time.Duration {
	b.Helper()
	start := time.Now()
	out, err := exec.Command("sh", "-c", `find "$1" | wc -l`, "sh", dir).Output()
	took := time.Since(start)
	if err != nil || string(bytes.TrimSpace(out)) != fmt.Sprint(entries) {
		b.Fatalf("find: %q, %v, want %d", out, err, entries)
	}
	return took
}

// forest makes the files once for all runs of a shape, and says how many
// entries there are, its own directory included.
func forest(b *testing.B, files, perDir, perTree int) (dir string, entries int64) {
	b.Helper()
	dir = b.TempDir()
	if testing.Short() {
		files = 20_000
	}
	entries = 1
	for d := range files / perDir {
		group := filepath.Join(dir, fmt.Sprintf("group-%d", d/perTree))
		if d%perTree == 0 {
			entries++
		}
		sub := filepath.Join(group, fmt.Sprintf("directory-%d", d))
		if err := os.MkdirAll(sub, 0o755); err != nil {
			b.Fatal(err)
		}
		entries++
		for f := range perDir {
			file, err := os.Create(filepath.Join(sub, fmt.Sprintf("some-file-%d", f)))
			if err != nil {
				b.Fatal(err)
			}
			file.Close()
			entries++
		}
	}
	return dir, entries
}
