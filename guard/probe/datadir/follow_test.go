package datadir

import (
	"os"
	"path/filepath"
	"testing"
)

func TestALinkIsOnlyItselfUnlessItIsFollowed(t *testing.T) {
	base := t.TempDir()
	data := filepath.Join(base, "data")
	for name, content := range map[string]string{"dump.rdb": "REDIS0009", "appendonlydir/x": ""} {
		path := filepath.Join(data, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(base, "link")
	if err := os.Symlink(data, link); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		path   string
		follow any
		found  int
	}{
		{"the directory", data, false, 1},
		{"a link to it, followed unless said otherwise", link, nil, 1},
		{"a link to it, followed", link, true, 1},
		{"a link to it, by a program that removes links", link, false, 0},
		{"the same with a slash, which the kernel follows", link + "/", false, 1},
	} {
		args := map[string]any{"paths": []any{test.path}}
		if test.follow != nil {
			args["follow"] = test.follow
		}
		value, _, err := Measure(t.Context(), args)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		found, ok := value.(map[string]any)["found"].([]any)
		if !ok || len(found) != test.found {
			t.Errorf("%s: found %v, want %d", test.name, value, test.found)
		}
	}
	if _, _, err := Measure(t.Context(), map[string]any{"paths": []any{data}, "follow": "no"}); err == nil {
		t.Error("a text is taken for true or false")
	}
}
