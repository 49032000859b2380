package probe_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe"
)

// scratch is a temporary directory by its real name.
func scratch(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// build makes a world below dir: "a/" a directory, "a -> b" a link, "a = text" a
// file.
func build(t *testing.T, dir string, things ...string) {
	t.Helper()
	for _, thing := range things {
		var err error
		name, _, file := strings.Cut(thing, " = ")
		if file {
			if err := os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		if link, target, ok := strings.Cut(thing, " -> "); ok {
			err = os.Symlink(target, filepath.Join(dir, link))
		} else if name, content, ok := strings.Cut(thing, " = "); ok {
			err = os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644)
		} else {
			err = os.MkdirAll(filepath.Join(dir, thing), 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func resolveOne(t *testing.T, dir, path string) map[string]any {
	t.Helper()
	value := known(t, probe.Config{Dir: dir}, "resolve", map[string]any{"paths": []any{path}})
	return value.([]any)[0].(map[string]any)
}

func TestResolveFollowsAsTheKernelDoes(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a/b/c", "other/deep", "a/file = 12345", "link -> a/b", "a/b/up -> ../../other/deep",
		"abs -> "+dir+"/a", "chain -> link", "dangling -> nowhere/x", "loop -> loop", "tofile -> a/file")
	cases := []struct {
		name, path, resolved, real, kind string
	}{
		{"a directory", "a/b", "a/b", "a/b", "directory"},
		{"a slash at the end", "a/b/", "a/b", "a/b", "directory"},
		{"many slashes and dots", ".//a/././b//", "a/b", "a/b", "directory"},
		{"a link is not followed at the end", "link", "link", "a/b", "symlink"},
		{"a link is followed before a slash", "link/", "a/b", "a/b", "directory"},
		{"a link is followed before a dot", "link/.", "a/b", "a/b", "directory"},
		{"a link is followed above the last component", "link/c", "a/b/c", "a/b/c", "directory"},
		{"dot dot is where one really is, not where the text says", "a/b/up/..", "other", "other", "directory"},
		{"through two links and back", "chain/up/../deep/../../a", "a", "a", "directory"},
		{"an absolute link", "abs/b", "a/b", "a/b", "directory"},
		{"a link to a link", "chain", "chain", "a/b", "symlink"},
		{"the directory itself", ".", ".", ".", "directory"},
		{"a file", "a/file", "a/file", "a/file", "file"},
		{"a slash after a file is what a careless program drops", "a/file/", "a/file", "a/file", "file"},
		{"a link to a file", "tofile", "tofile", "a/file", "symlink"},
		{"a dangling link is there itself", "dangling", "dangling", "nowhere/x", "symlink"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := resolveOne(t, dir, c.path)
			if got["given"] != c.path || got["resolved"] != filepath.Join(dir, c.resolved) || got["real"] != filepath.Join(dir, c.real) {
				t.Errorf("got %v, want resolved %s, real %s", got, c.resolved, c.real)
			}
			if got["exists"] != true || got["type"] != c.kind {
				t.Errorf("exists %v, type %v, want a %s", got["exists"], got["type"], c.kind)
			}
			info, err := os.Lstat(filepath.Join(dir, c.resolved))
			if err != nil {
				t.Fatal(err)
			}
			stat := info.Sys().(*syscall.Stat_t)
			if got["inode"] != int64(stat.Ino) || got["device"] != int64(stat.Dev) || got["size"] != info.Size() || got["links"] != int64(stat.Nlink) {
				t.Errorf("got %v, want what lstat says: %+v", got, stat)
			}
		})
	}
}

func TestResolveOfWhatIsNotThere(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a", "link -> a", "dangling -> nowhere", "file = x")
	cases := []struct{ name, path, resolved string }{
		{"a file in a directory", "link/new", "a/new"},
		{"deeper", "link/new/x/y", "a/new/x/y"},
		{"behind a dangling link", "dangling/", "nowhere"},
		{"below a file", "file/x", "file/x"},
		{"dot dot behind what is not there, as a program that cleans paths takes it", "none/../a", "a"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := resolveOne(t, dir, c.path)
			want := map[string]any{
				"given": c.path, "resolved": filepath.Join(dir, c.resolved), "real": filepath.Join(dir, c.resolved), "exists": false,
				"type": nil, "device": nil, "inode": nil, "size": nil, "links": nil,
				"rdev": nil, "disk": nil, "char": nil, "kernel": nil, "disks": []any{}, "names": []any{}, "real_names": []any{}, "holds": []any{},
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestResolveTellsWhichPartCouldNotBeTold(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "loop -> loop2", "loop2 -> loop", "a")
	value := known(t, probe.Config{Dir: dir}, "resolve", map[string]any{"paths": []any{"loop/x", "a", "loop", strings.Repeat("n", 300)}})
	list := value.([]any)
	for _, name := range []string{"resolved", "real", "exists", "type", "device", "inode", "size", "links"} {
		if part, ok := list[0].(map[string]any)[name].(guard.Unmeasured); !ok || !strings.Contains(part.Reason, "too many levels") {
			t.Errorf("loop/x: %s is %v, want unmeasured", name, list[0])
		}
	}
	if list[1].(map[string]any)["exists"] != true {
		t.Errorf("a path beside the loop: %v, want it resolved", list[1])
	}
	loop := list[2].(map[string]any)
	if _, ok := loop["real"].(guard.Unmeasured); !ok || loop["resolved"] != filepath.Join(dir, "loop") {
		t.Errorf("the loop itself: %v, want it there, its end unmeasured", loop)
	}
	if _, ok := list[3].(map[string]any)["exists"].(guard.Unmeasured); !ok {
		t.Errorf("a name that is too long: %v, want unmeasured", list[3])
	}
}

func TestResolveBehindAnUnreadableParentNeedsRoot(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := scratch(t)
	build(t, dir, "closed/in")
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "closed"), 0o755) })
	part, ok := resolveOne(t, dir, "closed/in")["exists"].(guard.Unmeasured)
	if !ok || !strings.Contains(part.Reason, "needs root") {
		t.Errorf("got %v", part)
	}
}

func TestResolveRefusesWhatIsNoPath(t *testing.T) {
	for _, c := range []struct{ name, dir, path, want string }{
		{"an empty path", "/", "", "empty"},
		{"a NUL byte", "/", "a\x00", "NUL"},
		{"a relative path from nowhere", "", "a", "relative"},
		{"a relative path from a relative directory", "b", "a", "relative"},
	} {
		t.Run(c.name, func(t *testing.T) {
			unknown(t, probe.Config{Dir: c.dir}, "resolve", map[string]any{"paths": []any{c.path}}, c.want)
		})
	}
	unknown(t, probe.Config{Dir: "/"}, "resolve", map[string]any{"paths": []any{}}, "empty")
}

func TestRelativePathsStartInTheQuestionsOwnDirectory(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a/b")
	for kind, args := range map[string]map[string]any{"tree": paths("b"), "file": {"path": "b"}, "backups": {"glob": "b"}} {
		args["dir"] = dir + "/a"
		value := known(t, probe.Config{Dir: "/"}, kind, args).(map[string]any)
		if value["entries"] != int64(1) && value["exists"] != true && value["count"] != int64(1) {
			t.Errorf("%s: got %v", kind, value)
		}
	}
	value := known(t, probe.Config{Dir: "/"}, "resolve", map[string]any{"paths": []any{"b"}, "dir": dir + "/a"})
	if got := value.([]any)[0].(map[string]any)["resolved"]; got != dir+"/a/b" {
		t.Errorf("got %v", got)
	}
}

func TestResolveOfLinksThatOnlyTheKernelFollows(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc")
	}
	file, err := os.Open(scratch(t))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if err := os.Remove(file.Name()); err != nil {
		t.Fatal(err)
	}
	build(t, file.Name()+" (deleted)", "") // another directory, by the name that the kernel gives to the deleted one
	got := resolveOne(t, "/", "/proc/self/fd/"+strconv.Itoa(int(file.Fd()))+"/")
	if got["exists"] == true {
		t.Errorf("a deleted directory by its descriptor: %v, want no path that could be another's", got)
	}
}
