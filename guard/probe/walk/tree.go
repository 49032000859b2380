package walk

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// tree is the walk of one directory, on one device.
type tree struct {
	path   string
	id     ID // of the root
	device uint64
	mounts map[string]uint64 // below the root, by path
	marks  func(name []byte) bool
	sizes  *sizes // nil: the sizes of files are not wanted

	open   atomic.Int64 // directories that wait or are being read
	upper  atomic.Int64 // those of them that are shallow
	halted atomic.Bool  // nobody follows it any more
	loose  atomic.Bool  // the numbers of entries are not those of the files
	shaken atomic.Bool  // a directory vanished before it was read

	mu                 sync.Mutex
	files, directories int64 // without the root
	borders            []Border
	marked             []Marked
	failed             []Failure
	moved              error // the walk ended early, for a directory was moved
	followers          []*follower
	done               bool
	deep               []task // they wait until no shallow one is left
}

// shallow is how many levels below the root are read before the deeper ones.
const shallow = 4

// maxFailures is how many are kept of one walk.
const maxFailures = 10_000

func newTree(w *Walks, root Root, sizes *sizes) *tree {
	id := IDOf(root.Info)
	return &tree{path: root.Path, id: id, device: id.Device, mounts: w.below(root.Path), marks: w.marks, sizes: sizes}
}

// start walks the tree for its first follower.
func (t *tree) start(f *follower, workers *pool) {
	t.join(f)
	workers.add(t.begin(task{tree: t, fd: -1, at: &trail{name: t.path}})...)
}

// begin counts directories that are to be read, and gives those that may be read now.
func (t *tree) begin(tasks ...task) (now []task) {
	t.open.Add(int64(len(tasks)))
	for i, one := range tasks {
		if one.depth >= shallow {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.deep = append(t.deep, tasks[i:]...)
			return tasks[:i]
		}
		t.upper.Add(1)
	}
	return tasks
}

// leveled is called for each shallow directory that was read; behind the last one it
// gives the deeper ones.
func (t *tree) leveled() (deep []task) {
	if t.upper.Add(-1) > 0 {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	deep, t.deep = t.deep, nil
	return deep
}

// join makes f a follower, as if it had followed from the beginning. False: the
// walk was halted before its end, because nobody followed it.
func (t *tree) join(f *follower) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.halted.Load() {
		return false
	}
	f.trees = append(f.trees, t)
	if over := f.count(t.files + t.directories); t.done || over {
		return true
	}
	f.open.Add(1)
	t.followers = append(t.followers, f)
	return true
}

// leave ends the walk when f was the last one to follow it.
func (t *tree) leave(f *follower) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.without(f)
}

func (t *tree) without(f *follower) {
	for i, other := range t.followers {
		if other == f {
			t.followers = append(t.followers[:i:i], t.followers[i+1:]...)
			break
		}
	}
	if len(t.followers) == 0 && !t.done {
		t.halted.Store(true)
	}
}

// count tells the followers of more entries.
func (t *tree) count(files, directories int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.files += files
	t.directories += directories
	for _, f := range t.followers {
		if f.count(files + directories) {
			t.without(f)
		}
	}
}

// finished is called for each directory that was read, or not read at all.
func (t *tree) finished() {
	if t.open.Add(-1) > 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done = true
	for _, f := range t.followers {
		f.oneLess()
	}
	t.followers = nil
}

// halt ends the walk, whose numbers are lower bounds.
func (t *tree) halt(why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.moved == nil {
		t.moved = why
	}
	t.halted.Store(true)
}

// failure notes why a file or directory could not be looked at. That it is gone,
// or something else by now, is no reason: it was counted when it was there.
func (t *tree) failure(err error, path string) {
	if isGone(err) {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case len(t.failed) < maxFailures:
		t.failed = append(t.failed, Failure{path, err})
	case t.moved == nil:
		t.moved = fmt.Errorf("more than %d directories below %s could not be read", maxFailures, t.path)
	}
}

func isGone(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ELOOP)
}

func (t *tree) border(b Border) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.borders = append(t.borders, b)
}

func (t *tree) mark(dir string, names []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.marked = append(t.marked, Marked{dir, names})
}

