package probe_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard"
	"blastguard/guard/probe"
)

func treeOf(t *testing.T, dir string, args map[string]any) map[string]any {
	t.Helper()
	return known(t, probe.Config{Dir: dir}, "tree", args).(map[string]any)
}

func paths(names ...string) map[string]any {
	list := make([]any, len(names))
	for i, name := range names {
		list[i] = name
	}
	return map[string]any{"paths": list}
}

// found counts what find lists, whatever bytes the names hold.
func found(t *testing.T, dir string, args ...string) int64 {
	t.Helper()
	cmd := exec.Command("find", append(args, "-xdev", "-printf", "x")...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("find %v: %v", args, err)
	}
	return int64(len(out))
}

func TestTreeCountsWhatFindLists(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a/b/c", "a/f = 1", "a/b/g = 22", "a/link -> b", "a/dangling -> none", "a/up -> ..", "other/x = 1",
		"a/\xff\x01\n = 333", "a/.hidden = 1", "a/... = 1", "a/b/..x/y", "out -> other")
	if err := unix.Mkfifo(filepath.Join(dir, "a/fifo"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(filepath.Join(dir, "a/f"), filepath.Join(dir, "a/f2")); err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name        string
		given, find []string
	}{
		{"a directory", []string{"a"}, []string{"a"}},
		{"all", []string{"."}, []string{"."}},
		{"a file", []string{"a/f"}, []string{"a/f"}},
		{"two names of one file are two entries", []string{"a/f", "a/f2"}, []string{"a/f", "a/f2"}},
		{"a link is not followed", []string{"a/up", "out"}, []string{"a/up", "out"}},
		{"a link is followed before a slash", []string{"out/"}, []string{"out/"}},
		{"several", []string{"a/b", "other"}, []string{"a/b", "other"}},
		{"the same path twice", []string{"a", "./a", "a/b/.."}, []string{"a"}},
		{"paths inside each other", []string{"a/b/c", "a", "a/f", "a/b"}, []string{"a"}},
		{"a directory by way of a link", []string{"a", "out/../a"}, []string{"a"}},
		{"beside each other with one beginning", []string{"a/f", "a/f2", "a/b"}, []string{"a/f", "a/f2", "a/b"}},
		{"one that is not there", []string{"none", "a"}, []string{"a"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := treeOf(t, dir, paths(c.given...))
			entries, directories := found(t, dir, c.find...), found(t, dir, append(c.find, "-type", "d")...)
			if got["entries"] != entries || got["directories"] != directories || got["files"] != entries-directories {
				t.Errorf("got %v, find has %d entries, %d directories", got, entries, directories)
			}
			if got["bytes"] != nil || got["devices"] != int64(1) {
				t.Errorf("bytes %v (not asked), devices %v", got["bytes"], got["devices"])
			}
		})
	}
}

func TestTreeOfNothingIsZero(t *testing.T) {
	fact := one(t, probe.Config{Dir: scratch(t)}, "tree", paths("none"))
	got, _ := fact.Value.(map[string]any)
	if got["entries"] != int64(0) || len(fact.Evidence) == 0 || !strings.Contains(fact.Evidence[0], "there is no") {
		t.Errorf("got %v, evidence %q", got, fact.Evidence)
	}
}

