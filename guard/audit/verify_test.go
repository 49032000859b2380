package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/history"

	"golang.org/x/mod/sumdb/tlog"
)

// recordSome makes a log of eleven entries, 1 to 11, with claims, and closes it
// so that everything is in the database's own file.
func recordSome(t testing.TB) string {
	t.Helper()
	path := newPath(t)
	l := openLog(t, path)
	for i := range 5 {
		id := accept(t, l, claiming(budget(1, 100), floor(1, 100)))
		must(t, l.Exit(t.Context(), id, guard.Outcome{Started: i%2 == 0}))
	}
	last := intentOf(guard.Accepted, "rm", "/srv/unmistakable")
	last.Decision.Claims = claiming(floor(1, 100)).Decision.Claims
	accept(t, l, last)
	must(t, l.conn.close())
	return path
}

func alter(t testing.TB, path string, statements ...string) {
	t.Helper()
	c, err := connect(path, "mode=rw")
	must(t, err)
	for _, statement := range statements {
		must(t, c.run(statement))
	}
	must(t, c.close())
}

func TestVerifyNamesTheEntryThatWasTamperedWith(t *testing.T) {
	for _, test := range []struct {
		name, want string
		entry      int64
		statements []string
	}{
		{"a body", "changed", 3, []string{"UPDATE entries SET body = replace(body, 'maria', 'marta') WHERE id = 3"}},
		{"a salt", "changed", 4, []string{"UPDATE entries SET salt = randomblob(32) WHERE id = 4"}},
		{"a leaf", "changed", 5, []string{"UPDATE entries SET nodes = randomblob(32) WHERE id = 5"}},
		{"the first entry is deleted", "missing", 1, []string{"DELETE FROM entries WHERE id = 1"}},
		{"an entry is deleted", "missing", 7, []string{"DELETE FROM entries WHERE id = 7"}},
		{"the last entry is deleted", "missing", 11, []string{"DELETE FROM entries WHERE id = 11"}},
		{"all entries are deleted", "missing", 1, []string{"DELETE FROM entries"}},
		{"two entries are swapped", "swapped", 3, []string{
			"UPDATE entries SET id = -3 WHERE id = 3", "UPDATE entries SET id = 3 WHERE id = 5", "UPDATE entries SET id = 5 WHERE id = -3"}},
		{"an entry is copied to the end", "head", 12, []string{"INSERT INTO entries SELECT 12, salt, nodes, body FROM entries WHERE id = 11"}},
		{"the root", "root", 0, []string{"UPDATE head SET root = randomblob(32)"}},
		{"the frontier", "frontier", 0, []string{"UPDATE head SET frontier = randomblob(32)"}},
		{"the head is missing", "missing", 0, []string{"DELETE FROM head"}},
		{"an entry cannot be searched any more", "cannot be found", 11, []string{"DELETE FROM terms WHERE kind = 'program' AND entry = 11"}},
		{"an entry is searched by what it does not say", "does not contain", 3, []string{"INSERT INTO terms VALUES ('program', 'ls', 1, 3)"}},
		{"the times of two rows are moved, so that their sum stays", "cannot be found", 1, []string{
			"UPDATE terms SET at = at - 1000003 WHERE kind = 'program' AND entry = 1", "UPDATE terms SET at = at + 1000003 WHERE kind = 'program' AND entry = 11"}},
		{"a time is moved by a multiple", "cannot be found", 11, []string{"UPDATE terms SET at = at - 1000003 * 1000000 WHERE kind = 'decision' AND entry = 11"}},
		{"the numbers of two entries are swapped in one term", "cannot be found", 1, []string{
			"UPDATE terms SET entry = 99 WHERE kind = 'decision' AND entry = 1", "UPDATE terms SET entry = 1 WHERE kind = 'decision' AND entry = 11",
			"UPDATE terms SET entry = 11 WHERE kind = 'decision' AND entry = 99"}},
		{"an entry is found by a word of another", "cannot be found", 11, []string{"UPDATE terms SET value = 'safe' WHERE value = 'unmistakable'"}},
		{"a claim is given back", "claim", 1, []string{"UPDATE claims SET returned = 1 WHERE entry = 1"}},
		{"a claim is made smaller", "claim", 3, []string{"UPDATE claims SET units = 0.5 WHERE entry = 3 AND nr = 1"}},
		{"a claim is deleted", "claim", 5, []string{"DELETE FROM claims WHERE entry = 5 AND nr = 0"}},
		{"a claim ended before there was time", "claim", 11, []string{"UPDATE claims SET ended = -9223372036854775808 WHERE ended IS NULL"}},
		{"a claim has the lowest number for an outcome", "claim", 11, []string{"UPDATE claims SET exit = -9223372036854775808 WHERE exit IS NULL"}},
		{"a claim has a number that is none", "claim", 3, []string{"UPDATE claims SET nr = -1 WHERE entry = 3 AND nr = 1"}},
		{"a claim has a number beyond all", "claim", 3, []string{"UPDATE claims SET nr = 9223372036854775807 WHERE entry = 3 AND nr = 1"}},
		{"a claim that holds a floor has ended at 0", "claim", 11, []string{"UPDATE claims SET ended = 0 WHERE entry = 11"}},
		{"a claim names no outcome", "claim", 1, []string{"UPDATE claims SET exit = NULL WHERE entry = 1"}},
		{"a claim is given back twice", "claim", 3, []string{"UPDATE claims SET returned = 2 WHERE entry = 3"}},
		{"a root of 33 bytes", "33 bytes", 0, []string{"UPDATE head SET root = CAST(root || x'00' AS BLOB)"}},
		{"a root of 31 bytes", "31 bytes", 0, []string{"UPDATE head SET root = substr(root, 1, 31)"}},
		{"a byte is moved from the salt to the body", "salt", 3, []string{"UPDATE entries SET salt = substr(salt, 1, 31) WHERE id = 3"}},
		{"a claim is invented", "claim", 11, []string{"INSERT INTO claims SELECT 11, nr + 1, kind, policy, block, key, units, settle, at, exit, ended, returned FROM claims WHERE entry = 1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := recordSome(t)
			if v := verify(t, path); !v.OK {
				t.Fatal(v.Problem)
			}
			alter(t, path, test.statements...)
			v := verify(t, path)
			if v.OK || v.Problem == nil || v.Problem.Entry != test.entry || !strings.Contains(v.Problem.What, test.want) {
				t.Errorf("%+v %+v, want entry %d, %s", v, v.Problem, test.entry, test.want)
			}
		})
	}
}