// isBorder: the mount table says that another device is mounted here.
func (t *tree) isBorder(at *trail) bool {
	if len(t.mounts) == 0 {
		return false
	}
	device, mounted := t.mounts[at.path()]
	if mounted && device != t.device {
		t.border(Border{at.path(), device, true})
		return true
	}
	return false
}

// task is a directory whose content is to be read. A negative descriptor is still to
// be opened.
type task struct {
	tree  *tree
	fd    int
	at    *trail
	inode uint64  // as the directory above lists it
	depth int     // below the root
	in    *handle // the directory that it is opened from; nil: by its path
	rest  *level  // of a directory that is read in part; nil: it is read from its beginning
}

// trail is a directory's path, put together only when it is needed.
type trail struct {
	above *trail
	name  string
}

func (t *trail) path() string {
	var names []string
	for ; t.above != nil; t = t.above {
		names = append(names, t.name)
	}
	if len(names) == 0 {
		return t.name
	}
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(t.name, "/"))
	for i := len(names) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(names[i])
	}
	return b.String()
}

// follower is one question that some walks answer together.
type follower struct {
	limit atomic.Int64
	total atomic.Int64 // entries
	open  atomic.Int64 // walks that are not done, and one until all have begun
	once  sync.Once
	ended chan struct{}
	over  atomic.Bool // it has seen past its limit
	slow  atomic.Bool // the limit is that of Hurry
	trees []*tree     // of the goroutine that asks
}

func newFollower(limit int64) *follower {
	f := &follower{ended: make(chan struct{})}
	f.limit.Store(limit)
	f.open.Store(1)
	return f
}

// complete says that all walks have begun.
func (f *follower) complete() { f.oneLess() }

func (f *follower) oneLess() {
	if f.open.Add(-1) == 0 {
		f.end()
	}
}

func (f *follower) end() { f.once.Do(func() { close(f.ended) }) }

// count is true when there is more than f wants to know of.
func (f *follower) count(entries int64) (over bool) {
	if f.total.Add(entries) <= f.limit.Load() {
		return false
	}
	f.over.Store(true)
	f.end()
	return true
}

// lower is a smaller limit from now on.
func (f *follower) lower(limit int64) {
	if limit = max(limit, 0); limit >= f.limit.Load() {
		return
	}
	f.slow.Store(true)
	f.limit.Store(limit)
	f.count(0)
}

// why f ended: nil when all was seen.
func (f *follower) why() error {
	switch {
	case !f.over.Load():
		return nil
	case f.slow.Load():
		return ErrHurried
	default:
		return ErrLimit
	}
}

// release ends the walks that nobody else follows.
func (f *follower) release() {
	for _, t := range f.trees {
		t.leave(f)
	}
}

// seen is what the walks have found so far.
func (f *follower) seen() Seen {
	var seen Seen
	for _, t := range f.trees {
		t.mu.Lock()
		seen.Marked = append(seen.Marked, t.marked...)
		seen.Failed = append(seen.Failed, t.failed...)
		seen.Borders = append(seen.Borders, t.borders...)
		seen.Entries += t.files + t.directories
		if seen.Short == nil {
			seen.Short = t.moved
		}
		if !t.done || t.halted.Load() || t.moved != nil {
			seen.Unfinished = append(seen.Unfinished, t.path)
		}
		t.mu.Unlock()
	}
	slices.SortStableFunc(seen.Marked, func(a, b Marked) int { return strings.Compare(a.Dir, b.Dir) })
	slices.SortStableFunc(seen.Failed, func(a, b Failure) int { return strings.Compare(a.Path, b.Path) })
	return seen
}

// shaken: directories vanished, or were replaced, before they were read.
func (f *follower) shaken() bool {
	return slices.ContainsFunc(f.trees, func(t *tree) bool { return t.shaken.Load() })
}

// addTo adds the numbers.
func (f *follower) addTo(census *Census) {
	for _, t := range f.trees {
		t.mu.Lock()
		census.Files += t.files
		census.Directories += t.directories
		census.Borders = append(census.Borders, t.borders...)
		if census.Short == nil && t.moved != nil {
			census.Short = t.moved
		}
		if census.Short == nil && len(t.failed) > 0 {
			census.Short = &fs.PathError{Op: "read", Path: t.failed[0].Path, Err: t.failed[0].Err}
		}
		t.mu.Unlock()
	}
}

// NoLimit is the limit of who wants to know all.
const NoLimit = math.MaxInt64
