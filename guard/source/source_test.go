package source

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
)

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func chmodTo(t *testing.T, path string, mode uint32) {
	t.Helper()
	if err := syscall.Chmod(path, mode); err != nil { // os.Chmod drops the sticky bit's meaning
		t.Fatal(err)
	}
}

func link(t *testing.T, target, path string) {
	t.Helper()
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
}

// tempDir is a directory without links in its own path.
func tempDir(t *testing.T) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestReadsEveryPlaceSorted(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/host/b.hcl", "b")
	write(t, dir+"/host/a.hcl", "a")
	write(t, dir+"/host/.hidden.hcl", "no")
	write(t, dir+"/host/a.hcl~", "no")
	write(t, dir+"/one.hcl", "one")
	files, problems := readFiles([]Place{
		{File: dir + "/one.hcl"},
		{Dir: dir + "/host", Origin: guard.HostFile},
		{Dir: dir + "/none", Optional: true},
		{File: dir + "/none.hcl", Optional: true},
	})
	if len(problems) > 0 {
		t.Fatalf("problems: %v", problems)
	}
	var got []string
	for _, file := range files {
		got = append(got, fmt.Sprint(strings.TrimPrefix(file.Path, dir), " ", file.Origin, " ", file.Content))
		if file.Modified.IsZero() {
			t.Errorf("%s has no modification time", file.Path)
		}
	}
	if want := []string{"/host/a.hcl 1 a", "/host/b.hcl 1 b", "/one.hcl 0 one"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		build func(t *testing.T, dir string)
		want  string // in the only problem
	}{
		"a file that others may write": {func(t *testing.T, dir string) { chmodTo(t, dir+"/p/a.hcl", 0o646) },
			"it is writable by others (mode 0646)"},
		"a file that its group may write": {func(t *testing.T, dir string) { chmodTo(t, dir+"/p/a.hcl", 0o664) },
			"it is writable by others (mode 0664)"},
		"a directory that others may write": {func(t *testing.T, dir string) { chmodTo(t, dir+"/p", 0o777) },
			"/p is writable by others (mode 0777)"},
		"a directory further up that others may write": {func(t *testing.T, dir string) { chmodTo(t, dir, 0o775) },
			"is writable by others (mode 0775)"},
		"a file of 2 MiB": {func(t *testing.T, dir string) { write(t, dir+"/p/a.hcl", strings.Repeat("#", 2<<20)) },
			"2097152 bytes, a policy file may have at most 1048576 (1 MiB)"},
		"a directory named like a file": {func(t *testing.T, dir string) { write(t, dir+"/p/d.hcl/x", "") },
			"it is not a regular file"},
		"a pipe": {func(t *testing.T, dir string) {
			if err := syscall.Mkfifo(dir+"/p/d.hcl", 0o600); err != nil {
				t.Fatal(err)
			}
		}, "it is not a regular file"},
		"a dangling link": {func(t *testing.T, dir string) { link(t, "/none/x", dir+"/p/d.hcl") },
			"/none does not exist"},
		"a link to itself": {func(t *testing.T, dir string) { link(t, "d.hcl", dir+"/p/d.hcl") },
			"more than 40 symbolic links on the way"},
		"a link into a directory that others may write": {func(t *testing.T, dir string) {
			write(t, dir+"/open/x.hcl", "x")
			chmodTo(t, dir+"/open", 0o777)
			link(t, "../open/x.hcl", dir+"/p/d.hcl")
		}, "/open is writable by others (mode 0777)"},
		"a link by way of a directory that others may write": {func(t *testing.T, dir string) {
			write(t, dir+"/x.hcl", "x")
			write(t, dir+"/open/inner/y", "")
			chmodTo(t, dir+"/open", 0o777)
			link(t, "../open/inner/../../x.hcl", dir+"/p/d.hcl")
		}, "/open is writable by others (mode 0777)"},
		"a file with two names below a shared sticky directory": {func(t *testing.T, dir string) {
			chmodTo(t, dir+"/p", 0o1777)
			if err := os.Link(dir+"/p/a.hcl", dir+"/other"); err != nil {
				t.Fatal(err)
			}
		}, "it has a second hard link, and anybody can link files into"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			write(t, dir+"/p/a.hcl", "a")
			test.build(t, dir)
			_, problems := Read([]Place{{Dir: dir + "/p", Origin: guard.HostFile}})
			if len(problems) != 1 || !strings.Contains(problems[0].What, test.want) {
				t.Errorf("got %q, want one with %q", problems, test.want)
			}
		})
	}
}