// A forger who computes one leaf anew is found by the hashes above it.
func TestVerifyFindsAForgedLeaf(t *testing.T) {
	for entry := int64(1); entry <= 11; entry++ {
		path := recordSome(t)
		c, err := connect(path, "mode=rw")
		must(t, err)
		row, err := c.one(t.Context(), "SELECT salt, nodes, replace(body, 'maria', 'marta'), replace(body, 'exit', 'exyt') FROM entries WHERE id = ?", entry)
		must(t, err)
		text := asText(row[2])
		if strings.Contains(text, `"kind":"exit"`) {
			text = strings.Replace(text, `"pid":`, `"pid":1`, 1)
		}
		leaf, _ := leafHash(nil, asBytes(row[0]), text)
		nodes := append(leaf[:], asBytes(row[1])[tlog.HashSize:]...)
		must(t, c.exec(t.Context(), "UPDATE entries SET body = ?, nodes = ? WHERE id = ?", text, nodes, entry))
		must(t, c.close())
		if v := verify(t, path); v.OK || v.Problem.Entry != 0 && (v.Problem.Entry < entry || v.Problem.Entry > entry+8) {
			t.Errorf("entry %d: %+v %+v", entry, v, v.Problem)
		}
	}
}

func TestAFlippedByteIsFoundOrHarmless(t *testing.T) {
	path := recordSome(t)
	whole, err := os.ReadFile(path)
	must(t, err)
	step := 997
	if testing.Short() {
		step = 9973
	}
	before := bodies(t, path)
	for at := 100; at < len(whole); at += step {
		flipped := append([]byte(nil), whole...)
		flipped[at] ^= 0x20
		copied := filepath.Join(t.TempDir(), "audit.db")
		write(t, copied, string(flipped))
		write(t, headPath(copied), read(t, headPath(path)))
		r, err := OpenReader(t.Context(), copied)
		if err != nil {
			continue // it cannot even be opened
		}
		v, err := r.Verify(t.Context(), nil)
		must(t, r.Close())
		if err == nil && v.OK && bodies(t, copied) != before {
			t.Errorf("byte %d: the log verifies and says something else", at)
		}
	}
	at := strings.Index(string(whole), "unmistakable")
	whole[at] ^= 1
	write(t, path, string(whole))
	if v := verify(t, path); v.OK || v.Problem.Entry != 11 {
		t.Errorf("%+v", v.Problem)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	must(t, err)
	return string(text)
}

// bodies is everything that the log says.
func bodies(t testing.TB, path string) string {
	t.Helper()
	r := openReader(t, path)
	row, err := r.conn.one(t.Context(), "SELECT group_concat(id || body, char(10)) FROM (SELECT id, body FROM entries ORDER BY id)")
	if err != nil {
		return "unreadable"
	}
	return asText(row[0])
}

func TestACheckpointProvesThePast(t *testing.T) {
	path := recordSome(t)
	dir := filepath.Dir(path)
	checkpoint, err := openReader(t, path).Checkpoint(t.Context(), dir)
	must(t, err)
	if info, err := os.Stat(filepath.Join(dir, keyFile)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key: %v %v", info, err)
	}
	l := openLog(t, path)
	accept(t, l, intentOf(guard.Accepted, "rm", "/later"))
	must(t, l.conn.close())
	check := func(path, key string) (history.Verification, error) {
		return openReader(t, path).VerifyCheckpoint(t.Context(), verify(t, path), checkpoint, key)
	}
	public := read(t, filepath.Join(dir, publicFile))
	if v, err := check(path, public); err != nil || !v.OK || v.Checkpoint != 11 {
		t.Errorf("%+v %v", v, err)
	}
	must(t, os.WriteFile(filepath.Join(t.TempDir(), "x"), nil, 0o600))
	other := recordSome(t)
	if v, err := check(other, public); err != nil || v.OK || !strings.Contains(v.Problem.What, "another history") {
		t.Errorf("another log: %+v %v", v, err)
	}
	short := newPath(t)
	accept(t, openLog(t, short), intentOf(guard.Accepted, "rm", "/a"))
	if v, err := check(short, public); err != nil || v.OK || v.Problem.Entry != 2 {
		t.Errorf("a shorter log: %+v %v", v, err)
	}
	checkpoint[len(checkpoint)-10] ^= 1
	if _, err := check(path, ""); err == nil {
		t.Error("a forged signature passes")
	}
	must(t, os.Chmod(filepath.Join(dir, keyFile), 0o644))
	if _, err := openReader(t, path).Checkpoint(t.Context(), dir); err == nil {
		t.Error("a key that others may read is used")
	}
}

func TestTheTreeIsThatOfTlog(t *testing.T) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var hashes []tlog.Hash
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	var f frontier
	for n := range int64(200) {
		salt, body := []byte{byte(n)}, fmt.Sprint(n)
		leaf, _ := leafHash(nil, salt, body)
		if leaf != tlog.RecordHash(append(salt, body...)) {
			t.Fatal("leaf hash")
		}
		want, err := tlog.StoredHashesForRecordHash(n, leaf, reader)
		must(t, err)
		next, nodes := f.add(n, leaf)
		if string(join(nodes)) != string(join(want)) {
			t.Fatalf("size %d: other hashes", n)
		}
		stored, f = append(stored, want...), next
		if root, err := tlog.TreeHash(n+1, reader); err != nil || root != f.root() {
			t.Fatalf("size %d: another root, %v", n+1, err)
		}
	}
}

