package audit

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/history"
)

// What somebody added to the database could make an entry vanish while it is written.
func TestADatabaseThatDoesMoreThanKeepIsRefused(t *testing.T) {
	for name, test := range map[string]struct{ statement, want string }{
		"a trigger that drops entries":            {"CREATE TRIGGER t BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END", "trigger t"},
		"a trigger that removes them again":       {"CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries WHERE id = new.id; END", "trigger t"},
		"a trigger on what is searched":           {"CREATE TRIGGER t BEFORE INSERT ON terms BEGIN SELECT RAISE(IGNORE); END", "trigger t"},
		"a trigger on claims":                     {"CREATE TRIGGER t AFTER INSERT ON claims BEGIN UPDATE claims SET units = 0; END", "trigger t"},
		"a view":                                  {"CREATE VIEW v AS SELECT * FROM entries", "view v"},
		"an index":                                {"CREATE INDEX i ON entries (salt)", "index i"},
		"a unique index that drops what it meets": {"CREATE UNIQUE INDEX i ON terms (kind)", "index i"},
		"another table":                           {"CREATE TABLE notes (text)", "table notes"},
		"an index is gone":                        {"DROP INDEX claims_taken", "claims_taken is missing"},
		"a table is gone":                         {"DROP TABLE terms", "terms is missing"},
		"a column more":                           {"ALTER TABLE entries ADD COLUMN note TEXT", "table entries is not as guard created it"},
		"a table that is not strict": {"DROP TABLE claims; CREATE TABLE claims (entry, nr, kind, policy, block, key, units, settle, at, exit, ended, returned DEFAULT 0);" +
			"CREATE INDEX claims_taken ON claims (kind, policy, block, key, at); CREATE INDEX claims_ended ON claims (kind, policy, block, key, ended)", "table claims is not as guard created it"},
		"a view in the place of a table": {"ALTER TABLE terms RENAME TO old; CREATE VIEW terms AS SELECT * FROM old", "which guard did not create"},
	} {
		t.Run(name, func(t *testing.T) {
			path := newPath(t)
			l := openLog(t, path)
			if name != "a unique index that drops what it meets" {
				accept(t, l, intentOf(guard.Accepted, "rm", "/a"))
			}
			open := openLog(t, path) // before it was changed
			must(t, l.conn.close())
			alter(t, path, test.statement)
			if _, err := open.Accept(t.Context(), intentOf(guard.Accepted, "rm", "/b")); err == nil {
				t.Error("a log that was open when it was changed is written to")
			}
			_, err := Open(t.Context(), Config{Path: path})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("opened for writing: %v, want %q", err, test.want)
			}
			if _, err := OpenReader(t.Context(), path); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("opened for reading: %v, want %q", err, test.want)
			}
		})
	}
}

// What SQLite itself adds, and what a newer guard may have added, is no reason.
func TestWhatIsAddedLawfullyIsNotRefused(t *testing.T) {
	for name, statement := range map[string]string{
		"statistics":           "ANALYZE",
		"a compacted database": "VACUUM",
		"a newer minor format": "ALTER TABLE entries ADD COLUMN note TEXT; CREATE TABLE more (a TEXT) STRICT; CREATE INDEX more_a ON more (a); PRAGMA user_version = 1001",
	} {
		t.Run(name, func(t *testing.T) {
			path := recordSome(t)
			alter(t, path, statement)
			accept(t, openLog(t, path), intentOf(guard.Accepted, "rm", "/a"))
			if v := verify(t, path); !v.OK {
				t.Error(v.Problem)
			}
		})
	}
	path := recordSome(t)
	alter(t, path, "PRAGMA user_version = 1001; CREATE TRIGGER t AFTER INSERT ON entries BEGIN DELETE FROM entries; END")
	if _, err := Open(t.Context(), Config{Path: path}); err == nil {
		t.Error("a trigger is let through because the format says that it is newer")
	}
}

