package walk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

func always(Seen) bool { return true }

func sortedStrings(all []string) []string {
	slices.Sort(all)
	return all
}

func rootsOf(t testing.TB, paths ...string) []Root {
	t.Helper()
	var roots []Root
	for _, path := range paths {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, Root{Path: path, Info: info})
	}
	return roots
}

// broad makes a tree of n directories with a file in each, and returns how many
// entries it has with its own directory.
func broad(t *testing.T, n int) (dir string, entries int64) {
	t.Helper()
	dir = t.TempDir()
	for i := range n {
		sub := filepath.Join(dir, fmt.Sprint("d", i))
		if err := os.Mkdir(sub, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, "f"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir, int64(2*n + 1)
}

// Everyone who asks of one decision follows the same walk: each entry is read once.
func TestATreeIsWalkedOnceForAll(t *testing.T) {
	dir, entries := broad(t, 200)
	var looked atomic.Int64
	w := New(func([]byte) bool { looked.Add(1); return false }, nil)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			if got := w.Count(t.Context(), rootsOf(t, dir), NoLimit, false); got.Files+got.Directories != entries || got.Short != nil {
				t.Errorf("counted %+v, want %d", got, entries)
			}
		})
		group.Go(func() {
			if got := w.Search(t.Context(), rootsOf(t, dir), NoLimit, always); got.Entries != entries-1 || got.Short != nil {
				t.Errorf("searched %+v, want %d", got, entries-1)
			}
		})
	}
	group.Wait()
	if got := w.Count(t.Context(), rootsOf(t, dir), NoLimit, false); got.Files+got.Directories != entries {
		t.Errorf("counted %+v when the walk was done", got)
	}
	if looked.Load() != entries-1 {
		t.Errorf("%d entries were looked at, there are %d", looked.Load(), entries-1)
	}
}

// One that has seen enough leaves the others their walk.
func TestEachFollowerHasALimitOfItsOwn(t *testing.T) {
	dir, entries := broad(t, 200)
	w := New(nil, nil)
	var group sync.WaitGroup
	for _, limit := range []int64{0, 1, 50, entries - 1, entries, NoLimit} {
		group.Go(func() {
			got := w.Count(t.Context(), rootsOf(t, dir), limit, false)
			switch counted := got.Files + got.Directories; {
			case limit >= entries && (counted != entries || got.Short != nil):
				t.Errorf("limit %d: %+v, want %d", limit, got, entries)
			case limit < entries && (got.Short != ErrLimit || counted <= limit):
				t.Errorf("limit %d: %+v, want more than the limit", limit, got)
			}
		})
	}
	group.Wait()
}

// A walk that nobody followed to its end is begun anew.
func TestAHaltedWalkIsNoAnswer(t *testing.T) {
	dir, entries := broad(t, 200)
	w := New(nil, nil)
	if got := w.Count(t.Context(), rootsOf(t, dir), 3, false); got.Short != ErrLimit {
		t.Errorf("%+v", got)
	}
	if got := w.Count(t.Context(), rootsOf(t, dir), NoLimit, false); got.Files+got.Directories != entries || got.Short != nil {
		t.Errorf("%+v, want %d", got, entries)
	}
}

func TestASearchStops(t *testing.T) {
	dir, _ := broad(t, 200)
	w := New(nil, nil)
	if got := w.Search(t.Context(), rootsOf(t, dir), 100, always); got.Short != ErrLimit || got.Entries <= 100 {
		t.Errorf("past its limit: %+v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := w.Search(ctx, rootsOf(t, dir), NoLimit, always); got.Short != ErrSlow {
		t.Errorf("without time: %+v", got)
	}
}

// In a hurry the usual places are looked at all the same, and the rest is not.
func TestASearchInAHurry(t *testing.T) {
	small, entries := broad(t, 200)
	w := New(nil, nil)
	w.Hurry()
	w.Hurry()
	if got := w.Search(t.Context(), rootsOf(t, small), NoLimit, always); got.Short != nil || got.Entries != entries-1 {
		t.Errorf("a small tree: %+v, want all of it", got)
	}
	f := newFollower(NoLimit)
	f.count(hurried + 1)
	f.lower(hurried)
	if !errors.Is(f.why(), ErrHurried) {
		t.Errorf("past what is looked at in a hurry: %v", f.why())
	}
	g := newFollower(10)
	g.lower(hurried)
	if g.count(11); !errors.Is(g.why(), ErrLimit) {
		t.Errorf("a smaller limit of its own: %v", g.why())
	}
}

// What lies near comes before what lies deep, however much there is of that.
func TestTheUsualPlacesComeFirst(t *testing.T) {
	dir := t.TempDir()
	for i := range 30 {
		deep := filepath.Join(dir, "a", "b", "c", "d", "e", fmt.Sprint("f", i), "g")
		if err := os.MkdirAll(deep, 0o755); err != nil {
			t.Fatal(err)
		}
		for j := range 50 {
			if err := os.WriteFile(filepath.Join(deep, fmt.Sprint(j)), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	near := filepath.Join(dir, "x", "y", "z")
	if err := os.MkdirAll(near, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(near, "mark"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	w := New(func(name []byte) bool { return string(name) == "mark" }, nil)
	got := w.Search(t.Context(), rootsOf(t, dir), 200, always)
	if len(got.Marked) != 1 || got.Marked[0].Dir != near || got.Short != ErrLimit {
		t.Errorf("%+v, want %s", got, near)
	}
}

// One directory that holds very much does not keep the others waiting.
func TestALargeDirectoryIsPutBehindTheOthers(t *testing.T) {
	dir := t.TempDir()
	full, near := filepath.Join(dir, "0"), filepath.Join(dir, "x/y/z")
	for _, sub := range []string{full, near} {
		if err := os.MkdirAll(sub, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	one := mark(t, near)
	for i := range 30_000 {
		if err := os.Link(one, filepath.Join(full, fmt.Sprintf("a-name-of-some-length-%d", i))); err != nil {
			t.Fatal(err)
		}
	}
	w := New(func(name []byte) bool { return string(name) == "mark" }, nil)
	got := w.Search(t.Context(), rootsOf(t, dir), 25_000, always)
	if len(got.Marked) != 1 || got.Marked[0].Dir != near || got.Short != ErrLimit {
		t.Errorf("%+v, want %s", got, near)
	}
}

// mark makes the file that is looked for.
func mark(t *testing.T, dir string) string {
	t.Helper()
	name := filepath.Join(dir, "mark")
	file, err := os.OpenFile(name, os.O_CREATE, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	file.Close()
	return name
}

func TestWhatCannotBeReadIsAFailure(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip(t.Name() + ": root may read everything")
	}
	dir, _ := broad(t, 10)
	closed := filepath.Join(dir, "d3")
	if err := os.Chmod(closed, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(closed, 0o755) })
	got := New(nil, nil).Search(t.Context(), rootsOf(t, dir), NoLimit, always)
	if len(got.Failed) != 1 || got.Failed[0].Path != closed || got.Short != nil {
		t.Errorf("%+v", got)
	}
	if got := New(nil, nil).Count(t.Context(), rootsOf(t, dir), NoLimit, false); got.Short == nil || got.Directories != 11 {
		t.Errorf("%+v, want a lower bound", got)
	}
}
