package datadir

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/guard"
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

func TestTheRoleOfARunningPair(t *testing.T) {
	pair := pgtest.StartPair(t)
	identity := "postgresql " + pair.Primary.Identity()

	found := only(t, pair.Primary.Dir)
	wantAttributes(t, found, map[string]any{
		"path": pair.Primary.Dir, "engine": "postgresql", "role": "primary", "lag": nil, "upstream_alive": nil,
		"identity": identity, "state": "in production", "port": int64(pair.Primary.Port),
	})
	line := found["evidence"].([]any)[0].(string)
	for _, part := range []string{"asked PostgreSQL ", "on port " + strconv.Itoa(pair.Primary.Port), "(pid " + strconv.Itoa(pair.Primary.PID()) + ")", "says this is its data directory"} {
		if !strings.Contains(line, part) {
			t.Errorf("evidence %q has no %q", line, part)
		}
	}

	found = only(t, pair.Standby.Dir)
	wantAttributes(t, found, map[string]any{
		"role": "secondary", "upstream_alive": true, "identity": identity, "state": "in archive recovery", "port": int64(pair.Standby.Port),
	})
	if lag, ok := found["lag"].(float64); !ok || lag < 0 {
		t.Errorf("lag is %v, want a number of seconds", found["lag"])
	}

	if found := measured(t, filepath.Dir(pair.Primary.Dir), pair.Standby.Dir); len(found) != 2 {
		t.Errorf("both were named, found %v", found)
	}

	pair.Primary.Stop()
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{"role": "secondary", "upstream_alive": false})
	wantAttributes(t, only(t, pair.Primary.Dir), map[string]any{"role": "primary", "state": "shut down", "port": nil})

	pair.Standby.Stop()
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{
		"role": "secondary", "upstream_alive": false, "identity": identity, "state": "shut down in recovery", "port": nil,
	})

	pair.Primary.Start()
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{"role": "secondary", "upstream_alive": true})
	pair.Standby.Start()
	pair.Promote()
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{"role": "primary", "lag": nil, "upstream_alive": nil})
	pair.Stop()
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{"role": "primary"})
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
	if err := os.Chown(path, ownerOf(like), -1); err != nil {
		t.Fatal(err)
	}
}

func TestAStaleLockFileProvesNothing(t *testing.T) {
	server := pgtest.StartPrimary(t)
	server.Kill()
	lock := filepath.Join(server.Dir, "postmaster.pid")
	wantAttributes(t, only(t, server.Dir), map[string]any{"role": "primary", "state": "in production", "port": nil})

	// Its number now belongs to another program, which even works in there.
	sleep := exec.Command("sleep", "600")
	sleep.Dir = server.Dir
	if err := sleep.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sleep.Process.Kill(); _ = sleep.Wait() }()
	content, err := os.ReadFile(lock)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(content), "\n")
	if err := os.WriteFile(lock, []byte(strconv.Itoa(sleep.Process.Pid)+"\n"+rest), 0o600); err != nil {
		t.Fatal(err)
	}
	wantAttributes(t, only(t, server.Dir), map[string]any{"role": "primary", "state": "in production", "port": nil})
}

func TestACopyIsNotTheRunningServer(t *testing.T) {
	pair := pgtest.StartPair(t)
	copied := filepath.Join(t.TempDir(), "copy")
	if output, err := exec.Command("cp", "-a", pair.Primary.Dir, copied).CombinedOutput(); err != nil {
		t.Fatalf("cp: %v %s", err, output)
	}
	// The same identity, and a lock file that names a running server, but not
	// its directory. What the copy says of itself is all there is.
	found := only(t, copied)
	wantAttributes(t, found, map[string]any{"path": copied, "port": nil, "role": "primary", "state": "in production"})
	if err := os.WriteFile(filepath.Join(copied, "standby.signal"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	wantUnknown(t, only(t, copied), "in production", "standby.signal")
	wantAttributes(t, only(t, pair.Standby.Dir), map[string]any{"role": "secondary"})
}

func TestAServerThatHangsIsUnknown(t *testing.T) {
	server := pgtest.StartPrimary(t)
	server.Signal(syscall.SIGSTOP)
	defer server.Signal(syscall.SIGCONT)
	ctx, cancel := context.WithTimeout(t.Context(), shortTime)
	defer cancel()
	value, _, err := Measure(ctx, map[string]any{"paths": []any{server.Dir}})
	if err != nil {
		t.Fatal(err)
	}
	// An answer after the deadline would have been an error.
	found := value.(map[string]any)["found"].([]any)[0].(map[string]any)
	wantUnknown(t, found, "(pid "+strconv.Itoa(server.PID())+") is running", "did not answer on port", `the control file says "in production"`)
}

func TestADirectoryThatLostItsControlFile(t *testing.T) {
	server := pgtest.StartPrimary(t)
	control := filepath.Join(server.Dir, "global", "pg_control")
	content, err := os.ReadFile(control)
	if err != nil {
		t.Fatal(err)
	}
	server.Stop()
	if err := os.Remove(control); err != nil {
		t.Fatal(err)
	}
	found := only(t, server.Dir)
	wantAttributes(t, found, map[string]any{"state": "incomplete", "identity": nil, "engine": "postgresql"})
	wantUnknown(t, found, "no control file")

	content[100] ^= 1
	if err := os.WriteFile(control, content, 0o600); err != nil {
		t.Fatal(err)
	}
	wantUnknown(t, only(t, server.Dir), "checksum")
}

func TestALockFileThatIsGoneHidesNoServer(t *testing.T) {
	server := pgtest.StartPrimary(t)
	if err := os.Remove(filepath.Join(server.Dir, "postmaster.pid")); err != nil {
		t.Fatal(err)
	}
	// PostgreSQL checks its lock file once a minute, and would stop then.
	wantAttributes(t, only(t, server.Dir), map[string]any{"role": "primary", "port": int64(server.Port)})
}
