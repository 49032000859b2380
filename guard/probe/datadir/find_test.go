package datadir

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/database"
	"blastguard/guard/probe/pgtest"
)

// measured is the answer for these paths, with time enough for a busy machine.
func measured(t *testing.T, paths ...string) []map[string]any {
	t.Helper()
	return measuredWithin(t, longTime, paths...)
}

const (
	longTime  = time.Minute
	shortTime = 2 * time.Second // for what never answers
)

func measuredWithin(t *testing.T, timeout time.Duration, paths ...string) []map[string]any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), timeout)
	defer cancel()
	value, _, err := Measure(ctx, map[string]any{"paths": anyOf(paths)})
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

func TestWhereADatabaseIsFound(t *testing.T) {
	server := pgtest.StartPrimary(t)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(server.Dir, link); err != nil {
		t.Fatal(err)
	}
	inner := filepath.Join(t.TempDir(), "inner")
	if err := os.Symlink(filepath.Join(server.Dir, "base", "1"), inner); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"a link to a directory inside":     inner,
		"the data directory":               server.Dir,
		"with a slash at the end":          server.Dir + "/",
		"a parent":                         filepath.Dir(server.Dir),
		"a directory inside":               filepath.Join(server.Dir, "base"),
		"a file inside":                    filepath.Join(server.Dir, "global", "pg_control"),
		"a link to it":                     link,
		"through a link":                   filepath.Join(link, "base", "1"),
		"out of it and in again":           filepath.Join(server.Dir, "base") + "/../global",
		"a link's parent, as the kernel":   link + "/../data/base",
		"a path that does not exist in it": filepath.Join(server.Dir, "nothing"),
	} {
		t.Run(name, func(t *testing.T) {
			wantAttributes(t, only(t, path), map[string]any{"path": server.Dir, "role": "primary"})
		})
	}
	for name, path := range map[string]string{
		"a path that does not exist": filepath.Join(t.TempDir(), "nothing"),
		"a plain directory":          t.TempDir(),
		"below a file":               "/etc/passwd/x",
	} {
		t.Run(name, func(t *testing.T) {
			if found := measured(t, path); len(found) != 0 {
				t.Errorf("found %v", found)
			}
		})
	}
}

func TestATablespaceBelongsToItsRunningServer(t *testing.T) {
	server := pgtest.StartPrimary(t)
	space := filepath.Join(filepath.Dir(server.Dir), "space")
	if err := os.Mkdir(space, 0o700); err != nil {
		t.Fatal(err)
	}
	giveTo(t, space, server.Dir)
	server.SQL("CREATE TABLESPACE elsewhere LOCATION '" + space + "'")
	server.SQL("CREATE TABLE t TABLESPACE elsewhere AS SELECT 1")
	entries, err := os.ReadDir(space)
	if err != nil || len(entries) != 1 {
		t.Fatalf("tablespace: %v, %v", entries, err)
	}
	for _, path := range []string{space, filepath.Join(space, entries[0].Name())} {
		wantAttributes(t, only(t, path), map[string]any{"path": server.Dir, "role": "primary"})
	}
	server.Stop()
	found := only(t, space)
	wantAttributes(t, found, map[string]any{"path": space, "engine": "postgresql", "state": "tablespace"})
	wantUnknown(t, found, "tablespace")
	// The parent holds both: the tablespace is the database's.
	wantAttributes(t, only(t, filepath.Dir(server.Dir)), map[string]any{"path": server.Dir, "role": "primary"})
}

func TestAWriteAheadLogElsewhere(t *testing.T) {
	server := pgtest.StartPrimary(t)
	server.Stop()
	log := filepath.Join(filepath.Dir(server.Dir), "wal")
	inside := filepath.Join(server.Dir, "pg_wal")
	if err := os.Rename(inside, log); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(log, inside); err != nil {
		t.Fatal(err)
	}
	wantAttributes(t, only(t, inside), map[string]any{"path": server.Dir, "role": "primary"})
	found := only(t, log)
	wantAttributes(t, found, map[string]any{"path": log, "engine": "postgresql", "state": "write-ahead log"})
	wantUnknown(t, found)
	server.Start()
	wantAttributes(t, only(t, log), map[string]any{"path": server.Dir, "role": "primary"})
}

// giveTo gives path the owner of another file.
func giveTo(t *testing.T, path, like string) {
	t.Helper()
	if err := os.Chown(path, database.OwnerOf(like), -1); err != nil {
		t.Fatal(err)
	}
}