func TestRefusesPlaces(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/a.hcl", "a")
	chmodTo(t, dir, 0o777)
	for name, test := range map[string]struct {
		place Place
		want  string
	}{
		"a directory that must exist":             {Place{Dir: "/none/here"}, "/none does not exist"},
		"a file as a directory":                   {Place{Dir: "/etc/passwd"}, "it is not a directory"},
		"a file as part of a path":                {Place{File: "/etc/passwd/x.hcl"}, "/etc/passwd is not a directory"},
		"neither directory nor file":              {Place{}, "no file or directory is named"},
		"a directory and a file":                  {Place{Dir: dir, File: dir + "/a.hcl"}, "a place is either a directory or a file"},
		"absent, where somebody removed it":       {Place{Dir: dir + "/none", Optional: true, Origin: guard.HostFile}, "is writable by others"},
		"absent, where the user may only add":     {Place{Dir: dir + "/none", Optional: true}, ""},
		"optional, there, and writable":           {Place{File: dir + "/a.hcl", Optional: true}, "is writable by others"},
		"a directory given as a file":             {Place{File: "/etc"}, "it is not a regular file"},
		"a device":                                {Place{File: "/dev/null"}, "it is not a regular file"},
		"an optional file whose parent is a file": {Place{File: "/etc/passwd/x.hcl", Optional: true, Origin: guard.HostFile}, "/etc/passwd is not a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Read([]Place{test.place})
			if test.want == "" && len(problems) > 0 || test.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].What, test.want)) {
				t.Errorf("got %q, want %q", problems, test.want)
			}
		})
	}
}

func TestRefusesForeignOwners(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/a.hcl", "a")
	if os.Geteuid() == 0 {
		if err := os.Chown(dir+"/a.hcl", 4242, -1); err != nil {
			t.Fatal(err)
		}
	}
	// For anybody but its owner and root the way here belongs to a stranger.
	_, problems := (&reader{walker: newWalker(os.Geteuid() + 4243)}).read([]Place{{File: dir + "/a.hcl"}})
	if len(problems) != 1 || !strings.Contains(problems[0].What, "belongs to uid") {
		t.Errorf("got %q: want a refusal of the owner", problems)
	}
}

func TestRefusesDirectoriesOfStrangers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a directory to somebody else")
	}
	dir := tempDir(t)
	write(t, dir+"/theirs/mine/a.hcl", "a")
	if err := os.Chown(dir+"/theirs", 4242, -1); err != nil {
		t.Fatal(err)
	}
	_, problems := Read([]Place{{Dir: dir + "/theirs/mine"}})
	if len(problems) != 1 || !strings.Contains(problems[0].What, "/theirs belongs to uid 4242, not to root") {
		t.Errorf("got %q", problems)
	}
}

func TestRefusesLinksOfStrangers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give a link to somebody else")
	}
	dir := tempDir(t)
	write(t, dir+"/real.hcl", "a")
	if err := os.Mkdir(dir+"/shared", 0o755); err != nil {
		t.Fatal(err)
	}
	chmodTo(t, dir+"/shared", 0o1777)
	link(t, dir+"/real.hcl", dir+"/shared/x.hcl")
	if err := os.Lchown(dir+"/shared/x.hcl", 4242, 4242); err != nil {
		t.Fatal(err)
	}
	_, problems := Read([]Place{{Dir: dir + "/shared"}})
	if len(problems) != 1 || !strings.Contains(problems[0].What, "belongs to uid 4242, not to root") {
		t.Errorf("got %q", problems)
	}
}

func TestFollowsTrustedLinks(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/v2/a.hcl", "two")
	write(t, dir+"/shared.hcl", "shared")
	link(t, "v2", dir+"/current")
	link(t, "../shared.hcl", dir+"/v2/s.hcl")
	chmodTo(t, dir, 0o1777) // as /tmp
	files, problems := readFiles([]Place{{Dir: dir + "/current/../current/."}, {File: dir + "/shared.hcl", Origin: guard.HostFile}})
	if len(problems) > 0 || len(files) != 2 {
		t.Fatalf("got %d files, problems %q", len(files), problems)
	}
	if files[1].Origin != guard.HostFile || files[1].Content != "shared" {
		t.Errorf("a file named twice: got %v %q", files[1].Origin, files[1].Content)
	}
}

