package audit

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// intentOf is an intent to remove targets, with everything that is recorded.
func intentOf(verdict guard.Verdict, argv ...string) guard.Intent {
	at := time.Date(2026, 2, 28, 17, 37, 0, 123456789, time.UTC)
	limit := int64(10001)
	decision := guard.Decision{
		Effect: guard.Confirm, Summary: "delete " + strings.Join(argv[1:], ", "), Policies: []string{"filesystem"},
		Checks:        []guard.Check{{Policy: "filesystem", Name: "rule.x", Status: guard.Passes, Level: guard.SoftMandatory, Effect: guard.Allow, Value: "3", Evidence: []string{"counted"}}},
		Confirmations: []guard.Confirmation{{Text: "db2:/srv", Show: true, Delay: time.Second, Unattended: guard.UnattendedText}},
		Identities:    map[string]string{"role": "secondary"}, Counts: []guard.Count{{Name: "entries", Value: 12.5}},
	}
	for _, target := range argv[1:] {
		decision.Targets = append(decision.Targets, guard.Target{Given: target, Resolved: target})
	}
	return guard.Intent{
		Verdict: verdict, Argv: argv, Version: "test", Mode: "enforce", Decision: decision,
		Request: guard.Request{
			Argv: argv, Dir: "/srv", Time: at, Env: []string{"PATH=/bin", "AWS_SECRET_ACCESS_KEY=hidden-value", "PGHOST=db2"},
			Operator: guard.Operator{UID: 1000, EUID: 0, LoginUID: -1, Name: "maria", Ancestry: []guard.Process{{PID: 12, Name: "bash"}}},
			Host:     guard.Host{Name: "db2", BootID: bootID()},
		},
		Operations: []guard.Operation{{Program: argv[0], Path: argv[0], Args: guard.Lits(argv[1:]...), Dir: guard.Lit("/srv")}},
		Facts: []guard.Finding{{
			Ask:  guard.Ask{Key: "a", Kind: "tree", Args: map[string]any{"paths": []any{"/srv"}, "$odd": true, "n": int64(3)}},
			Fact: guard.Fact{Known: true, Value: map[string]any{"entries": guard.Unmeasured{Reason: "limit", AtLeast: &limit}, "newest": at, "share": 2.5, "names": []any{"\xff\xfe", nil}}, At: at},
		}},
		Answer:     &guard.Answer{Yes: true, How: "typed", Shown: "panel\nof two lines", Took: time.Second},
		Executable: guard.Executable{Path: "/bin/rm", Device: 1<<64 - 1, Inode: 12, Ctime: -1},
		Policies:   guard.PolicySet{Hash: "abc", Newest: at},
	}
}

func budget(units, room float64) guard.Claim {
	return guard.Claim{Kind: guard.BudgetClaim, Policy: "remove-capacity", Block: "blast_radius.servers", Key: "index", Units: units, Room: room, Window: time.Hour, Check: "remove-capacity.blast_radius.servers.budget"}
}

func floor(units, room float64) guard.Claim {
	c := budget(units, room)
	c.Kind, c.Window, c.Settle = guard.FloorClaim, 0, time.Minute
	return c
}

func claiming(claims ...guard.Claim) guard.Intent {
	intent := intentOf(guard.Accepted, "s3-capacity", "remove")
	intent.Decision.Claims = claims
	return intent
}

func openLog(t testing.TB, path string, change ...func(*Config)) *Log {
	t.Helper()
	config := Config{Path: path}
	for _, c := range change {
		c(&config)
	}
	l, err := Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.conn.close() })
	return l
}

func openReader(t testing.TB, path string) *Reader {
	t.Helper()
	r, err := OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "state", "audit.db") }