func TestVerifyStopsWhenItIsCancelled(t *testing.T) {
	path := recordSome(t)
	r := openReader(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Verify(ctx, nil); err == nil {
		t.Error("no error")
	}
	if _, err := r.Get(t.Context(), 99); !errors.Is(err, history.ErrNoEntry) {
		t.Errorf("error %v", err)
	}
}

// An outcome belongs to one entry that waits for it. Behind the hashes this can only be
// wrong by a fault of guard's own.
func TestAnOutcomeHasItsEntry(t *testing.T) {
	v := &verifier{open: map[int64]bool{}, claims: map[int64][]claimRow{}}
	accepted, exit := &row{id: 7, about: about{ID: 7, Kind: string(guard.Accepted)}}, &row{id: 9, about: about{ID: 9, Kind: kindExit, Of: 7}}
	if err := v.follow(exit); err == nil {
		t.Error("an outcome of nothing passes")
	}
	must(t, v.follow(accepted))
	must(t, v.follow(exit))
	if err := v.follow(exit); err == nil || len(v.open) > 0 {
		t.Errorf("a second outcome passes, %v", v.open)
	}
}

// Numbers that are texts count as one row, whatever stands in them.
func TestRowsThatWereJoinedIntoOneAreFound(t *testing.T) {
	const stolen = "CREATE TABLE swap AS SELECT kind, value, group_concat(at) AS at, group_concat(entry) AS entry FROM terms WHERE kind = 'program' AND value = 's3-capacity'"
	for name, statements := range map[string][]string{
		"two rows in one":              {stolen, "DELETE FROM terms WHERE kind = 'program' AND value = 's3-capacity'", "INSERT INTO terms SELECT * FROM swap", "DROP TABLE swap"},
		"texts that look like numbers": {"UPDATE terms SET entry = CAST(entry AS TEXT) WHERE kind = 'program'"},
	} {
		t.Run(name, func(t *testing.T) {
			path := recordSome(t)
			text := ""
			c, err := connect(path, "mode=rw")
			must(t, err)
			row, err := c.one(t.Context(), "SELECT sql FROM sqlite_schema WHERE name = 'terms'")
			must(t, err)
			text = asText(row[0])
			must(t, c.close())
			loose := strings.NewReplacer("STRICT, ", "", ", STRICT", "", " STRICT", "", "INTEGER", "BLOB").Replace(text)
			if loose == text {
				t.Fatalf("the table is not strict: %s", text)
			}
			schema := func(sql string) string {
				return "UPDATE sqlite_schema SET sql = '" + strings.ReplaceAll(sql, "'", "''") + "' WHERE name = 'terms'"
			}
			alter(t, path, "PRAGMA writable_schema = ON", schema(loose), "PRAGMA writable_schema = RESET")
			alter(t, path, statements...)
			alter(t, path, "PRAGMA writable_schema = ON", schema(text), "PRAGMA writable_schema = RESET")
			if v, err := openReader(t, path).Verify(t.Context(), nil); err == nil && v.OK {
				t.Error("it verifies")
			}
		})
	}
}
