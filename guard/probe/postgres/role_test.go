package postgres_test

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

	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/pgtest"
)

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

func TestAStandbyThatLags(t *testing.T) {
	pair := pgtest.StartPair(t)
	pair.Primary.SQL("CREATE TABLE t AS SELECT 1 AS n")
	waitFor(t, func() bool {
		return pair.Standby.SQL("SELECT count(*) FROM pg_class WHERE relname = 't'") == "1"
	})
	pair.Standby.SQL("SELECT pg_wal_replay_pause()")
	pair.Primary.SQL("INSERT INTO t SELECT generate_series(1, 1000)")
	waitFor(t, func() bool {
		return pair.Standby.SQL("SELECT pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()") == "t"
	})
	if lag, ok := only(t, pair.Standby.Dir)["lag"].(float64); !ok || lag <= 0 {
		t.Errorf("lag is %v, want more than 0", lag)
	}
	pair.Standby.SQL("SELECT pg_wal_replay_resume()")
	waitFor(t, func() bool {
		lag, ok := only(t, pair.Standby.Dir)["lag"].(float64)
		return ok && lag == 0
	})
	// Without a stream, having replayed all that came is no proof of anything.
	pair.Primary.Stop()
	waitFor(t, func() bool {
		lag, ok := only(t, pair.Standby.Dir)["lag"].(float64)
		return ok && lag > 0
	})
}

func waitFor(t *testing.T, yes func() bool) {
	t.Helper()
	for end := time.Now().Add(longTime); !yes(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it did not happen")
		}
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
	value, _, err := datadir.Measure(ctx, map[string]any{"paths": []any{server.Dir}})
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
