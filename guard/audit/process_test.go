package audit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// TestMain lets the test binary be another guard: it does what its environment
// says, and ends.
func TestMain(m *testing.M) {
	if role := os.Getenv("AUDIT_TEST_ROLE"); role != "" {
		if err := play(role, os.Getenv("AUDIT_TEST_LOG")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func play(role, path string) error {
	ctx := context.Background()
	l, err := Open(ctx, Config{Path: path})
	if err != nil {
		return err
	}
	l.stuck = time.Minute // machines that test many things at once are slow
	switch role {
	case "spend": // one unit of ten
		return errors.Join(spend(ctx, l), l.Close())
	case "once": // one allowed command
		return errors.Join(command(ctx, l), l.Close())
	case "for ever":
		for {
			if err := command(ctx, l); err != nil {
				return err
			}
			fmt.Println("done")
			if err := l.Close(); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("no role %q", role)
}

func spend(ctx context.Context, l *Log) error {
	id, err := l.Accept(ctx, claiming(budget(1, 9)))
	var refused *guard.ClaimRefused
	if errors.As(err, &refused) {
		_, err = l.Refuse(ctx, intentOf(guard.Rejected, "s3-capacity", "remove"))
		return err
	}
	if err != nil {
		return err
	}
	fmt.Println("accepted")
	return l.Exit(ctx, id, guard.Outcome{Started: true})
}

func command(ctx context.Context, l *Log) error {
	id, err := l.Accept(ctx, claiming(floor(1, 1e9), budget(1, 1e9)))
	if err != nil {
		return err
	}
	return l.Exit(ctx, id, guard.Outcome{Started: true})
}

func another(t testing.TB, role, path string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program)
	cmd.Env = append(os.Environ(), "AUDIT_TEST_ROLE="+role, "AUDIT_TEST_LOG="+path)
	return cmd
}

func TestSixtyFourGuardsAtOnceSpendABudgetOfTenExactly(t *testing.T) {
	path := newPath(t)
	var wait sync.WaitGroup
	var mu sync.Mutex
	accepted := 0
	for range 64 {
		wait.Go(func() {
			var stderr strings.Builder
			cmd := another(t, "spend", path)
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Errorf("%v: %s", err, stderr.String())
			}
			accepted += strings.Count(string(out), "accepted")
		})
	}
	wait.Wait()
	if accepted != 10 {
		t.Errorf("accepted %d, want 10", accepted)
	}
	if v := verify(t, path); !v.OK || v.Entries != 10+10+54 || v.Unfinished != 0 {
		t.Errorf("verification %+v %+v", v, v.Problem)
	}
}

func TestAGuardKilledAtAnyMomentLeavesALogThatVerifies(t *testing.T) {
	path := newPath(t)
	rounds := 30
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		cmd := another(t, "for ever", path)
		out, err := cmd.StdoutPipe()
		must(t, errors.Join(err, cmd.Start()))
		lines := bufio.NewScanner(out)
		done := int64(0)
		for n := rand.IntN(4); n > 0 && lines.Scan(); n-- {
			done++
		}
		time.Sleep(time.Duration(rand.IntN(4000)) * time.Microsecond)
		must(t, cmd.Process.Kill())
		for lines.Scan() {
			done++
		}
		_ = cmd.Wait()
		if _, err := os.Stat(path); err != nil {
			continue // killed before there was a log
		}
		if v := verify(t, path); !v.OK || v.Entries < 2*done {
			t.Fatalf("after %d commands: %+v %+v", done, v, v.Problem)
		}
	}
	r := openReader(t, path)
	all, err := r.List(t.Context(), history.Filter{Limit: 1 << 20})
	must(t, err)
	for _, s := range all {
		if s.Ending != history.Ended && s.Ending != history.UnknownEnd {
			t.Errorf("entry %d: %s", s.ID, s.Ending)
		}
	}
}

func TestAnAllowedCommandCostsTwoSyncs(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("strace is not installed")
	}
	path := newPath(t)
	must(t, another(t, "once", path).Run())
	cmd := another(t, "once", path)
	trace := path + ".trace"
	cmd.Args = append([]string{strace, "-f", "-y", "-o", trace, "-e", "trace=fsync,fdatasync,sync,msync,sync_file_range", cmd.Path}, cmd.Args[1:]...)
	cmd.Path = strace
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Skipf("strace cannot be used here: %v %s", err, out)
	}
	text, err := os.ReadFile(trace)
	must(t, err)
	calls := regexp.MustCompile(`(?m)^\d+ +\w*sync\w*\(.*?<(.*?)>`).FindAllStringSubmatch(string(text), -1)
	wal, others := 0, 0
	for _, call := range calls {
		if call[1] == path+"-wal" {
			wal++
		} else if call[1] != filepath.Dir(path) {
			others++
		}
	}
	// SQLite syncs the unchanged directory once for each connection, unless it
	// is built with SQLITE_DISABLE_DIRSYNC.
	if wal != 2 || others != 0 || len(calls) > 3 {
		t.Errorf("%d syncs of the WAL and %d of others, want 2 and 0:\n%s", wal, others, text)
	}
}

func TestTheWALIsCopiedBackBeforeItGrowsLarge(t *testing.T) {
	path := newPath(t)
	for range 40 {
		l := openLog(t, path)
		big := intentOf(guard.Accepted, "rm", strings.Repeat("x", 200<<10))
		accept(t, l, big)
		must(t, errors.Join(l.Close(), l.conn.close()))
	}
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 2*checkpointAt {
		t.Errorf("the WAL has %s bytes", strconv.FormatInt(info.Size(), 10))
	}
	if v := verify(t, path); !v.OK {
		t.Errorf("%+v", v.Problem)
	}
}

func TestAnEntryOfAnotherBootSaysThatTheHostWentDown(t *testing.T) {
	path := newPath(t)
	l := openLog(t, path)
	intent := intentOf(guard.Accepted, "rm", "/a")
	intent.Request.Host.BootID = "earlier"
	id := accept(t, l, intent)
	running := accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	l.self.Started = "1"
	unknown := accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	r := openReader(t, path)
	for id, want := range map[int64]history.Ending{id: history.HostWentDown, running: history.StillRunning, unknown: history.UnknownEnd} {
		if entry, err := r.Get(t.Context(), id); err != nil || entry.Ending != want {
			t.Errorf("entry %d: %q %v, want %q", id, entry.Ending, err, want)
		}
	}
}
