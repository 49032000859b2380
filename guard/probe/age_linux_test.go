package probe_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard/probe"
)

// ageOf is what the probe says of paths below dir.
func ageOf(t *testing.T, dir string, since any, names ...string) map[string]any {
	t.Helper()
	args := paths(names...)
	args["since"] = since
	return known(t, probe.Config{Dir: dir}, "age", args).(map[string]any)
}

// moment is now, by the clock of the file system, which is a little behind.
func moment(t *testing.T, dir string) float64 {
	t.Helper()
	now := time.Now()
	for {
		name := filepath.Join(dir, ".moment")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.ModTime().After(now) {
			return float64(now.UnixMicro()) / 1e6
		}
	}
}

// tellsBirths skips where the file system of the tests does not say when a file
// was made.
func tellsBirths(t *testing.T, dir string) {
	t.Helper()
	var status unix.Statx_t
	if err := unix.Statx(unix.AT_FDCWD, dir, 0, unix.STATX_BTIME, &status); err != nil || status.Mask&unix.STATX_BTIME == 0 {
		t.Skipf("the file system of %s does not say when a file was made: %v", dir, err)
	}
}

func TestAgeOfWhatWasMadeSince(t *testing.T) {
	dir := scratch(t)
	tellsBirths(t, dir)
	build(t, dir, "old/", "old/file = 1", "around/")
	since := moment(t, dir)
	build(t, dir, "new/", "new/sub/", "new/sub/file = 1", "new/link -> ../old", "new/dangling -> nowhere",
		"moved/", "copied/", "copied/file = 1", "linked/", "around/new/", "around/new/file = 1", "future/", "future/file = 1", "link -> old")
	rename(t, dir, "old/file", "moved/file")
	build(t, dir, "old/file = 1") // rewritten, in a directory that is old
	long := time.Now().Add(-time.Hour)
	for name, at := range map[string]time.Time{"copied/file": long, "future/file": time.Now().Add(time.Hour)} {
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link(filepath.Join(dir, "moved/file"), filepath.Join(dir, "linked/file")); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name  string
		paths []string
		older string
	}{
		{"a new directory, with links to old things", []string{"new"}, ""},
		{"with a slash", []string{"new/"}, ""},
		{"two of them", []string{"new", "around/new"}, ""},
		{"one that is not there beside it", []string{"new", "missing"}, ""},
		{"an old directory with a new file", []string{"old"}, "old"},
		{"a new link to an old directory", []string{"link"}, ""},
		{"an old directory, through a link", []string{"link/"}, "old"},
		{"an old file that was moved into a new directory", []string{"moved"}, "moved/file"},
		{"another name of an old file", []string{"linked"}, "linked/file"},
		{"a copy that kept its time", []string{"copied"}, "copied/file"},
		{"a time of the future", []string{"future"}, "future/file"},
		{"an old one beside a new one", []string{"new", "old"}, "old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ageOf(t, dir, since, test.paths...)
			older, _ := got["older"].(string)
			if got["younger"] != (test.older == "") || strings.TrimPrefix(older, dir+"/") != test.older {
				t.Errorf("got %v, want older %q", got, test.older)
			}
		})
	}
	for name, got := range map[string]map[string]any{
		"without a moment": ageOf(t, dir, nil, "new"), "nothing is there": ageOf(t, dir, since, "missing"),
	} {
		if got["younger"] != false || got["older"] != nil {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func rename(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}

// What is mounted inside is not the work of whoever made the directory, and file
// systems that do not tell are not guessed.
func TestAgeOnOtherFileSystems(t *testing.T) {
	if !privately(t) {
		return
	}
	dir := scratch(t)
	tellsBirths(t, dir)
	since := moment(t, dir)
	build(t, dir, "new/", "new/mount/", "memory/", "dumb/")
	mount(t, "none", dir+"/new/mount", "tmpfs", 0)
	if got := ageOf(t, dir, since, "new"); got["older"] != dir+"/new/mount" {
		t.Errorf("a mount inside: got %v", got)
	}
	mount(t, "none", dir+"/memory", "tmpfs", 0)
	build(t, dir, "memory/a/", "memory/a/b = 1")
	want := true
	var status unix.Statx_t
	if unix.Statx(unix.AT_FDCWD, dir+"/memory/a", 0, unix.STATX_BTIME, &status) == nil {
		want = status.Mask&unix.STATX_BTIME != 0 // since Linux 6.8 or so
	}
	if got := ageOf(t, dir, since, "memory/a"); got["younger"] != want {
		t.Errorf("in memory: got %v, want %v", got, want)
	}
	mount(t, "none", dir+"/dumb", "ramfs", 0)
	build(t, dir, "dumb/a/")
	if got := ageOf(t, dir, since, "dumb/a"); got["younger"] != false {
		t.Errorf("without births: got %v", got)
	}
}

// What another user has just made is not the work of the one who removes it.
func TestAgeIsOfOnesOwnThings(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files to others")
	}
	dir := scratch(t)
	tellsBirths(t, dir)
	since := moment(t, dir)
	build(t, dir, "own/", "own/file = 1", "theirs/", "theirs/file = 1", "unpacked/", "unpacked/file = 1", "shared/", "shared/file = 1", "closed/", "closed/open/", "closed/open/file = 1", "single = 1")
	for name, mode := range map[string]os.FileMode{"own": 0o755, "unpacked": 0o755, "shared": 0o777, "closed": 0o700, "closed/open": 0o777} {
		if err := os.Chmod(filepath.Join(dir, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"theirs", "unpacked/file", "shared/file", "closed/open/file", "single"} {
		if err := os.Lchown(filepath.Join(dir, name), 4242, 4242); err != nil {
			t.Fatal(err)
		}
	}
	for name, older := range map[string]string{
		"own": "", "theirs": "theirs", "unpacked": "", "shared": "shared/file", "closed": "", "single": "single",
	} {
		args := paths(name)
		args["since"], args["owner"] = since, 0.0
		var want any
		if older != "" {
			want = filepath.Join(dir, older)
		}
		got := known(t, probe.Config{Dir: dir}, "age", args).(map[string]any)
		if got["older"] != want || got["younger"] != (want == nil) {
			t.Errorf("%s: older is %v, want %v", name, got["older"], want)
		}
	}
}
