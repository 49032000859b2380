package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// walk counts what hangs under the roots with several workers. A worker goes
// down one directory after the other by file descriptors, so that depth and
// long paths do not matter, and hands a subdirectory to another worker when one
// has nothing to do.
func walk(ctx context.Context, roots []root, mounts map[string]uint64, order order) census {
	w := &walker{order: order, mounts: mounts, tasks: make(chan task, maxWorkers), names: map[file]bool{}}
	defer context.AfterFunc(ctx, func() { w.halt(errSlow) })()
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), maxWorkers) {
		workers.Go(w.work)
	}
	w.feed(roots)
	workers.Wait()
	return w.result()
}

const (
	maxWorkers = 8
	// window is how many directories of one branch stay open; the way back to
	// those above it leads through "..".
	window = 24
	// readSize is what one getdents64 asks for: some 2,000 entries.
	readSize = 64 << 10
)

type walker struct {
	order  order
	mounts map[string]uint64 // below the roots, by path
	tasks  chan task
	idle   atomic.Int32 // workers that wait for a task
	open   atomic.Int64 // tasks that are not done
	halted atomic.Bool

	files, directories, bytes atomic.Int64

	mu      sync.Mutex
	borders []border
	short   error         // the first thing that made the numbers lower bounds
	names   map[file]bool // files with several names, when bytes are counted
}

// task is a directory whose content is to be counted. A negative descriptor
// is opened by its path.
type task struct {
	fd     int
	at     *trail
	device uint64
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

// feed counts the roots and queues the directories among them.
func (w *walker) feed(roots []root) {
	w.open.Add(1) // feeding is a task too: the queue stays open until it is done
	defer w.done()
	for _, r := range roots {
		switch {
		case r.info.IsDir():
			if !r.listed {
				w.count(0, 1)
			}
			w.open.Add(1)
			w.tasks <- task{fd: -1, at: &trail{name: r.path}, device: r.device()}
		default:
			w.count(1, 0)
			w.addRootBytes(r.info)
		}
	}
}

func (w *walker) done() {
	if w.open.Add(-1) == 0 {
		close(w.tasks)
	}
}

func (w *walker) work() {
	b := &branch{walker: w, buffer: make([]byte, readSize)}
	for {
		w.idle.Add(1)
		task, ok := <-w.tasks
		w.idle.Add(-1)
		if !ok {
			return
		}
		b.run(task)
		w.done()
	}
}

// offer hands a directory to a worker that waits. False: there is none.
func (w *walker) offer(t task) bool {
	w.open.Add(1)
	select {
	case w.tasks <- t:
		return true
	default:
		w.open.Add(-1) // the offering task itself is still open: never the last
		return false
	}
}

func (w *walker) count(files, directories int64) {
	total := w.files.Add(files) + w.directories.Add(directories)
	if total > w.order.limit {
		w.halt(errLimit)
	}
}

// halt ends the walk early.
func (w *walker) halt(why error) {
	w.fallShort(why)
	w.halted.Store(true)
}

// fallShort goes on, but the numbers are only lower bounds from here.
func (w *walker) fallShort(why error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.short == nil || errors.Is(why, errLimit) {
		w.short = why
	}
}

// failed notes why a file or directory could not be looked at. That it is gone,
// or something else by now, is no reason: it was counted when it was there.
func (w *walker) failed(err error, at *trail, name string) {
	switch {
	case errors.Is(err, unix.ENOENT), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.ELOOP):
	case name == "":
		w.fallShort(&fs.PathError{Op: "read", Path: at.path(), Err: err})
	default:
		w.fallShort(&fs.PathError{Op: "read", Path: (&trail{at, name}).path(), Err: err})
	}
}

func (w *walker) addBorder(at *trail, device uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.borders = append(w.borders, border{at.path(), device})
}

func (w *walker) addRootBytes(info fs.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && info.Mode().IsRegular() {
		w.addSize(fileOf(info), uint64(stat.Nlink), info.Size())
	}
}

// addBytes adds a regular file's size, once for all its names.
func (w *walker) addBytes(stat *unix.Stat_t) {
	if stat.Mode&unix.S_IFMT == unix.S_IFREG {
		w.addSize(file{uint64(stat.Dev), stat.Ino}, uint64(stat.Nlink), stat.Size)
	}
}

func (w *walker) addSize(id file, links uint64, size int64) {
	if links <= 1 || w.firstName(id) {
		w.bytes.Add(size)
	}
}

func (w *walker) firstName(id file) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.names[id] {
		return false
	}
	w.names[id] = true
	return true
}

func (w *walker) result() census {
	w.mu.Lock()
	defer w.mu.Unlock()
	return census{
		files: w.files.Load(), directories: w.directories.Load(), bytes: w.bytes.Load(),
		borders: w.borders, short: w.short,
	}
}

// errMoved: a directory was moved while it was counted.
func errMoved(at *trail) error {
	return fmt.Errorf("count %s: it was moved or replaced meanwhile; run it again when it is quiet", at.path())
}