func TestTooManyFiles(t *testing.T) {
	dir := tempDir(t)
	for i := range maxFiles + 2 {
		write(t, fmt.Sprintf("%s/%04d.hcl", dir, i), "")
	}
	files, problems := readFiles([]Place{{Dir: dir}})
	if len(files) != maxFiles || len(problems) != 1 || problems[0].What != "more than 1000 policy files" {
		t.Errorf("%d files, problems %q", len(files), problems)
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/a.hcl", "a")
	write(t, dir+"/b.hcl", "b")
	write(t, dir+"/c.hcl", "c")
	chmodTo(t, dir+"/a.hcl", 0o666)
	chmodTo(t, dir+"/c.hcl", 0o666)
	files, problems := readFiles([]Place{{Dir: dir}, {File: "/none/x.hcl"}})
	if len(files) != 1 || len(problems) != 3 {
		t.Errorf("got %d files, %q", len(files), problems)
	}
	if got, want := problems[0].Error(), "read policy "+dir+"/a.hcl: it is writable by others (mode 0666)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if problems[0].Next == "" {
		t.Error("the problem says not what to do")
	}
}

func TestHashIsOfPathsAndContents(t *testing.T) {
	a := guard.PolicyFile{Path: "a", Content: "1"}
	b := guard.PolicyFile{Path: "b", Content: "2"}
	one, other := Hash([]guard.PolicyFile{a, b}), Hash([]guard.PolicyFile{b, a})
	if one != other || len(one) != 64 {
		t.Errorf("order matters: %s, %s", one, other)
	}
	a.Content = "3"
	c := guard.PolicyFile{Path: "c", Content: "2"}
	for _, set := range [][]guard.PolicyFile{{a, b}, {b}, nil, {b, c}} {
		if Hash(set) == one {
			t.Errorf("%v has the same hash", set)
		}
	}
}

func TestOverlay(t *testing.T) {
	shipped := []guard.PolicyFile{{Path: "policies/disks.hcl", Origin: guard.ShippedFile}, {Path: "policies/hosts.hcl", Origin: guard.ShippedFile}}
	host := []guard.PolicyFile{
		{Path: "/etc/guard/policies/disks.hcl", Origin: guard.HostFile},
		{Path: "/home/u/hosts.hcl", Origin: guard.UserFile},
	}
	var got []string
	for _, file := range Overlay(shipped, host) {
		got = append(got, file.Path)
	}
	if want := []string{"/etc/guard/policies/disks.hcl", "/home/u/hosts.hcl", "policies/hosts.hcl"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func BenchmarkRead100(b *testing.B) {
	dir := b.TempDir()
	for i := range 100 {
		if err := os.WriteFile(fmt.Sprintf("%s/%03d.hcl", dir, i), make([]byte, 500), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if files, problems := readFiles([]Place{{Dir: dir}}); len(files) != 100 {
			b.Fatal(problems)
		}
	}
}

// What decides is what was summed, or nothing.
func TestFilledFilesAreThoseThatWereSummed(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{"a.hcl", "b.hcl", "c.hcl", "empty.hcl"} {
		write(t, dir+"/"+name, strings.TrimPrefix(name, "empty.hcl"))
	}
	place := []Place{{Dir: dir, Origin: guard.HostFile}}
	summed, problems := Sums(place)
	whole, _ := readFiles(place)
	if len(problems) > 0 || len(summed.Files) != 4 || Hash(summed.Files) != Hash(whole) {
		t.Fatal(summed, problems)
	}
	all := func(int) bool { return true }
	some := slices.Clone(summed.Files)
	if problems := Fill(some, func(i int) bool { return i == 1 }); len(problems) > 0 || some[0].Content != "" || some[1].Content != "b.hcl" {
		t.Errorf("one of them: %+v, %v", some, problems)
	}
	if problems := Fill(some, all); len(problems) > 0 || some[0].Content != "a.hcl" || some[3].Content != "" {
		t.Errorf("all: %+v, %v", some, problems)
	}
	changed := dir + "/c.hcl"
	for name, change := range map[string]func(){
		"another content": func() { write(t, changed, "d.hcl") },
		"one of others":   func() { write(t, changed, "c.hcl"); chmodTo(t, changed, 0o666) },
		"none":            func() {},
		"an empty one":    func() { write(t, changed, "") },
		"a directory":     func() { write(t, changed+"/x", "c.hcl") },
	} {
		t.Run(name, func(t *testing.T) {
			if err := os.RemoveAll(changed); err != nil {
				t.Fatal(err)
			}
			change()
			files := slices.Clone(summed.Files)
			if problems := Fill(files, all); len(problems) == 0 || files[2].Content != "" {
				t.Errorf("%+v, %v", files[2], problems)
			}
		})
	}
}
