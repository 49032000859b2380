package probe_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard"
	"blastguard/guard/probe"
)

func fileOf(t *testing.T, dir, path, decode string) map[string]any {
	t.Helper()
	return known(t, probe.Config{Dir: dir}, "file", map[string]any{"path": path, "decode": decode}).(map[string]any)
}

func TestFileSaysWhatIsThere(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "plan.json = {\"losing\": 3}", "empty = ", "link -> plan.json", "sub", "dangling -> none")
	written := time.Date(2017, 1, 31, 17, 20, 0, 0, time.UTC)
	if err := os.Chtimes(filepath.Join(dir, "plan.json"), written, written); err != nil {
		t.Fatal(err)
	}
	got := fileOf(t, dir, "plan.json", "json")
	if !got["modified"].(time.Time).Equal(written) {
		t.Errorf("modified %v, want %v", got["modified"], written)
	}
	delete(got, "modified")
	want := map[string]any{"exists": true, "size": int64(13), "type": "file", "content": map[string]any{"losing": int64(3)}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := fileOf(t, dir, "link", "text"); got["content"] != `{"losing": 3}` || got["type"] != "file" {
		t.Errorf("through a link: %v", got)
	}
	if got := fileOf(t, dir, "sub", "none"); got["type"] != "directory" || got["content"] != nil {
		t.Errorf("a directory: %v", got)
	}
	for _, gone := range []string{"none", "dangling", "plan.json/x"} {
		want := map[string]any{"exists": false, "size": nil, "modified": nil, "type": nil, "content": nil}
		if got := fileOf(t, dir, gone, "json"); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %v, want measured as not there", gone, got)
		}
	}
}

func TestFileContentThatCannotBeToldIsUnmeasured(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "empty = ", "broken = {", "binary = \xff", "sub")
	if err := unix.Mkfifo(filepath.Join(dir, "fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(dir, "empty"), 0); err != nil {
		t.Fatal(err)
	}
	build(t, dir, "large = x")
	if err := os.Truncate(filepath.Join(dir, "large"), 1<<20+1); err != nil {
		t.Fatal(err)
	}
	cases := []struct{ name, path, decode, kind, want string }{
		{"an empty file", "empty", "json", "file", "empty never means"},
		{"broken JSON", "broken", "json", "file", "no JSON"},
		{"bytes that are no text", "binary", "text", "file", "UTF-8"},
		{"a FIFO that nobody writes to", "fifo", "text", "other", "not a regular file"},
		{"a directory", "sub", "text", "directory", "not a regular file"},
		{"more than 1 MiB", "large", "text", "file", "1 MiB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := fileOf(t, dir, c.path, c.decode)
			part, ok := got["content"].(guard.Unmeasured)
			if !ok || !strings.Contains(part.Reason, c.want) || got["type"] != c.kind || got["exists"] != true {
				t.Errorf("got %v, want the content unmeasured: %s", got, c.want)
			}
		})
	}
}

func TestFileRefusesWhatIsNoPath(t *testing.T) {
	unknown(t, probe.Config{}, "file", map[string]any{"path": "relative"}, "relative")
	unknown(t, probe.Config{}, "file", map[string]any{"path": ""}, "empty")
	unknown(t, probe.Config{}, "file", map[string]any{"path": "/x", "decode": "yaml"}, "yaml")
	unknown(t, probe.Config{}, "file", map[string]any{"path": "/" + strings.Repeat("n", 300)}, "too long")
}
