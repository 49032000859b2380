package engine

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestDirectoriesOfPostgreSQL(t *testing.T) {
	wantRecognised(t, []recognition{
		{"a whole one", named("PG_VERSION", "base/", "global/pg_control", "pg_wal/"), &postgreSQL},
		{"one from before version 10", named("PG_VERSION", "pg_xlog/"), &postgreSQL},
		{"an interrupted base backup", named("PG_VERSION", "backup_label", "base/1/PG_VERSION"), &postgreSQL},
		{"one that was half removed", named("global/pg_control"), &postgreSQL},
		{"a database's own directory in it", named("PG_VERSION", "1259", "pg_filenode.map"), nil},
		{"a global without a control file", named("global/pg_filenode.map"), nil},
		{"a control file elsewhere", named("pg_control"), nil},
		{"an archive of write-ahead log", named("000000010000000000000001"), nil},
		{"an archive_status without one", named("archive_status/", "README"), nil},
	})
}

func TestPiecesOfAPostgreSQLElsewhere(t *testing.T) {
	wal := named("000000010000000000000001", "archive_status/")
	if dir := directory(t, wal); At(dir).Piece.State != "write-ahead log" || Marked(dir, marksIn(t, dir)) != At(dir) {
		t.Errorf("a write-ahead log is %s", nameOf(At(dir)))
	}
	space := directory(t, named("PG_15_202209061/5/16384"))
	if got := Marked(space, marksIn(t, space)); got.Piece.State != "tablespace" || got.IsData() {
		t.Errorf("a tablespace is %s", nameOf(got))
	}
	if got := Around("PG_15_202209061"); got.Engine != &postgreSQL || got.Piece.State != "tablespace" {
		t.Errorf("what is around PG_15_202209061 is %s", nameOf(got))
	}
	file := directory(t, named("PG_15_202209061"))
	if got := Marked(file, marksIn(t, file)); got != (Kind{}) {
		t.Errorf("a file of a tablespace's name makes its directory %s", nameOf(got))
	}
}

func TestSegments(t *testing.T) {
	for name, want := range map[string]bool{
		"000000010000000000000001": true, "0000000A00000012000000FF": true, "000000010000000000000001.partial": true,
		"00000001000000000000000g": false, "00000001.history": false, "000000010000000000000001.backup": false, "00000001000000000000000": false, "": false,
	} {
		if got := isSegment(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
}

func TestWhatAPostgreSQLKeepsElsewhere(t *testing.T) {
	base, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(base, "data")
	for _, path := range []string{"wal", "space", "data/pg_tblspc", "data/inside"} {
		if err := os.MkdirAll(filepath.Join(base, path), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{"pg_wal": base + "/wal", "pg_tblspc/16384": base + "/space", "pg_tblspc/1": dir + "/inside", "pg_tblspc/2": base + "/gone"} {
		if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	want := []Part{{"pg_tblspc/16384", base + "/space"}, {"pg_wal", base + "/wal"}}
	if got := (Kind{Engine: &postgreSQL}).Linked(dir); !slices.Equal(got, want) {
		t.Errorf("linked are %v, want %v", got, want)
	}
	if got := (Kind{Engine: &postgreSQL, Piece: Piece{What: "x"}}).Linked(dir); got != nil {
		t.Errorf("a piece has pieces: %v", got)
	}
	if got := (Kind{Engine: &redis}).Linked(dir); got != nil {
		t.Errorf("another engine has them: %v", got)
	}
}
