package walk

import (
	"bytes"
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

const (
	maxWorkers = 8
	// window is how many directories of one branch stay open; the way back to
	// those above it leads through "..".
	window = 24
	// readSize is what one getdents64 asks for: some 2,000 entries.
	readSize = 64 << 10
	// maxSuspended is how many large directories may be open, read in part, at most.
	maxSuspended = 64
)

// pool are workers that live as long as there is something to do.
type pool struct {
	free      atomic.Int32 // workers that could be started
	suspended atomic.Int32 // large directories that may still be put back
	mu        sync.Mutex
	queue     []task
}

func newPool() *pool {
	p := &pool{}
	p.suspended.Store(spareDescriptors())
	p.free.Store(int32(min(runtime.GOMAXPROCS(0), maxWorkers)))
	return p
}

// spareDescriptors is how many may be used for directories that wait: few, where a process
// may have few.
func spareDescriptors() int32 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	const others = 128 // of the workers, and of the rest of the program
	return int32(min(limit.Cur, maxSuspended+others)) - others
}

// add queues tasks behind those that wait.
func (p *pool) add(tasks ...task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, tasks...)
	for range tasks {
		if p.free.Load() == 0 {
			return
		}
		p.free.Add(-1)
		go p.work()
	}
}

// hungry: a worker could begin with another directory at once.
func (p *pool) hungry() bool { return p.free.Load() > 0 }

func (p *pool) next() (task, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.free.Add(1)
		return task{}, false
	}
	first := p.queue[0]
	p.queue[0] = task{}
	p.queue = p.queue[1:]
	return first, true
}

var buffers = sync.Pool{New: func() any { return new([readSize]byte) }}

func (p *pool) work() {
	buffer := buffers.Get().(*[readSize]byte)
	defer buffers.Put(buffer)
	b := branch{pool: p, buffer: buffer[:]}
	for {
		task, ok := p.next()
		if !ok {
			return
		}
		b.run(task)
		if task.depth < shallow {
			p.add(task.tree.leveled()...)
		}
		task.tree.finished()
	}
}

// branch is one worker's way through a tree: the directories between the task's
// own and where it is, the deepest last.
type branch struct {
	*tree
	pool   *pool
	buffer []byte
	levels []level
}

type level struct {
	fd     int // negative: closed, to be opened again on the way back
	id     ID
	at     *trail
	subs   []string // subdirectories that are not entered yet
	marked []string
}

// run reads the task's directory, and what is below it when that is deep.
func (b *branch) run(t task) {
	b.tree = t.tree
	if t.rest != nil {
		b.pool.suspended.Add(1)
		b.shallow(t.rest, t.depth)
		return
	}
	fd := t.fd
	if fd < 0 {
		if b.halted.Load() {
			return
		}
		if fd = b.openQueued(t); fd < 0 {
			return
		}
	}
	if t.depth < shallow && len(t.at.path()) < unix.PathMax-256 { // else what is in it can be reached through it only
		if here, ok := b.levelOf(fd, t.at); ok {
			b.shallow(&here, t.depth)
		}
		return
	}
	b.enter(fd, t.at)
	for len(b.levels) > 0 {
		b.step()
	}
}

// openQueued opens a directory by its path, which may lead elsewhere by now: somebody
// may have moved or replaced one of those above it. It returns -1 when it could not.
func (b *branch) openQueued(t task) int {
	fd, err := openDir(unix.AT_FDCWD, t.at.path())
	if t.above == (ID{}) {
		if err != nil {
			b.failure(err, t.at.path())
		}
		return fd
	}
	if err != nil {
		if id, ok := idAt(unix.AT_FDCWD, t.at.above.path()); !ok || id != t.above {
			b.halt(errMoved(t.at.above.path()))
		}
		b.failure(err, t.at.path())
		return -1
	}
	if id, ok := idAt(fd, ".."); ok && id == t.above {
		return fd
	}
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err == nil && uint64(stat.Dev) != b.device {
		return fd // what is above a mount is above another directory
	}
	unix.Close(fd)
	b.halt(errMoved(t.at.path()))
	return -1
}

// idAt is what a directory is.
func idAt(at int, name string) (ID, bool) {
	var stat unix.Stat_t
	err := unix.Fstatat(at, name, &stat, 0)
	return ID{uint64(stat.Dev), stat.Ino}, err == nil
}

// shallow reads a directory and queues those in it. A large one is put behind the
// others that wait: what lies beside it is looked at first.
func (b *branch) shallow(l *level, depth int) {
	for {
		n := b.readSome(l)
		b.queueAll(l, depth+1)
		if n == 0 {
			break
		}
		if n > readSize/2 && b.pool.suspended.Add(-1) >= 0 {
			b.tree.begin(task{tree: b.tree, rest: l, depth: depth})
			b.pool.add(task{tree: b.tree, rest: l, depth: depth})
			return
		}
		if n > readSize/2 {
			b.pool.suspended.Add(1)
		}
	}
	b.markedIn(l)
	unix.Close(l.fd)
}

// queueAll queues the subdirectories that were read.
func (b *branch) queueAll(l *level, depth int) {
	var tasks []task
	for _, name := range l.subs {
		if at := (&trail{l.at, name}); !b.isBorder(at) {
			tasks = append(tasks, task{tree: b.tree, fd: -1, at: at, depth: depth, above: l.id})
		}
	}
	l.subs = nil
	b.pool.add(b.tree.begin(tasks...)...)
}