func TestTreeAddsUpBytesOnceForEachFile(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a/b", "a/x = 12345", "a/b/y = 123", "a/link -> x")
	for _, name := range []string{"a/b/x2", "x3"} {
		if err := os.Link(filepath.Join(dir, "a/x"), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	args := paths("a", "x3")
	args["bytes"] = true
	if got := treeOf(t, dir, args); got["bytes"] != int64(8) {
		t.Errorf("got %v, want 8 bytes", got)
	}
}

func TestTreeStopsPastItsLimit(t *testing.T) {
	dir := scratch(t)
	for i := range 50 {
		build(t, dir, fmt.Sprintf("d%d/e", i), fmt.Sprintf("d%d/f = 1", i))
	}
	all := found(t, dir, ".")
	for limit := int64(0); limit <= all+1; limit += 10 {
		args := paths(".")
		args["limit"] = limit
		checkLimited(t, treeOf(t, dir, args), limit, all)
	}
	args := paths(".")
	args["limit"] = all - 1
	checkLimited(t, treeOf(t, dir, args), all-1, all)
	args["limit"] = all
	checkLimited(t, treeOf(t, dir, args), all, all)
}

func checkLimited(t *testing.T, got map[string]any, limit, all int64) {
	t.Helper()
	if all <= limit {
		if got["entries"] != all {
			t.Errorf("limit %d: got %v, want %d", limit, got["entries"], all)
		}
		return
	}
	part, ok := got["entries"].(guard.Unmeasured)
	if !ok || part.AtLeast == nil || *part.AtLeast != limit+1 || part.Reason == "" {
		t.Errorf("limit %d: got %+v, want at least %d", limit, got["entries"], limit+1)
	}
	for _, name := range []string{"files", "directories"} {
		if _, ok := got[name].(guard.Unmeasured); !ok {
			t.Errorf("limit %d: %s is %v, want unmeasured too", limit, name, got[name])
		}
	}
}

func TestTreeStoppedByItsDeadlineGivesALowerBound(t *testing.T) {
	dir := scratch(t)
	build(t, dir, "a/b")
	p := probe.New(probe.Config{Dir: dir})
	fact := p.Measure(t.Context(), []guard.Ask{{Key: "k", Kind: "tree", Args: paths("."), Timeout: time.Nanosecond}})["k"]
	if fact.Known {
		if _, ok := fact.Value.(map[string]any)["entries"].(guard.Unmeasured); !ok {
			t.Errorf("got %v, want no exact number after the deadline", fact.Value)
		}
	}
}

// deepDir makes a chain of n directories, with a file beside each link when
// beside is set, and a path far longer than PATH_MAX.
func deepDir(t *testing.T, dir string, n int, beside bool) {
	t.Helper()
	fd, err := unix.Open(dir, unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if beside {
			for _, name := range []string{"a-sibling", "z-sibling"} {
				if err := unix.Mkdirat(fd, name, 0o755); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := unix.Mkdirat(fd, "deeper", 0o755); err != nil {
			t.Fatalf("level %d: %v", i, err)
		}
		next, err := unix.Openat(fd, "deeper", unix.O_RDONLY|unix.O_DIRECTORY, 0)
		if err != nil {
			t.Fatal(err)
		}
		unix.Close(fd)
		fd = next
	}
	unix.Close(fd)
	t.Cleanup(func() { // RemoveAll of the test itself is slow on such a depth
		exec.Command("rm", "-rf", filepath.Join(dir, "deeper")).Run()
	})
}

func TestTreeTenThousandDirectoriesDeep(t *testing.T) {
	for _, beside := range []bool{false, true} {
		depth := 10_000
		if beside {
			depth = 2_000
		}
		dir := scratch(t)
		deepDir(t, dir, depth, beside)
		want := int64(depth + 1)
		if beside {
			want += int64(2 * depth)
		}
		if got := treeOf(t, dir, paths(".")); got["entries"] != want || got["directories"] != want {
			t.Errorf("beside %v: got %v, want %d", beside, got, want)
		}
	}
}

func TestTreeAgreesWithFindOnRandomTrees(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 2))
		dir := scratch(t)
		at := []string{"."}
		for i := range 600 {
			parent := at[random.IntN(len(at))]
			name := fmt.Sprintf("%s/%d", parent, i)
			if random.IntN(3) == 0 {
				build(t, dir, name)
				at = append(at, name)
			} else {
				build(t, dir, name+" = "+strings.Repeat("x", random.IntN(50)))
			}
		}
		args := paths(at[random.IntN(len(at))], at[random.IntN(len(at))], at[0])
		args["bytes"] = true
		got := treeOf(t, dir, args)
		size, err := exec.Command("find", dir, "-type", "f", "-printf", "%s+").Output()
		if err != nil {
			t.Fatal(err)
		}
		if want := found(t, dir, "."); got["entries"] != want || got["bytes"] != sum(t, size) {
			t.Errorf("seed %d: got %v, find has %d entries", seed, got, want)
		}
	}
}

func sum(t *testing.T, sizes []byte) int64 {
	t.Helper()
	var total int64
	for _, field := range bytes.Split(bytes.TrimSuffix(sizes, []byte("+")), []byte("+")) {
		var size int64
		if _, err := fmt.Sscan(string(field), &size); err != nil {
			t.Fatal(err)
		}
		total += size
	}
	return total
}

func TestTreeSurvivesFilesThatVanishMeanwhile(t *testing.T) {
	dir := scratch(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			name := filepath.Join(dir, fmt.Sprint(i%50))
			os.MkdirAll(filepath.Join(name, "x", "y"), 0o755)
			os.RemoveAll(filepath.Join(dir, fmt.Sprint((i+25)%50)))
		}
	}()
	for range 50 {
		args := paths(".")
		args["bytes"] = true
		got := treeOf(t, dir, args)
		if entries, ok := got["entries"].(int64); !ok || entries < 1 || entries > 151 {
			t.Errorf("got %v, want some number: vanished entries are no doubt", got["entries"])
		}
	}
	close(stop)
	<-stopped
}

func TestTreeWithAnUnreadableDirectoryIsALowerBound(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := scratch(t)
	build(t, dir, "open/x = 1", "closed/in")
	if err := os.Chmod(filepath.Join(dir, "closed"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(dir, "closed"), 0o755) })
	got := treeOf(t, dir, paths("."))
	part, ok := got["entries"].(guard.Unmeasured)
	if !ok || part.AtLeast == nil || *part.AtLeast != 4 || !strings.Contains(part.Reason, "needs root") {
		t.Errorf("got %+v, want at least 4, needs root", got["entries"])
	}
}

func TestTreeRefusesWhatIsNoQuestion(t *testing.T) {
	config := probe.Config{Dir: "/"}
	unknown(t, config, "tree", nil, "must be given")
	unknown(t, config, "tree", paths(), "empty")
	unknown(t, config, "tree", paths(""), "empty")
	unknown(t, probe.Config{}, "tree", paths("relative"), "relative")
	args := paths("/tmp")
	args["limit"] = int64(-1)
	unknown(t, config, "tree", args, "negative")
	dir := scratch(t)
	build(t, dir, "loop -> loop")
	unknown(t, probe.Config{Dir: dir}, "tree", paths("loop/x"), "too many levels")
}
