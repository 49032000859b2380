package walk

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// portably counts with the portable walk.
func portably(t *testing.T, w *Walks, root Root, limit int64, bytes bool) Census {
	t.Helper()
	f := newFollower(limit)
	var s *sizes
	if bytes {
		s = newSizes()
	}
	tree := newTree(w, root, s)
	tree.join(f)
	tree.open.Add(1)
	f.count(1)
	tree.walkPortably()
	f.complete()
	<-f.ended
	census := Census{Directories: 1, Short: f.why()}
	f.addTo(&census)
	census.Bytes = s.total()
	return census
}

func randomTree(t *testing.T) string {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 1))
	dir := t.TempDir()
	at := []string{dir}
	for i := range 500 {
		name := filepath.Join(at[random.IntN(len(at))], fmt.Sprint(i))
		if random.IntN(4) == 0 {
			if err := os.Mkdir(name, 0o755); err != nil {
				t.Fatal(err)
			}
			at = append(at, name)
			continue
		}
		if err := os.WriteFile(name, make([]byte, i), 0o644); err != nil {
			t.Fatal(err)
		}
		if random.IntN(4) == 0 {
			if err := os.Link(name, name+"-again"); err != nil {
				t.Fatal(err)
			}
		}
	}
	return dir
}

func TestBothWalksCountTheSame(t *testing.T) {
	dir := randomTree(t)
	root := rootsOf(t, dir)
	for _, bytes := range []bool{false, true} {
		fast, slow := New(nil, nil).Count(t.Context(), root, NoLimit, bytes), portably(t, New(nil, nil), root[0], NoLimit, bytes)
		if fast.Files != slow.Files || fast.Directories != slow.Directories || fast.Bytes != slow.Bytes || fast.Short != nil || slow.Short != nil {
			t.Errorf("bytes %v: the Linux walk says %+v, the portable one %+v", bytes, fast, slow)
		}
		if fast.Files == 0 || bytes && fast.Bytes == 0 {
			t.Errorf("nothing was counted: %+v", fast)
		}
	}
	if fast, slow := New(nil, nil).Count(t.Context(), root, 10, false), portably(t, New(nil, nil), root[0], 10, false); fast.Short != ErrLimit || slow.Short != ErrLimit {
		t.Errorf("past the limit: %v and %v", fast.Short, slow.Short)
	}
	marks := func(name []byte) bool { return strings.HasSuffix(string(name), "7") }
	fast := New(marks, nil).Search(t.Context(), root, NoLimit, always)
	w := New(marks, nil)
	f, tree := newFollower(NoLimit), newTree(w, root[0], nil)
	tree.join(f)
	tree.open.Add(1)
	tree.walkPortably()
	slow := f.seen()
	if got, want := names(fast), names(slow); got != want || got == "" || fast.Entries != slow.Entries {
		t.Errorf("the Linux walk marks %s of %d, the portable one %s of %d", got, fast.Entries, want, slow.Entries)
	}
}

// names are all marked names, in order.
func names(seen Seen) string {
	var all []string
	for _, marked := range seen.Marked {
		for _, name := range marked.Names {
			all = append(all, filepath.Join(marked.Dir, name))
		}
	}
	return strings.Join(sortedStrings(all), " ")
}

func TestAWalkLeavesNoDescriptorOpen(t *testing.T) {
	dir := t.TempDir()
	for i := range 40 {
		if err := os.MkdirAll(filepath.Join(dir, fmt.Sprint(i), strings.Repeat("d/", 60)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, limit := range []int64{0, 5, 500, NoLimit} {
		before := descriptors(t)
		w := New(nil, nil)
		w.Count(t.Context(), rootsOf(t, dir), limit, false)
		idle(w)
		if after := descriptors(t); after != before {
			t.Errorf("limit %d: %d descriptors before, %d after", limit, before, after)
		}
	}
}

// idle waits until the workers of a halted walk have left it.
func idle(w *Walks) {
	for w.workers.free.Load() < newPool().free.Load() {
	}
}

func descriptors(t *testing.T) int {
	t.Helper()
	dir, err := os.Open("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		t.Fatal(err)
	}
	return len(names)
}

func TestWhatTheMountTableNamesIsNotTouched(t *testing.T) {
	dir := t.TempDir()
	for _, depth := range []string{"dead/in", "a/b/c/d/e/f/dead/in"} {
		if err := os.MkdirAll(filepath.Join(dir, depth), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mounts := func() (map[string]uint64, error) {
		return map[string]uint64{filepath.Join(dir, "dead"): math.MaxUint64, filepath.Join(dir, "a/b/c/d/e/f/dead"): math.MaxUint64}, nil
	}
	got := New(nil, mounts).Count(t.Context(), rootsOf(t, dir), NoLimit, false)
	if got.Directories != 9 || got.Short != nil || len(got.Borders) != 2 || !got.Borders[0].Mounted {
		t.Errorf("got %+v, want the directories and the mount points, and nothing behind them", got)
	}
}

func TestAMovedBranchIsNotCountedAsIfItWereNot(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "was/below"), 0o755); err != nil {
		t.Fatal(err)
	}
	below, err := openDir(unix.AT_FDCWD, filepath.Join(dir, "was/below"))
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(below)
	info, err := os.Lstat(filepath.Join(dir, "was"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "was/below"), filepath.Join(dir, "below")); err != nil {
		t.Fatal(err)
	}
	b := &branch{tree: newTree(New(nil, nil), rootsOf(t, dir)[0], nil)}
	above := level{fd: -1, id: IDOf(info), at: &trail{name: dir}}
	b.reopen(below, &above)
	if above.fd >= 0 || !b.halted.Load() || b.moved == nil {
		t.Errorf("got %+v, %v; want the walk halted", above, b.moved)
	}
}
