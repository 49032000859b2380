package walk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

// ID is what a file is on this machine while it exists, by whatever name.
type ID struct{ Device, Inode uint64 }

// IDOf is the zero ID where the system does not tell.
func IDOf(info fs.FileInfo) ID {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return ID{uint64(stat.Dev), stat.Ino}
	}
	return ID{}
}

// Root is where a walk begins: an absolute path without links, and what was
// found there.
type Root struct {
	Path string
	Info fs.FileInfo
	// Listed: its name is counted already, by the walk of the directory above.
	Listed bool
	// Mounted: it lies behind a border.
	Mounted bool
}

// Walks are the walks of one decision. Its methods may be called from several
// goroutines.
type Walks struct {
	marks   func(name []byte) bool
	workers *pool
	hurry   chan struct{}
	once    sync.Once

	mu    sync.Mutex
	trees map[place]*tree

	table func() (map[string]uint64, error)
}

type place struct {
	path string
	id   ID
}

// New returns Walks that note the names which marks picks out, for Search. marks is
// called for every entry, from several goroutines: it must be fast, and must not
// keep the name. mounts gives what is mounted where, as path to device; it is asked
// once. Nil picks out nothing, and knows of no mounts.
func New(marks func(name []byte) bool, mounts func() (map[string]uint64, error)) *Walks {
	if marks == nil {
		marks = func([]byte) bool { return false }
	}
	if mounts == nil {
		mounts = func() (map[string]uint64, error) { return nil, nil }
	}
	return &Walks{
		marks: marks, workers: newPool(), hurry: make(chan struct{}), trees: map[place]*tree{},
		table: sync.OnceValues(mounts),
	}
}

type key struct{}

// With returns a context that carries the walks to everyone who measures for the
// same decision.
func With(ctx context.Context, walks *Walks) context.Context {
	return context.WithValue(ctx, key{}, walks)
}

// From is the Walks that ctx carries; nil when it carries none.
func From(ctx context.Context) *Walks {
	walks, _ := ctx.Value(key{}).(*Walks)
	return walks
}

// Hurry tells every Search, those to come too, to look no further than it must:
// the command is refused whatever else is found. It may be called again.
func (w *Walks) Hurry() { w.once.Do(func() { close(w.hurry) }) }

// Mounts are all mount points, with the device that is mounted there.
func (w *Walks) Mounts() (map[string]uint64, error) { return w.table() }

// Failure is a directory or file that could not be read.
type Failure struct {
	Path string
	Err  error
}

// Border is a directory of another device. It was not entered.
type Border struct {
	Path   string
	Device uint64
	// Mounted: the mount table says so; else the directory itself.
	Mounted bool
}

// Marked is a directory, and the names in it that were picked out.
type Marked struct {
	Dir   string
	Names []string
}

var (
	// ErrLimit: there is more than was asked for.
	ErrLimit = errors.New("counted no further than the limit")
	// ErrSlow: the deadline came before the end.
	ErrSlow = errors.New("not counted to the end in time: give the probe a longer timeout, or a limit")
)

// errMoved: a directory was moved while it was walked.
func errMoved(path string) error {
	return fmt.Errorf("count %s: it was moved or replaced meanwhile; run it again when it is quiet", path)
}

// follow makes f a follower of the walk of a root, and begins one where there is
// none that still runs or has ended by itself.
func (w *Walks) follow(root Root, f *follower, workers *pool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := place{root.Path, IDOf(root.Info)}
	if running := w.trees[at]; running != nil && running.join(f) {
		return
	}
	w.trees[at] = newTree(w, root, nil)
	w.trees[at].start(f, workers)
}

// below are the mounts under a path. Without a table nothing is known to be
// mounted, and every directory of another device is still a border.
func (w *Walks) below(path string) map[string]uint64 {
	all, err := w.table()
	if err != nil {
		return nil
	}
	prefix := path + "/"
	if path == "/" {
		prefix = "/"
	}
	var inside map[string]uint64
	for point, device := range all {
		if len(point) > len(prefix) && point[:len(prefix)] == prefix {
			if inside == nil {
				inside = map[string]uint64{}
			}
			inside[point] = device
		}
	}
	return inside
}

// Seen is what a Search has seen.
type Seen struct {
	Marked  []Marked  // by path
	Failed  []Failure // what could not be read, by path
	Borders []Border  // directories of other devices, which were not entered
	Entries int64
	// Short says why the search ended early; nil when it did not. It is ErrLimit,
	// ErrSlow or ErrHurried, or that of a directory that was moved meanwhile.
	Short error
	// Unfinished are the roots below which not everything was seen.
	Unfinished []string
}

// ErrHurried: the search ended because of Hurry.
var ErrHurried = errors.New("not searched to the end, because the command is refused already")

// hurried is how many entries a Search has looked at, at least, when it is told to
// hurry: what lies in the usual places is still found.
const hurried = 20_000

// Search looks for marked names in directories and all that is below them on their
// devices, but for the kernel's own file systems. It looks at no more entries than the
// limit. enough is asked, with what was seen so far, whether a search that is told to
// Hurry may end; nil: it may not. Roots that do not exist any more hold nothing.
func (w *Walks) Search(ctx context.Context, roots []Root, limit int64, enough func(Seen) bool) Seen {
	seen, shaken := w.search(ctx, roots, limit, enough)
	if shaken && seen.Short == nil {
		w.forget(roots)
		seen, _ = w.search(ctx, roots, limit, enough)
	}
	return seen
}

