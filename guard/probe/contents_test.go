package probe

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// makeTree makes files, with the directories above them.
func makeTree(t *testing.T, root string, names ...string) {
	t.Helper()
	for _, name := range names {
		name = filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func askOne(t *testing.T, answer Func, args map[string]any) []any {
	t.Helper()
	value, _, err := answer(t.Context(), args)
	if err != nil {
		t.Fatal(err)
	}
	return value.([]any)
}

func TestHowMuchOfADirectoryIsTaken(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	makeTree(t, root, "etc/a", "etc/b", "etc/c", "etc/.lock", "etc/cron.d/1", "etc/cron.d/2", "home/one/x", "home/one/.profile", "hidden/.a", "other/a")
	if err := os.Symlink("etc", filepath.Join(root, "link")); err != nil {
		t.Fatal(err)
	}
	type row struct {
		path           string
		listed         bool
		entries, taken int64
	}
	at := func(name string) string { return filepath.Join(root, name) }
	for name, test := range map[string]struct {
		paths []any
		below any
		want  []row
	}{
		"all that a star matches":       {[]any{"etc/a", "etc/b", "etc/c", "etc/cron.d"}, nil, []row{{at("etc"), true, 4, 4}}},
		"one of them":                   {[]any{"etc/a"}, nil, []row{{at("etc"), true, 4, 1}}},
		"one of them in five spellings": {[]any{"etc/a", "./etc/a", "etc//a", "link/a", at("etc/cron.d/../a")}, nil, []row{{at("etc"), true, 4, 1}}},
		"a hidden one":                  {[]any{"etc/.lock"}, nil, []row{{at("etc"), true, 4, 0}}},
		"what is not there":             {[]any{"etc/none", "none/a"}, nil, nil},
		"another directory":             {[]any{"other/a"}, 1.0, nil},
		"a directory below":             {[]any{"etc/cron.d/1", "etc/cron.d/2"}, 2.0, []row{{at("etc/cron.d"), false, 2, 2}}},
		"fewer of a directory below":    {[]any{"etc/cron.d/1"}, 2.0, nil},
		"directories below not wanted":  {[]any{"etc/cron.d/1", "etc/cron.d/2"}, nil, nil},
		"few of a pattern's":            {[]any{"home/one/x"}, 2.0, nil},
		"by a pattern":                  {[]any{"home/one/x"}, nil, []row{{at("home/one"), true, 1, 1}}},
		"only hidden ones":              {[]any{"hidden/.a"}, nil, []row{{at("hidden"), true, 1, 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []row
			args := map[string]any{"paths": test.paths, "in": []any{at("etc"), at("link"), at("home/*"), at("hidden"), at("none")}, "dir": root}
			if test.below != nil {
				args["below"] = test.below
			}
			for _, one := range askOne(t, contentsProbe{}.answer, args) {
				o := one.(map[string]any)
				got = append(got, row{o["path"].(string), o["listed"].(bool), o["entries"].(int64), o["taken"].(int64)})
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

func TestFilesAreKnownByWhatTheyAre(t *testing.T) {
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) string { return filepath.Join(root, name) }
	makeTree(t, root, "usr/bin/dash", "usr/bin/ls", "etc/passwd", "copy/passwd", "boot/vmlinuz-"+kernelRelease(), "boot/vmlinuz-old", "usr/lib/a/libc.so")
	for link, target := range map[string]string{"bin": "usr/bin", "usr/bin/sh": "dash", "way": "etc", "to-passwd": "etc/passwd"} {
		if err := os.Symlink(target, at(link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(at("etc/passwd"), at("copy/hard")); err != nil {
		t.Fatal(err)
	}
	files := []any{at("bin/sh"), at("etc/passwd"), at("boot/vmlinuz-{kernel}"), at("usr/lib/*/libc.so"), at("none")}
	for name, test := range map[string]struct {
		path    string
		written bool
		want    string
	}{
		"by its name":                       {"etc/passwd", false, "etc/passwd"},
		"behind a link of a directory":      {"way/passwd", false, "etc/passwd"},
		"the link that it is":               {"usr/bin/sh", false, "bin/sh"},
		"what the link leads to":            {"bin/dash", false, "bin/sh"},
		"its neighbour":                     {"usr/bin/ls", false, ""},
		"a link to it is not it":            {"to-passwd", false, ""},
		"another hard link is not it":       {"copy/hard", false, ""},
		"another file of that name":         {"copy/passwd", false, ""},
		"a directory above":                 {"usr", false, "bin/sh"},
		"the directory that it lies in":     {"way/.", false, "etc/passwd"},
		"the link of a directory above":     {"way", false, ""},
		"the running kernel":                {"boot/vmlinuz-" + kernelRelease(), false, "boot/vmlinuz-{kernel}"},
		"another kernel":                    {"boot/vmlinuz-old", false, ""},
		"by a pattern":                      {"usr/lib/a/libc.so", false, "usr/lib/a/libc.so"},
		"written through a link":            {"to-passwd", true, "etc/passwd"},
		"written through another hard link": {"copy/hard", true, "etc/passwd"},
		"written through its own link":      {"bin/sh", true, "bin/sh"},
		"another file is written":           {"copy/passwd", true, ""},
		"nothing is there":                  {"etc/none", true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			args := map[string]any{"paths": []any{test.path}, "files": files, "dir": root, "written": test.written}
			got := ""
			for _, one := range askOne(t, identityProbe{}.answer, args) {
				got = one.(map[string]any)["file"].(string)
			}
			want := test.want
			if want != "" {
				want = at(want)
			}
			if want == at("boot/vmlinuz-{kernel}") {
				want = at("boot/vmlinuz-" + kernelRelease())
			}
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