// A statement that wrote nothing is an error, whatever the reason.
func TestWhatWasNotWrittenIsAnError(t *testing.T) {
	l := openLog(t, newPath(t))
	if err := l.conn.write(t.Context(), 1, "UPDATE head SET size = 1 WHERE one = 2"); !errors.Is(err, errDamaged) {
		t.Errorf("got %v", err)
	}
}

// Any cell that is changed is found, and nothing panics.
func TestAnyCellThatIsChangedIsFound(t *testing.T) {
	whole := recordSome(t)
	columns := map[string][]string{
		"entries": {"id", "salt", "nodes", "body"},
		"head":    {"size", "root", "frontier"},
		"terms":   {"kind", "value", "at", "entry"},
		"claims":  {"entry", "nr", "kind", "policy", "block", "key", "units", "settle", "at", "exit", "ended", "returned"},
	}
	integers := []string{"-1", "0", "7", "9223372036854775807", "-9223372036854775808", "NULL"}
	texts := []string{"''", "'x'", "'{\"about\":{}}'", "'accept'", "char(0)"}
	blobs := []string{"x''", "x'00'", "randomblob(32)", "randomblob(33)", "randomblob(64)", "zeroblob(32)"}
	random := rand.New(rand.NewPCG(1, 2))
	original := dump(t, whole)
	for table, names := range columns {
		for _, column := range names {
			values := integers
			switch column {
			case "kind", "value", "policy", "block", "key", "body":
				values = texts
			case "salt", "nodes", "root", "frontier":
				values = blobs
			case "units":
				values = []string{"-1.5", "0.0", "9e999"}
			}
			for _, value := range values {
				path := copyOf(t, whole)
				c, err := connect(path, "mode=rw")
				must(t, err)
				statement := "UPDATE " + table + " SET " + column + " = " + value + " WHERE rowid IN (SELECT rowid FROM " + table + " ORDER BY random() LIMIT 1)"
				if table == "terms" || table == "claims" {
					keys := map[string]string{"terms": "kind, value, at, entry", "claims": "entry, nr"}[table]
					statement = "UPDATE " + table + " SET " + column + " = " + value + " WHERE (" + keys + ") = (SELECT " + keys + " FROM " + table + " LIMIT 1 OFFSET " + string(rune('0'+random.IntN(6))) + ")"
				}
				refused := c.run(statement) // by the table itself
				must(t, c.close())
				if refused != nil || dump(t, path) == original {
					continue
				}
				if r, err := OpenReader(t.Context(), path); err == nil {
					v, err := r.Verify(t.Context(), nil)
					if err == nil && v.OK {
						t.Errorf("%s: not found", statement)
					}
					_, _ = r.List(t.Context(), history.Filter{})
					must(t, r.Close())
				}
				if l, err := Open(t.Context(), Config{Path: path}); err == nil {
					_, _ = l.Accept(t.Context(), claiming(budget(1, 100), floor(1, 100)))
				}
			}
		}
	}
}

// copyOf copies a closed log with the copy of its head.
func copyOf(t *testing.T, path string) string {
	t.Helper()
	to := newPath(t)
	must(t, os.MkdirAll(filepath.Dir(to), 0o700))
	for _, suffix := range []string{"", ".head"} {
		text, err := os.ReadFile(path + suffix)
		must(t, err)
		must(t, os.WriteFile(to+suffix, text, 0o600))
	}
	return to
}

// dump is everything that a closed log holds.
func dump(t *testing.T, path string) string {
	t.Helper()
	c, err := connect(path, "mode=ro")
	must(t, err)
	var all strings.Builder
	for _, query := range []string{
		"SELECT id, hex(salt), hex(nodes), body FROM entries ORDER BY id", "SELECT one, size, hex(root), hex(frontier) FROM head",
		"SELECT kind, value, at, entry FROM terms ORDER BY 1, 2, 3, 4", claimColumns,
	} {
		must(t, c.each(t.Context(), func(row []driver.Value) error {
			_, err := fmt.Fprintf(&all, "%v\n", row)
			return err
		}, query))
	}
	must(t, c.close())
	return all.String()
}