// step enters one subdirectory of the deepest level, or leaves the level.
func (b *branch) step() {
	deepest := &b.levels[len(b.levels)-1]
	if len(deepest.subs) == 0 || b.halted.Load() {
		b.leaveLevel()
		return
	}
	name := deepest.subs[len(deepest.subs)-1]
	deepest.subs = deepest.subs[:len(deepest.subs)-1]
	at := &trail{deepest.at, name}
	if b.isBorder(at) {
		return
	}
	fd, err := openDir(deepest.fd, name)
	if err != nil {
		b.failure(err, at.path())
		return
	}
	if b.pool.hungry() {
		b.tree.open.Add(1)
		b.pool.add(task{tree: b.tree, fd: fd, at: at, depth: shallow})
		return
	}
	b.enter(fd, at)
}

// enter reads a directory and makes it the deepest level. It owns fd.
func (b *branch) enter(fd int, at *trail) {
	here, ok := b.levelOf(fd, at)
	if !ok {
		return
	}
	for b.readSome(&here) > 0 {
	}
	b.markedIn(&here)
	b.levels = append(b.levels, here)
	if above := len(b.levels) - 1 - window; above >= 0 && b.levels[above].fd >= 0 {
		unix.Close(b.levels[above].fd)
		b.levels[above].fd = -1
	}
}

// levelOf is the level of an open directory; false when it is another device's. Then
// fd is closed.
func (b *branch) levelOf(fd int, at *trail) (level, bool) {
	var stat unix.Stat_t
	err := unix.Fstat(fd, &stat)
	switch {
	case err != nil:
		b.failure(err, at.path())
	case uint64(stat.Dev) != b.device:
		b.border(Border{at.path(), uint64(stat.Dev), false})
	default:
		return level{fd: fd, id: ID{uint64(stat.Dev), stat.Ino}, at: at}, true
	}
	unix.Close(fd)
	return level{}, false
}

// leaveLevel closes the deepest level and sees that the one above is open.
func (b *branch) leaveLevel() {
	last := len(b.levels) - 1
	left := b.levels[last]
	b.levels = b.levels[:last]
	if last > 0 && b.levels[last-1].fd < 0 && !b.halted.Load() {
		b.reopen(left.fd, &b.levels[last-1])
	}
	if left.fd >= 0 { // negative only after a halt
		unix.Close(left.fd)
	}
}

// reopen finds the directory above, and makes sure that it is the one that was
// left: someone may have moved the branch.
func (b *branch) reopen(below int, above *level) {
	fd, err := openDir(below, "..")
	if err != nil {
		b.failure(err, above.at.path())
		b.halt(errMoved(above.at.path()))
		return
	}
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil || (ID{uint64(stat.Dev), stat.Ino}) != above.id {
		unix.Close(fd)
		b.halt(errMoved(above.at.path()))
		return
	}
	above.fd = fd
}

// readSome counts the next entries of a directory, and collects its subdirectories and
// the names that are looked for. It returns how many bytes they took; zero at the end.
func (b *branch) readSome(l *level) int {
	for !b.halted.Load() {
		n, err := unix.Getdents(l.fd, b.buffer)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			b.failure(err, l.at.path())
		}
		if err != nil || n <= 0 {
			return 0
		}
		b.entries(l, b.buffer[:n])
		return n
	}
	return 0
}

// markedIn hands on the names that were found in a directory.
func (b *branch) markedIn(l *level) {
	if len(l.marked) > 0 {
		b.mark(l.at.path(), l.marked)
		l.marked = nil
	}
}

// entries goes through the records of getdents64(2): inode (8 bytes), offset
// (8), length of the record (2), type (1), name, NUL.
func (b *branch) entries(l *level, records []byte) {
	const header = 19
	var files, directories int64
	for len(records) > header {
		length := int(binary.NativeEndian.Uint16(records[16:]))
		if length <= header || length > len(records) {
			b.failure(errors.New("the kernel gave a broken directory entry"), l.at.path())
			return
		}
		kind, name := records[18], records[header:length]
		records = records[length:]
		name = name[:max(bytes.IndexByte(name, 0), 0)]
		if string(name) == "." || string(name) == ".." {
			continue
		}
		if b.isDirectory(l, kind, name) {
			directories++
			l.subs = append(l.subs, string(name))
		} else {
			files++
		}
		if b.marks(name) {
			l.marked = append(l.marked, string(name))
		}
	}
	b.count(files, directories)
}

// isDirectory asks for the file itself only where the entry does not tell, or
// its size is wanted.
func (b *branch) isDirectory(l *level, kind byte, name []byte) bool {
	wanted := kind == unix.DT_UNKNOWN || b.sizes != nil && kind == unix.DT_REG
	if !wanted {
		return kind == unix.DT_DIR
	}
	var stat unix.Stat_t
	if err := unix.Fstatat(l.fd, string(name), &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		b.failure(err, (&trail{l.at, string(name)}).path())
		return false
	}
	if stat.Mode&unix.S_IFMT == unix.S_IFREG {
		b.sizes.add(ID{uint64(stat.Dev), stat.Ino}, uint64(stat.Nlink), stat.Size)
	}
	return stat.Mode&unix.S_IFMT == unix.S_IFDIR
}

// openDir opens a directory, never through a link.
func openDir(at int, name string) (int, error) {
	for {
		fd, err := unix.Openat(at, name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		if !errors.Is(err, unix.EINTR) {
			return fd, err
		}
	}
}
