package walk

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// plant makes directories with a mark in each below DIR/new, which is renamed when the
// first mark is seen: then the others still wait to be read.
func plant(t *testing.T, n int, move func(dir string)) (dir string, w *Walks) {
	t.Helper()
	dir = t.TempDir()
	for i := range n {
		sub := filepath.Join(dir, "new", fmt.Sprint("d", i))
		if err := os.MkdirAll(filepath.Join(sub, "below"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(sub, "mark"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var once sync.Once
	return dir, New(func(name []byte) bool {
		if string(name) != "mark" {
			return false
		}
		once.Do(func() { move(dir) })
		return true
	}, nil)
}

// A path may lead elsewhere when it is the turn of a directory that waits in the queue: fewer
// entries than there are must not look like all of them.
func TestAMovedDirectoryAboveTheQueueIsNoticed(t *testing.T) {
	rename := func(dir string) { _ = os.Rename(filepath.Join(dir, "new"), filepath.Join(dir, "released")) }
	for name, move := range map[string]func(dir string){
		"renamed": rename,
		"replaced by an empty one": func(dir string) {
			rename(dir)
			_ = os.Mkdir(filepath.Join(dir, "new"), 0o755)
		},
		"replaced by a link": func(dir string) {
			rename(dir)
			_ = os.Symlink("elsewhere", filepath.Join(dir, "new"))
		},
		"replaced by another that has the same names": func(dir string) {
			rename(dir)
			for i := range 300 {
				_ = os.MkdirAll(filepath.Join(dir, "new", fmt.Sprint("d", i)), 0o755)
			}
		},
	} {
		dir, w := plant(t, 300, move)
		if seen := w.Search(t.Context(), rootsOf(t, dir), NoLimit, nil); len(seen.Marked) != 300 && (seen.Short == nil || len(seen.Unfinished) != 1) {
			t.Errorf("%s: found %d of 300, and says that it looked everywhere", name, len(seen.Marked))
		}
		dir, w = plant(t, 300, move)
		if census := w.Count(t.Context(), rootsOf(t, dir), NoLimit, false); census.Files < 300 && census.Short == nil {
			t.Errorf("%s: counted %d of 300, and calls that exact", name, census.Files)
		}
	}
}

// The same of a directory that waits itself.
func TestAMovedDirectoryInTheQueueIsNoticed(t *testing.T) {
	for name, move := range map[string]func(in, sub string){
		"renamed": func(in, sub string) { _ = os.Rename(filepath.Join(in, sub), filepath.Join(in, "was-"+sub)) },
		"swapped with an empty one": func(in, sub string) {
			_ = os.Rename(filepath.Join(in, sub), filepath.Join(in, "..", "was-"+sub))
			_ = os.Mkdir(filepath.Join(in, sub), 0o755)
		},
		"renamed, and a link in its place": func(in, sub string) {
			_ = os.Rename(filepath.Join(in, sub), filepath.Join(in, "was-"+sub))
			_ = os.Symlink("elsewhere", filepath.Join(in, sub))
		},
	} {
		both := func(dir string) {
			move(filepath.Join(dir, "new"), "d299")
			move(filepath.Join(dir, "new"), "d7")
		}
		dir, w := plant(t, 300, both)
		if seen := w.Search(t.Context(), rootsOf(t, dir), NoLimit, nil); len(seen.Marked) != 300 && seen.Short == nil {
			t.Errorf("%s: found %d of 300, and says that it looked everywhere", name, len(seen.Marked))
		}
		dir, w = plant(t, 300, both)
		if census := w.Count(t.Context(), rootsOf(t, dir), NoLimit, false); census.Files < 300 && census.Short == nil {
			t.Errorf("%s: counted %d of 300, and calls that exact", name, census.Files)
		}
	}
}

// A walk is of the directory that was found, and of no other that has its name now.
func TestARootThatWasReplacedIsNotWalked(t *testing.T) {
	dir := t.TempDir()
	root := filepath.Join(dir, "root")
	for _, sub := range []string{"root/a", "other/b/c"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	roots := rootsOf(t, root)
	if err := errors.Join(os.Rename(root, root+"-was"), os.Rename(filepath.Join(dir, "other"), root)); err != nil {
		t.Fatal(err)
	}
	if census := New(nil, nil).Count(t.Context(), roots, NoLimit, false); census.Short == nil {
		t.Errorf("%+v is taken for what was found", census)
	}
	if seen := New(nil, nil).Search(t.Context(), roots, NoLimit, nil); seen.Short == nil || len(seen.Unfinished) != 1 {
		t.Errorf("%+v is taken for what was found", seen)
	}
}

// One that is only gone was there when it was counted.
func TestADirectoryThatVanishesIsNoReason(t *testing.T) {
	dir, w := plant(t, 300, func(dir string) { _ = os.RemoveAll(filepath.Join(dir, "new", "d299")) })
	if seen := w.Search(t.Context(), rootsOf(t, dir), NoLimit, nil); seen.Short != nil || len(seen.Failed) != 0 || len(seen.Marked) < 299 {
		t.Errorf("%d marked, %v, %v", len(seen.Marked), seen.Short, seen.Failed)
	}
}

// What lies behind a border, and cannot be looked at, is not nothing.
func TestABorderThatCannotBeLookedAt(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	long := dir
	for range 25 {
		long = filepath.Join(long, fmt.Sprintf("%0200d", 0))
	}
	roots, failed := Behind(t.Context(), []Border{{Path: dir}, {Path: file}, {Path: filepath.Join(dir, "none")}, {Path: long}, {Path: "/proc"}})
	if len(roots) != 1 || roots[0].Path != dir || !roots[0].Mounted || len(failed) != 1 || failed[0].Path != long {
		t.Errorf("roots %v, failed %v; want the directory, and the path that is too long", roots, failed)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	roots, failed = Behind(ended, []Border{{Path: dir}})
	if len(roots)+len(failed) != 1 {
		t.Errorf("without time: %v, %v", roots, failed)
	}
}

// With few descriptors nothing is put back, and nothing fails.
func TestFewDescriptors(t *testing.T) {
	var was unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &was); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Setrlimit(unix.RLIMIT_NOFILE, &was) })
	for limit, want := range map[uint64]int32{100: -28, 150: 22, 4096: maxHandles} {
		low := was
		low.Cur = min(limit, was.Max)
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &low); err != nil {
			t.Fatal(err)
		}
		if got := spareDescriptors(); got != want {
			t.Errorf("%d descriptors: %d may be kept, want %d", limit, got, want)
		}
	}
}

// Whoever follows, joins late, has a limit, is hurried or leaves: each whole answer is right,
// and nothing is left over.
func TestManyFollowers(t *testing.T) {
	dir, entries := broad(t, 300)
	full := filepath.Join(dir, "full")
	if err := os.Mkdir(full, 0o755); err != nil {
		t.Fatal(err)
	}
	entries++
	for i := range 5000 {
		if err := os.Symlink("x", filepath.Join(full, fmt.Sprint("a-name-of-some-length-", i))); err != nil {
			t.Fatal(err)
		}
		entries++
	}
	goroutines, files := runtime.NumGoroutine(), descriptors(t)
	for round := range 20 {
		w := New(nil, nil)
		var group sync.WaitGroup
		for k := range 8 {
			group.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				limit := int64(NoLimit)
				switch (round + k) % 4 {
				case 1:
					limit = entries * int64(k) / 8
				case 2:
					go cancel()
				case 3:
					w.Hurry()
				}
				if k%2 == 0 {
					got := w.Count(ctx, rootsOf(t, dir), limit, false)
					if counted := got.Files + got.Directories; got.Short == nil && counted != entries || got.Short == ErrLimit && counted <= limit {
						t.Errorf("limit %d: counted %d of %d, %v", limit, counted, entries, got.Short)
					}
				} else if got := w.Search(ctx, rootsOf(t, dir), limit, always); got.Short == nil && got.Entries != entries-1 {
					t.Errorf("limit %d: searched %d of %d", limit, got.Entries, entries-1)
				}
			})
		}
		group.Wait()
		idle(w)
	}
	for end := time.Now().Add(time.Minute); runtime.NumGoroutine() > goroutines || descriptors(t) > files; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines and %d descriptors, before %d and %d", runtime.NumGoroutine(), descriptors(t), goroutines, files)
		}
	}
}
