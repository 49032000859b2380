package walk

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

const (
	maxWorkers = 8
	// window is how many directories of one branch stay open; the way back to
	// those above it leads through "..".
	window = 24
	// readSize is what one getdents64 asks for: some 2,000 entries.
	readSize = 64 << 10
	// maxHandles is how many directories may be open for those in them, at most.
	maxHandles = 256
)

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
	subs   []entry // subdirectories that are not entered yet
	marked []string
	kept   *handle // of a shallow directory
}

// run reads the task's directory, and what is below it when that is deep.
func (b *branch) run(t task) {
	b.tree = t.tree
	if t.rest != nil {
		b.shallow(t.rest, t.depth)
		return
	}
	fd := b.open(t)
	if fd < 0 {
		return
	}
	if t.depth < shallow {
		if kept, ok := b.pool.keep(fd); ok {
			if here, ok := b.levelOf(fd, t.at); ok {
				here.kept = kept
				b.shallow(&here, t.depth)
			} else { // which has closed it
				kept.fd = -1
				kept.release()
			}
			return
		}
	}
	b.enter(fd, t.at)
	for len(b.levels) > 0 {
		b.step()
	}
}

// open gives the directory of a task; negative when it cannot be read.
func (b *branch) open(t task) int {
	if t.in != nil {
		defer t.in.release()
	}
	switch {
	case t.fd >= 0, b.halted.Load():
		return t.fd
	case t.in != nil:
		return b.openEntry(t.in.fd, entry{t.at.name, t.inode}, t.at)
	}
	return b.openRoot()
}

// openRoot opens the directory where the walk begins, if it is still the one that was
// found there.
func (b *branch) openRoot() int {
	fd, err := openDir(unix.AT_FDCWD, b.path)
	if err != nil {
		b.failure(err, b.path)
		return -1
	}
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err == nil && (ID{uint64(stat.Dev), stat.Ino}) == b.id {
		return fd
	}
	unix.Close(fd)
	b.halt(errMoved(b.path))
	return -1
}

// entry is a directory as the one above names it.
type entry struct {
	name  string
	inode uint64
}

// openEntry opens a directory that was seen in another one; it returns -1 when it
// cannot. When it is gone, or another one stands in its place, what was below it may be
// there under another name: the walk is not sure of itself then.
func (b *branch) openEntry(in int, e entry, at *trail) int {
	fd, err := openDir(in, e.name)
	if err != nil {
		if isGone(err) {
			b.shaken.Store(true)
		}
		b.failure(err, at.path())
		return -1
	}
	var stat unix.Stat_t
	if b.loose.Load() || b.shaken.Load() || unix.Fstat(fd, &stat) != nil || stat.Ino == e.inode || uint64(stat.Dev) != b.device {
		return fd
	}
	if inodeIn(in, e.name) == e.inode {
		b.loose.Store(true) // this file system numbers what it lists otherwise than what it opens
	} else {
		b.shaken.Store(true)
	}
	return fd
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
		if n > readSize/2 {
			b.tree.begin(task{tree: b.tree, rest: l, depth: depth})
			b.pool.add(task{tree: b.tree, rest: l, depth: depth})
			return
		}
	}
	b.markedIn(l)
	l.kept.release()
}

// queueAll queues the subdirectories that were read.
func (b *branch) queueAll(l *level, depth int) {
	var tasks []task
	for _, sub := range l.subs {
		if at := (&trail{l.at, sub.name}); !b.isBorder(at) {
			l.kept.users.Add(1)
			tasks = append(tasks, task{tree: b.tree, fd: -1, at: at, inode: sub.inode, depth: depth, in: l.kept})
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
	sub := deepest.subs[len(deepest.subs)-1]
	deepest.subs = deepest.subs[:len(deepest.subs)-1]
	at := &trail{deepest.at, sub.name}
	if b.isBorder(at) {
		return
	}
	fd := b.openEntry(deepest.fd, sub, at)
	if fd < 0 {
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

// direntHeader is what stands before the name in a record of getdents64(2), in bytes.
const direntHeader = 19

// entries goes through the records of getdents64(2): inode (8 bytes), offset
// (8), length of the record (2), type (1), name, NUL.
func (b *branch) entries(l *level, records []byte) {
	var files, directories int64
	for len(records) > direntHeader {
		length := int(binary.NativeEndian.Uint16(records[16:]))
		if length <= direntHeader || length > len(records) {
			b.failure(errors.New("the kernel gave a broken directory entry"), l.at.path())
			return
		}
		inode := binary.NativeEndian.Uint64(records)
		kind, name := records[18], records[direntHeader:length]
		records = records[length:]
		name = name[:max(bytes.IndexByte(name, 0), 0)]
		if string(name) == "." || string(name) == ".." {
			continue
		}
		if b.isDirectory(l, kind, name) {
			directories++
			l.subs = append(l.subs, entry{string(name), inode})
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
