package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each command reads the write-ahead log, so that it must not grow for ever.
func TestTheWriteAheadLogIsCopiedIntoTheDatabase(t *testing.T) {
	h := newHome(t)
	long := strings.Repeat("x", 100_000) // so that a few commands are enough
	for range 10 {
		for _, args := range [][]string{{"true", long}, {"--expect", "host=none", "true", long}} {
			_ = h.command(args...).Run() // the second is refused
		}
	}
	const most = 3 << 20
	info, err := os.Stat(filepath.Join(h.dir, "state/guard/audit.db-wal"))
	if err != nil || info.Size() > most {
		t.Errorf("the write-ahead log has %d bytes, more than %d (%v)", info.Size(), most, err)
	}
	var entries []any
	h.json(&entries, "history", "list", "--json", "--limit", "1000")
	if len(entries) != 20 {
		t.Errorf("the log has %d commands, want 20", len(entries))
	}
	h.verify()
}