// forget has the next one who follows the walks of roots begin them anew. Where directories
// vanished meanwhile a second look tells whether they were removed or only moved; in a tree
// that is never still, that is as good as any.
func (w *Walks) forget(roots []Root) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, root := range roots {
		delete(w.trees, place{root.Path, IDOf(root.Info)})
	}
}

func (w *Walks) search(ctx context.Context, roots []Root, limit int64, enough func(Seen) bool) (seen Seen, shaken bool) {
	f := newFollower(limit)
	begun := map[place]bool{}
	var others *pool // what is mounted somewhere may not answer, and has workers of its own
	for _, root := range roots {
		at := place{root.Path, IDOf(root.Info)}
		if begun[at] || !root.Mounted && isKernelFiles(root.Path) {
			continue
		}
		begun[at] = true
		workers := w.workers
		if root.Mounted {
			if others == nil {
				others = newPool()
			}
			workers = others
		}
		w.follow(root, f, workers)
	}
	f.complete()
	short := w.wait(ctx, f, enough)
	f.release()
	seen = f.seen()
	seen.Short = cmp.Or(short, seen.Short)
	return seen, f.shaken()
}

// wait returns when there is nothing more to see, or says why it returned before
// that.
func (w *Walks) wait(ctx context.Context, f *follower, enough func(Seen) bool) error {
	if ctx.Err() != nil {
		return ErrSlow
	}
	hurry := w.hurry
	for {
		select {
		case <-f.ended:
			return f.why()
		case <-ctx.Done():
			return ErrSlow
		case <-hurry:
			if enough != nil && enough(f.seen()) {
				f.lower(hurried)
			}
			hurry = nil
		}
	}
}

// Behind are the directories at borders, as roots of further walks. The kernel's own file
// systems are none. What cannot be looked at before ctx ends is a Failure with the error
// ErrSlow: it may be a file server that does not answer.
func Behind(ctx context.Context, borders []Border) (roots []Root, failed []Failure) {
	type found struct {
		root Root
		err  error
	}
	for _, border := range borders {
		done := make(chan found, 1)
		go func() {
			info, err := os.Lstat(border.Path)
			if err == nil && (!info.IsDir() || isKernelFiles(border.Path)) {
				err = fs.ErrNotExist
			}
			done <- found{Root{Path: border.Path, Info: info, Mounted: true}, err}
		}()
		select {
		case one := <-done:
			switch {
			case one.err == nil:
				roots = append(roots, one.root)
			case !errors.Is(one.err, fs.ErrNotExist):
				failed = append(failed, Failure{border.Path, one.err})
			}
		case <-ctx.Done():
			failed = append(failed, Failure{border.Path, ErrSlow})
		}
	}
	return roots, failed
}

// Census is what Count has counted.
type Census struct {
	Files, Directories, Bytes int64
	Borders                   []Border
	// Short says why the numbers are only lower bounds; nil when they are not.
	Short error
}

// Count counts the roots and every entry below them, as far as just past the limit. With
// bytes it adds up the sizes of regular files too, once for all their names; that is a
// walk of its own, which costs more.
func (w *Walks) Count(ctx context.Context, roots []Root, limit int64, bytes bool) Census {
	census, shaken := w.count(ctx, roots, limit, bytes)
	if shaken && census.Short == nil {
		w.forget(roots)
		census, _ = w.count(ctx, roots, limit, bytes)
	}
	return census
}

func (w *Walks) count(ctx context.Context, roots []Root, limit int64, bytes bool) (census Census, shaken bool) {
	f := newFollower(limit)
	var sizes *sizes
	if bytes {
		sizes = newSizes()
	}
	for _, root := range roots {
		switch {
		case !root.Info.IsDir():
			census.Files++
			f.count(1)
			sizes.addInfo(root.Info)
			continue
		case !root.Listed:
			census.Directories++
			f.count(1)
		}
		if bytes {
			newTree(w, root, sizes).start(f, w.workers)
		} else {
			w.follow(root, f, w.workers)
		}
	}
	f.complete()
	select {
	case <-f.ended:
		census.Short = f.why()
	case <-ctx.Done():
		census.Short = ErrSlow
	}
	f.release()
	f.addTo(&census)
	census.Bytes = sizes.total()
	return census, f.shaken()
}

// sizes adds up the sizes of regular files. A nil one adds up nothing.
type sizes struct {
	mu    sync.Mutex
	bytes int64
	names map[ID]bool // files with several names
}

func newSizes() *sizes { return &sizes{names: map[ID]bool{}} }

func (s *sizes) addInfo(info fs.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && s != nil && info.Mode().IsRegular() {
		s.add(IDOf(info), uint64(stat.Nlink), info.Size())
	}
}

func (s *sizes) add(id ID, links uint64, size int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if links > 1 {
		if s.names[id] {
			return
		}
		s.names[id] = true
	}
	s.bytes += size
}

func (s *sizes) total() int64 {
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}