func accept(t testing.TB, l *Log, intent guard.Intent) int64 {
	t.Helper()
	id, err := l.Accept(t.Context(), intent)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func verify(t testing.TB, path string) history.Verification {
	t.Helper()
	v, err := openReader(t, path).Verify(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestACommandIsRecordedAndReadBackAsItWas(t *testing.T) {
	path := newPath(t)
	l := openLog(t, path)
	want := intentOf(guard.Accepted, "rm", "-rf", "/srv/\xff\x01", "$x")
	id := accept(t, l, want)
	if err := l.Exit(t.Context(), id, guard.Outcome{Started: true, Status: 3, Duration: time.Second}); err != nil {
		t.Fatal(err)
	}
	entry, err := openReader(t, path).Get(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	want.Request.Env = nil
	if !reflect.DeepEqual(entry.Intent, want) {
		t.Errorf("got  %+v\nwant %+v", entry.Intent, want)
	}
	if entry.Ending != history.Ended || entry.Outcome == nil || entry.Outcome.Status != 3 || entry.Outcome.Duration != time.Second {
		t.Errorf("outcome %+v, %s", entry.Outcome, entry.Ending)
	}
	if want := []string{"PATH=/bin", "PGHOST=db2"}; !reflect.DeepEqual(entry.Env, want) {
		t.Errorf("environment %q, want %q", entry.Env, want)
	}
	if v := verify(t, path); !v.OK || v.Entries != 2 || v.Unfinished != 0 || len(v.Notes) != 0 {
		t.Errorf("verification %+v %+v", v, v.Problem)
	}
}

func TestSecretsAreMaskedBeforeTheyAreWritten(t *testing.T) {
	path := newPath(t)
	l := openLog(t, path)
	intent := intentOf(guard.Accepted, "mysql", "-pHunter2Hunter2", "--token", "s3cr3t-value", "postgres://u:pa55w0rd@h/db")
	intent.Decision.Secrets = []string{"declared one"}
	intent.Answer.Shown = "mysql --token s3cr3t-value 'declared one'"
	intent.Decision.Summary = "it says s3cr3t-value and Hunter2Hunter2"
	intent.Why = "declared+one"
	accept(t, l, intent)
	if err := l.conn.close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Dir(path) + "/*")
	if err != nil || len(files) < 2 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"Hunter2Hunter2", "s3cr3t-value", "pa55w0rd", "declared one", "declared+one", "hidden-value"} {
			if strings.Contains(string(content), secret) {
				t.Errorf("%s holds %q", filepath.Base(file), secret)
			}
		}
	}
	if v := verify(t, path); !v.OK {
		t.Errorf("%+v", v.Problem)
	}
}

func TestTheVerdictMustFit(t *testing.T) {
	l := openLog(t, newPath(t))
	id := accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
	refused, err := l.Refuse(t.Context(), intentOf(guard.Rejected, "rm", "/a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Exit(t.Context(), id, guard.Outcome{Started: true}); err != nil {
		t.Fatal(err)
	}
	_, acceptErr := l.Accept(t.Context(), intentOf(guard.Rejected, "rm", "/a"))
	_, refuseErr := l.Refuse(t.Context(), intentOf(guard.Accepted, "rm", "/a"))
	for name, err := range map[string]error{
		"accept of a reject":        acceptErr,
		"refuse of an accept":       refuseErr,
		"a second outcome":          l.Exit(t.Context(), id, guard.Outcome{}),
		"an outcome of a reject":    l.Exit(t.Context(), refused, guard.Outcome{}),
		"an outcome of what is not": l.Exit(t.Context(), 99, guard.Outcome{}),
		"an outcome of an outcome":  l.Exit(t.Context(), 3, guard.Outcome{}),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestALogThatWouldNotBeSafeIsRefused(t *testing.T) {
	for _, test := range []struct {
		name, want string
		prepare    func(t *testing.T, path string)
		magic      int64
	}{
		{"on NFS", "NFS", nil, 0x6969},
		{"on SMB, with the sign of 32 bits", "SMB", nil, int64(int32(-0x1acb2be))},
		{"on FUSE", "FUSE", nil, 0x65735546},
		{"another database", "not an audit log", func(t *testing.T, path string) {
			c, err := connect(path, "mode=rwc")
			if err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(c.run("CREATE TABLE a (b)"), c.close()); err != nil {
				t.Fatal(err)
			}
		}, 0},
		{"no database", "not a database", func(t *testing.T, path string) { write(t, path, strings.Repeat("x", 5000)) }, 0},
		{"an empty file", "not an audit log", func(t *testing.T, path string) { write(t, path, "") }, 0},
		{"a directory", "not a file", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }, 0},
		{"a link", "not a file", func(t *testing.T, path string) { must(t, os.Symlink("/dev/null", path)) }, 0},
		{"a file that all may write", "chmod o-w", func(t *testing.T, path string) { write(t, path, ""); must(t, os.Chmod(path, 0o666)) }, 0},
		{"a directory that all may write", "chmod o-w", func(t *testing.T, path string) { must(t, os.Chmod(filepath.Dir(path), 0o777)) }, 0},
		{"a newer format", "version 2.0", func(t *testing.T, path string) {
			l := openLog(t, path)
			must(t, l.conn.run("PRAGMA user_version = 2000"))
		}, 0},
		{"a log that is gone", "restore it", func(t *testing.T, path string) {
			must(t, writeHead(path, head{Size: 3}, 0o600))
		}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "audit.db")
			if test.prepare != nil {
				test.prepare(t, path)
			}
			_, err := open(t.Context(), Config{Path: path}, surroundings{magic: func(string) (int64, error) { return test.magic, nil }})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

func TestTheFilesBelongToTheOwnerOrTheGroup(t *testing.T) {
	for _, test := range []struct {
		name      string
		dir, file os.FileMode
	}{{"a private directory", 0o700, 0o600}, {"a group's directory", 0o770, 0o660}} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "d")
			must(t, errors.Join(os.Mkdir(dir, test.dir), os.Chmod(dir, test.dir)))
			path := filepath.Join(dir, "audit.db")
			accept(t, openLog(t, path), intentOf(guard.Accepted, "rm", "/a"))
			for _, name := range []string{"audit.db", "audit.db-wal", "audit.db-shm", "audit.db.head"} {
				info, err := os.Stat(filepath.Join(dir, name))
				if err != nil || info.Mode().Perm() != test.file {
					t.Errorf("%s: %v %v, want %v", name, info.Mode(), err, test.file)
				}
			}
		})
	}
}

func TestALogThatCannotBeWrittenIsAnErrorWithAMend(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	must(t, os.Chmod(dir, 0o500))
	_, err := Open(t.Context(), Config{Path: filepath.Join(dir, "audit.db")})
	if err == nil || !strings.Contains(err.Error(), "may not write") {
		t.Errorf("error %v", err)
	}
}

func TestALockedLogSaysByWhom(t *testing.T) {
	path := newPath(t)
	first, second := openLog(t, path), openLog(t, path)
	must(t, first.conn.run("BEGIN IMMEDIATE"))
	second.stuck = 10 * time.Millisecond
	_, err := second.Accept(t.Context(), intentOf(guard.Accepted, "rm", "/a"))
	var locked *Locked
	if !errors.As(err, &locked) || !strings.Contains(locked.By, "pid") {
		t.Errorf("error %v", err)
	}
	must(t, first.conn.run("COMMIT"))
	accept(t, second, intentOf(guard.Accepted, "rm", "/a"))
}

func TestACancelledWaitEnds(t *testing.T) {
	path := newPath(t)
	first, second := openLog(t, path), openLog(t, path)
	must(t, first.conn.run("BEGIN IMMEDIATE"))
	defer first.conn.run("ROLLBACK")
	second.stuck = time.Hour
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := second.Accept(ctx, intentOf(guard.Accepted, "rm", "/a")); err == nil {
		t.Error("no error")
	}
}
