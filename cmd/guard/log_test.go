package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Each command reads the write-ahead log, so that it must not grow for ever.
func TestTheWriteAheadLogIsCopiedIntoTheDatabase(t *testing.T) {
	h := newHome(t)
	for range 60 {
		for _, args := range [][]string{{"true"}, {"--expect", "host=none", "true"}} {
			h.command(args...).Run()
		}
	}
	const most = 3 << 20
	info, err := os.Stat(filepath.Join(h.dir, "state/guard/audit.db-wal"))
	if err != nil || info.Size() > most {
		t.Errorf("the write-ahead log has %d bytes, more than %d (%v)", info.Size(), most, err)
	}
	var entries []any
	h.json(&entries, "history", "list", "--json", "--limit", "1000")
	if len(entries) != 120 {
		t.Errorf("the log has %d commands, want 120", len(entries))
	}
	h.verify()
}
