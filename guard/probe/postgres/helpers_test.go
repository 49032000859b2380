package postgres_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/database"
	"blastguard/guard/probe/datadir"
)

// These tests ask as guard does: for what the probe "datadir" finds at a path.

const (
	longTime  = time.Minute
	shortTime = 2 * time.Second // for what never answers
)

// measured is the answer for these paths, with time enough for a busy machine.
func measured(t *testing.T, paths ...string) []map[string]any {
	t.Helper()
	return measuredWithin(t, longTime, paths...)
}

func measuredWithin(t *testing.T, timeout time.Duration, paths ...string) []map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	value, _, err := datadir.Measure(ctx, map[string]any{"paths": anyOf(paths)})
	if err != nil {
		t.Fatalf("measure %v: %v", paths, err)
	}
	list, ok := value.(map[string]any)["found"].([]any)
	if !ok {
		t.Fatalf("measure %v: found is %v", paths, value)
	}
	found := make([]map[string]any, len(list))
	for i, element := range list {
		found[i] = element.(map[string]any)
	}
	return found
}

func anyOf(texts []string) []any {
	list := make([]any, len(texts))
	for i, text := range texts {
		list[i] = text
	}
	return list
}

// only is the one database that was found.
func only(t *testing.T, paths ...string) map[string]any {
	t.Helper()
	found := measured(t, paths...)
	if len(found) != 1 {
		t.Fatalf("found %d databases at %v, want 1: %v", len(found), paths, found)
	}
	return found[0]
}

func wantAttributes(t *testing.T, found map[string]any, want map[string]any) {
	t.Helper()
	for name, value := range want {
		if found[name] != value {
			t.Errorf("%s is %v, want %v (evidence: %v)", name, found[name], value, found["evidence"])
		}
	}
}

// wantUnknown checks that the role is unknown, and that the reason says so.
func wantUnknown(t *testing.T, found map[string]any, reasons ...string) {
	t.Helper()
	role, open := found["role"].(guard.Unmeasured)
	if !open {
		t.Fatalf("role is %v, want unknown (evidence: %v)", found["role"], found["evidence"])
	}
	for _, reason := range reasons {
		if !strings.Contains(role.Reason, reason) {
			t.Errorf("the reason is %q, without %q", role.Reason, reason)
		}
	}
}

// giveTo gives path the owner of another file.
func giveTo(t *testing.T, path, like string) {
	t.Helper()
	if err := os.Chown(path, database.OwnerOf(like), -1); err != nil {
		t.Fatal(err)
	}
}

// write makes a file and its directories; a path that ends in a slash is a
// directory.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, "/") {
		return
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func wantEvidence(t *testing.T, found map[string]any, line string) {
	t.Helper()
	for _, said := range found["evidence"].([]any) {
		if said == line {
			return
		}
	}
	t.Errorf("evidence is %v, without %q", found["evidence"], line)
}
