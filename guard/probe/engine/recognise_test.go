package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// directory makes one with these files; a name that ends in a slash is a directory.
func directory(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(path, 0o755); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// named are files without content that matters.
func named(names ...string) map[string]string {
	files := map[string]string{}
	for _, name := range names {
		files[name] = "x"
	}
	return files
}

// recognition is a case: files, and the engine whose data directory they make.
type recognition struct {
	name  string
	files map[string]string
	want  *Engine // nil: none
}

// wantRecognised looks at each case as the two do who ask: by looking for each name, and
// by the marks that a search has seen.
func wantRecognised(t *testing.T, cases []recognition) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			dir := directory(t, test.files)
			want := Kind{Engine: test.want}
			if got := At(dir); got != want {
				t.Errorf("at the directory: %s, want %s", nameOf(got), nameOf(want))
			}
			if got := Marked(dir, marksIn(t, dir)); got != want {
				t.Errorf("by its marks: %s, want %s", nameOf(got), nameOf(want))
			}
		})
	}
}

// marksIn are the names that a search keeps.
func marksIn(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, entry := range entries {
		if IsMark([]byte(entry.Name())) {
			marks = append(marks, entry.Name())
		}
	}
	return marks
}

func nameOf(kind Kind) string {
	switch {
	case kind == (Kind{}):
		return "nothing"
	case kind.IsData():
		return kind.Engine.Name
	default:
		return kind.Piece.What
	}
}

// wantProven: which directory an open file proves.
func wantProven(t *testing.T, e *Engine, files map[string]string) {
	t.Helper()
	for file, want := range files {
		if got := e.Proves(file); got != want {
			t.Errorf("%s proves %q, want %q", file, got, want)
		}
	}
}

func TestNothingInADirectory(t *testing.T) {
	wantRecognised(t, []recognition{
		{"nothing", nil, nil},
		{"something else", named("main.go", "README.md", "base.go"), nil},
		{"directories with common names", named("base/", "global/", "mysql/", "member/"), nil},
	})
	if got := At("/nonexistent"); got != (Kind{}) {
		t.Errorf("a directory that is not there is %s", nameOf(got))
	}
}

// What two engines would know is judged in the order of the registry, and never by chance.
func TestADirectoryOfTwo(t *testing.T) {
	wantRecognised(t, []recognition{
		{"a dump of Redis in a MongoDB", map[string]string{"WiredTiger": "", "mongod.lock": "", "dump.rdb": "REDIS0009"}, &mongoDB},
		{"a write-ahead log's name in an etcd", named("member/wal/", "member/snap/", "archive_status/", "000000010000000000000001"), &etcd},
	})
}
