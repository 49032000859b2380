package probe

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// branch is one worker's way through a tree: the directories between the task's
// own and where it is, the deepest last.
type branch struct {
	*walker
	device uint64
	buffer []byte
	levels []level
}

type level struct {
	fd   int // negative: closed, to be opened again on the way back
	id   file
	at   *trail
	subs []string // subdirectories that are not entered yet
}

// run counts what is in the task's directory and below it.
func (b *branch) run(t task) {
	b.device = t.device
	fd := t.fd
	if fd < 0 {
		var err error
		if fd, err = openDir(unix.AT_FDCWD, t.at.name); err != nil {
			b.failed(err, t.at, "")
			return
		}
	}
	b.enter(fd, t.at)
	for len(b.levels) > 0 {
		b.step()
	}
}

// step enters one subdirectory of the deepest level, or leaves the level.
func (b *branch) step() {
	deepest := &b.levels[len(b.levels)-1]
	if len(deepest.subs) == 0 || b.halted.Load() {
		b.leave()
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
		b.failed(err, deepest.at, name)
		return
	}
	if b.idle.Load() > 0 && b.offer(task{fd: fd, at: at, device: b.device}) {
		return
	}
	b.enter(fd, at)
}

// isBorder: the mount table says that another device is mounted here. It is not
// touched, for it may be a file server that does not answer.
func (b *branch) isBorder(at *trail) bool {
	if len(b.mounts) == 0 {
		return false
	}
	device, mounted := b.mounts[at.path()]
	return mounted && device != b.device
}

// enter reads a directory and makes it the deepest level. It owns fd.
func (b *branch) enter(fd int, at *trail) {
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		b.failed(err, at, "")
		unix.Close(fd)
		return
	}
	if uint64(stat.Dev) != b.device {
		b.addBorder(at, uint64(stat.Dev))
		unix.Close(fd)
		return
	}
	b.levels = append(b.levels, level{fd: fd, id: file{uint64(stat.Dev), stat.Ino}, at: at})
	b.read(&b.levels[len(b.levels)-1])
	if above := len(b.levels) - 1 - window; above >= 0 && b.levels[above].fd >= 0 {
		unix.Close(b.levels[above].fd)
		b.levels[above].fd = -1
	}
}

// leave closes the deepest level and sees that the one above is open.
func (b *branch) leave() {
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
		b.failed(err, above.at, "")
		b.halt(errMoved(above.at))
		return
	}
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil || (file{uint64(stat.Dev), stat.Ino}) != above.id {
		unix.Close(fd)
		b.halt(errMoved(above.at))
		return
	}
	above.fd = fd
}

// read counts the entries of a directory and collects its subdirectories.
func (b *branch) read(l *level) {
	for !b.halted.Load() {
		n, err := unix.Getdents(l.fd, b.buffer)
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil {
			b.failed(err, l.at, "")
			return
		}
		if n <= 0 {
			return
		}
		b.entries(l, b.buffer[:n])
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
			b.fallShort(errors.New("the kernel gave a broken directory entry"))
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
	}
	b.count(files, directories)
}

// isDirectory asks for the file itself only where the entry does not tell, or
// its size is wanted.
func (b *branch) isDirectory(l *level, kind byte, name []byte) bool {
	wanted := kind == unix.DT_UNKNOWN || b.order.bytes && kind == unix.DT_REG
	if !wanted {
		return kind == unix.DT_DIR
	}
	var stat unix.Stat_t
	if err := unix.Fstatat(l.fd, string(name), &stat, unix.AT_SYMLINK_NOFOLLOW); err != nil {
		b.failed(err, l.at, string(name))
		return false
	}
	if b.order.bytes {
		b.addBytes(&stat)
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
