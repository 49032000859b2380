package audit

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"blastguard/guard"

	"golang.org/x/mod/sumdb/tlog"
)

func TestAnOlderCopyPutBackIsSeen(t *testing.T) {
	path := recordSome(t)
	old := read(t, path)
	l := openLog(t, path)
	accept(t, l, intentOf(guard.Accepted, "rm", "/later"))
	must(t, l.conn.close())
	write(t, path, old)
	v := verify(t, path)
	if v.OK || v.Problem.Entry != 12 || !strings.Contains(v.Problem.What, "rolled back") {
		t.Errorf("%+v %+v", v, v.Problem)
	}
	again := openLog(t, path)
	_, err := again.Accept(t.Context(), intentOf(guard.Accepted, "rm", "/a"))
	if err == nil || !strings.Contains(err.Error(), "rolled back, entry 12") {
		t.Errorf("error %v", err)
	}
	must(t, os.Remove(headPath(path)))
	accept(t, again, intentOf(guard.Accepted, "rm", "/a"))
}

func TestACutTailWithAHeadThatFitsIsSeen(t *testing.T) {
	path := recordSome(t)
	other := newPath(t)
	l := openLog(t, other)
	accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	must(t, l.conn.close())
	write(t, path, read(t, other))
	if v := verify(t, path); v.OK || v.Problem.Entry != 2 || !strings.Contains(v.Problem.What, "rolled back") {
		t.Errorf("%+v %+v", v, v.Problem)
	}
}

func TestATornOrMissingHeadCopyIsOnlyANote(t *testing.T) {
	for _, text := range []string{"", "guard audit head 1\n", strings.Repeat("x", headLength)} {
		path := recordSome(t)
		write(t, headPath(path), text)
		if v := verify(t, path); !v.OK || len(v.Notes) != 1 {
			t.Errorf("%q: %+v %+v", text, v, v.Problem)
		}
		var told []string
		l := openLog(t, path, func(c *Config) { c.Notice = func(text string) { told = append(told, text) } })
		for range 2 {
			accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
		}
		if v := verify(t, path); !v.OK || len(v.Notes) != 0 {
			t.Errorf("%q: %+v", text, v)
		}
		// It is said once, and on record.
		if a, err := readAbout(t.Context(), l.conn, 12); len(told) != 1 || !strings.Contains(told[0], "missing or torn") || err != nil || a.Note == "" {
			t.Errorf("%q: told %q, %+v, %v", text, told, a, err)
		}
	}
}

// Whoever comes between a commit and the copy of its head finds an older copy, and no
// reason to warn anybody.
func TestACopyOfTheHeadIsThereBeforeTheLogIsGivenFree(t *testing.T) {
	path := filepath.Join(t.TempDir(), "audit.db")
	first := openLog(t, path)
	mask := maskerFor(guard.Intent{})
	intent := intentOf(guard.Accepted, "rm", "/a")
	draft, err := newDraft(body{About: aboutIntent(intent, mask), Guard: first.self, Intent: &intent}, mask)
	must(t, err)
	must(t, first.transaction(t.Context(), func(ctx context.Context, at time.Time) error {
		_, err := first.append(ctx, draft, at)
		return err
	}))
	second := openLog(t, path, func(c *Config) { c.Notice = func(text string) { t.Errorf("told: %s", text) } })
	accept(t, second, intentOf(guard.Accepted, "rm", "/b"))
	if v := verify(t, path); !v.OK || v.Entries != 2 || len(v.Notes) != 0 {
		t.Errorf("%+v", v)
	}
}

// An entry that says so may fail to be written; then the next one says it.
func TestThatTheCopyWasMissingIsSaidWhenItIsWritten(t *testing.T) {
	path := recordSome(t)
	must(t, os.Remove(headPath(path)))
	var told []string
	l := openLog(t, path, func(c *Config) { c.Notice = func(text string) { told = append(told, text) } })
	mask := maskerFor(guard.Intent{})
	intent := intentOf(guard.Accepted, "rm", "/a")
	draft, err := newDraft(body{About: aboutIntent(intent, mask), Guard: l.self, Intent: &intent}, mask)
	must(t, err)
	full := errors.New("the disk is full")
	if err := l.transaction(t.Context(), func(ctx context.Context, at time.Time) error {
		_, err := l.append(ctx, draft, at)
		return cmp.Or(err, full)
	}); !errors.Is(err, full) {
		t.Fatal(err)
	}
	l = openLog(t, path, func(c *Config) { c.Notice = func(text string) { told = append(told, text) } }) // the first guard ended there
	for range 2 {
		accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	}
	if len(told) != 1 || !strings.Contains(told[0], "missing or torn") {
		t.Errorf("told %q", told)
	}
}

func TestWritersOfANewLogAreNotWarnedOfEachOther(t *testing.T) {
	for range 10 {
		path := filepath.Join(t.TempDir(), "audit.db")
		var writers sync.WaitGroup
		for range 4 {
			l := openLog(t, path, func(c *Config) { c.Notice = func(text string) { t.Errorf("told: %s", text) } })
			writers.Go(func() {
				for range 5 {
					if _, err := l.Accept(t.Context(), intentOf(guard.Accepted, "rm", "/a")); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
	}
}

func TestACopyOfTheHeadThatIsBeingWrittenIsReadAgain(t *testing.T) {
	whole := head{Size: 4711, Root: tlog.Hash{1, 2, 3}}
	reads := []string{"", whole.text()[:40], whole.text()}
	h, ok, err := headFrom(func() ([]byte, error) {
		text := reads[0]
		reads = reads[1:]
		return []byte(text), nil
	})
	if err != nil || !ok || h != whole {
		t.Errorf("%+v %v %v", h, ok, err)
	}
}

// The copy of the head has seen the log at some length: another history up to there is no
// older copy.
func TestACopyOfTheHeadWithAnotherHistoryIsFound(t *testing.T) {
	path := recordSome(t)
	copied, ok, err := readHead(path)
	if err != nil || !ok || copied.Size != 11 {
		t.Fatal(copied, ok, err)
	}
	older := copied
	l := openLog(t, path)
	accept(t, l, intentOf(guard.Accepted, "rm", "/later"))
	must(t, l.conn.close())
	must(t, writeHead(path, older, 0o600))
	if v := verify(t, path); !v.OK {
		t.Errorf("an older copy of the same log: %+v", v.Problem)
	}
	for _, size := range []int64{1, 5, 11} {
		must(t, writeHead(path, head{Size: size, Root: tlog.Hash{1, 2, 3}}, 0o600))
		if v := verify(t, path); v.OK || v.Problem.Entry != size || !strings.Contains(v.Problem.What, "another history") {
			t.Errorf("another root at entry %d: %+v", size, v.Problem)
		}
	}
}
