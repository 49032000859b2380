package process

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/guard"
)

// world is a folder with programs to find.
func world(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write("a/tool", "#!/bin/sh\necho a\n", 0o755)
	write("b/tool", "#!/bin/sh\necho b\n", 0o755)
	write("b/plain", "no program\n", 0o644)
	write("c/plain", "#!/bin/sh\necho c\n", 0o755)
	write("a/text", "echo no shebang\n", 0o755)
	write("a/lost", "#!/nowhere/interpreter\n", 0o755)
	write("d/folder/x", "", 0o644)
	if err := os.Symlink("../a/tool", filepath.Join(dir, "c", "link")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestFind(t *testing.T) {
	dir := world(t)
	for _, test := range []struct {
		name, program, path string
		found               string // "" is not found
		missing             bool
	}{
		{"the first along the PATH", "tool", dir + "/a:" + dir + "/b", "a/tool", false},
		{"the order counts", "tool", dir + "/b:" + dir + "/a", "b/tool", false},
		{"folders of the PATH that do not exist", "tool", "/nowhere:" + dir + "/a/tool:" + dir + "/b", "b/tool", false},
		{"a file that may not be executed does not end the search", "plain", dir + "/b:" + dir + "/c", "c/plain", false},
		{"only a file that may not be executed", "plain", dir + "/b:" + dir + "/a", "", false},
		{"a folder is no program", "folder", dir + "/d", "", true},
		{"an empty element is the request's directory", "tool", ":/nowhere", "tool", false},
		{"a relative element starts there too", "tool", "../b", "b/tool", false},
		{"a link is found where it stands", "link", dir + "/c", "c/link", false},
		{"nowhere", "nothing", dir + "/a", "", true},
		{"the empty word", "", dir + "/a", "", true},
		{"a word with a slash is not searched", "./tool", "/nowhere", "tool", false},
		{"a relative word", "../b/tool", "/nowhere", "b/tool", false},
		{"an absolute word", dir + "/b/tool", "/nowhere", "b/tool", false},
		{"a word that names a folder", "../d/folder", "/nowhere", "", false},
		{"a word below a file", "./tool/x", "/nowhere", "", false},
		{"a word that is not there", "./nothing", dir + "/a", "", true},
		{"a device", "/dev/null", "/nowhere", "", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := guard.Request{Argv: []string{test.program}, Dir: dir + "/a", Env: []string{"PATH=" + test.path, "PATH=/bin"}}
			e, err := Find(request)
			if test.found == "" {
				var notRunnable *guard.NotRunnable
				if !errors.As(err, &notRunnable) || notRunnable.Missing != test.missing {
					t.Errorf("Find = %+v, %v; want missing %v", e, err, test.missing)
				}
				return
			}
			info, errStat := os.Stat(filepath.Join(dir, "a", test.found))
			if errStat != nil {
				info, errStat = os.Stat(filepath.Join(dir, test.found))
			}
			if err != nil || errStat != nil || !filepath.IsAbs(e.Path) {
				t.Fatalf("Find = %+v, %v (%v)", e, err, errStat)
			}
			if got, _ := os.Stat(e.Path); !os.SameFile(got, info) || e.Size != info.Size() {
				t.Errorf("found %s, want %s", e.Path, test.found)
			}
		})
	}
}

func TestFindStatusesAreThoseOfBash(t *testing.T) {
	dir := world(t)
	for _, program := range []string{"tool", "plain", "nothing", "./tool", "./nothing", "../d/folder", "./tool/x", "/dev/null", "../b/plain"} {
		cmd := exec.Command(need(t, "bash"), "-c", program)
		cmd.Dir, cmd.Env = dir+"/a", []string{"PATH=" + dir + "/a:" + dir + "/b"}
		_ = cmd.Run()
		want := cmd.ProcessState.ExitCode()
		_, err := Find(guard.Request{Argv: []string{program}, Dir: cmd.Dir, Env: cmd.Env})
		got := 0
		var notRunnable *guard.NotRunnable
		if errors.As(err, &notRunnable) {
			got = map[bool]int{true: 127, false: 126}[notRunnable.Missing]
		}
		if got != want {
			t.Errorf("%s: %d, %v; bash says %d", program, got, err, want)
		}
	}
}

func TestWithoutPATHTheSystemsIsSearched(t *testing.T) {
	e, err := Find(guard.Request{Argv: []string{"sh"}, Dir: "/"})
	if err != nil || !strings.HasSuffix(e.Path, "/sh") {
		t.Errorf("Find = %+v, %v", e, err)
	}
	if _, err := Find(guard.Request{Dir: "/"}); err == nil {
		t.Error("a request without words is found")
	}
}

func TestAChangedFileIsNotExecuted(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(path string) error
	}{
		{"written to", func(path string) error { return os.WriteFile(path, []byte("#!/bin/sh\nexit 3\n"), 0o755) }},
		{"replaced", func(path string) error {
			return errors.Join(os.WriteFile(path+"2", []byte("#!/bin/sh\necho a\n"), 0o755), os.Rename(path+"2", path))
		}},
		{"removed", os.Remove},
		{"given another mode", func(path string) error { return os.Chmod(path, 0o700) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := world(t)
			request := guard.Request{Argv: []string{dir + "/a/tool"}, Dir: dir}
			e, err := Find(request)
			if err != nil || Verify(e) != nil {
				t.Fatal(err, Verify(e))
			}
			if err := test.change(e.Path); err != nil {
				t.Fatal(err)
			}
			if err := Verify(e); err == nil {
				t.Error("Verify finds nothing")
			}
			if sum, err := Digest(context.Background(), e); err == nil {
				t.Errorf("Digest = %s of another file", sum)
			}
			if outcome := Run(context.Background(), request, e); outcome.Started || outcome.Error == "" || outcome.Status != guard.StatusFailed {
				t.Errorf("Run = %+v; want nothing started", outcome)
			}
		})
	}
}

func TestDigest(t *testing.T) {
	dir := world(t)
	e, err := Find(guard.Request{Argv: []string{dir + "/b/tool"}, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(need(t, "sha256sum"), e.Path).Output()
	if err != nil {
		t.Fatal(err)
	}
	if sum, err := Digest(context.Background(), e); err != nil || !strings.HasPrefix(string(out), sum+" ") {
		t.Errorf("Digest = %s, %v; sha256sum says %s", sum, err, out)
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if sum, err := Digest(cancelled, e); err == nil || sum != "" {
		t.Errorf("Digest = %s, %v after it was cancelled", sum, err)
	}
}

func TestATextWithoutAHashbangIsNoProgramOfTheKernel(t *testing.T) {
	dir := world(t)
	if err := os.WriteFile(filepath.Join(dir, "a", "binary"), []byte("\x7fELF\x00"), 0o755); err != nil {
		t.Fatal(err)
	}
	for program, want := range map[string]error{"./tool": nil, "./binary": nil, "./text": ErrNoHashbang} {
		_, err := FindRunnable(guard.Request{Argv: []string{program}, Dir: filepath.Join(dir, "a")})
		var refused *guard.NotRunnable
		if !errors.Is(err, want) || want != nil && (!errors.As(err, &refused) || refused.Missing) {
			t.Errorf("%s: %v, want %v", program, err, want)
		}
	}
	if _, err := FindRunnable(guard.Request{Argv: []string{"nothing"}, Dir: dir, Env: []string{"PATH=" + dir}}); errors.Is(err, ErrNoHashbang) || err == nil {
		t.Errorf("what is not there: %v", err)
	}
}
