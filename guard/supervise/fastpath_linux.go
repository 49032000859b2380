//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"unsafe"

	"blastguard/guard/program"

	"golang.org/x/sys/unix"
)

// class is how the fast path classifies a call.
type class int

const (
	undecided class = iota // a policy may govern it, or it could not be read
	pass                   // no policy governs it
	absent                 // there is nothing to execute: the kernel will report that
	gone                   // its process no longer waits for an answer
	asks                   // an inner guard asks whether there is a guard here
)

// maxChain is how many interpreters the kernel follows from #! to #!.
const maxChain = 5

// fastPath classifies calls before anything is measured. Its buffers are reused, so
// that a call that no policy governs costs no allocation. It belongs to one thread.
type fastPath struct {
	governs    func([]byte) bool
	privileged bool // set-id programs work
	uid        uint32

	pointer [8]byte
	path    [unix.PathMax]byte
	first   [unix.PathMax]byte
	name    [64 + unix.PathMax]byte // of the file, below /proc, with a zero at the end
	own     [32]byte                // /proc/self/fd/N
	link    [unix.PathMax]byte
	head    [256]byte
	status  unix.Stat_t
	linked  int                  // bytes of link
	known   map[string]knownFile // by absolute path
}

// classify reads what an exec executes, and classifies it. The process number may
// belong to another process by now; that shows when the call is answered, for an
// answer reaches only the call itself.
func (fp *fastPath) classify(n *notification) class {
	tid := int(n.tid)
	if tid == 0 {
		return undecided // a process that guard cannot see
	}
	call := n.call()
	path, word, err := fp.named(tid, call, n.pointerSize())
	switch {
	case err == unix.EFAULT:
		return pass // the kernel will find the same
	case err == unix.ESRCH:
		return gone
	case err != nil:
		return undecided
	case bytes.Equal(path, rollCallBytes):
		return asks
	}
	noted := fp.noteworthy(path) || fp.firstWord(tid, word) != pass
	// Most of what a shell tries along the PATH does not exist.
	switch found := fp.file(tid, call.dir, path); {
	case found == absent && noted && !fp.missing(tid, call.dir, path):
		return undecided
	case found != pass || !noted:
		return found
	default:
		return undecided
	}
}

// missing: the process does not find the file either. Where it has another root
// or other mounts, or where a link is there that only guard cannot follow
// (through /proc/self, say), that is not known.
func (fp *fastPath) missing(tid, dir int, path []byte) bool {
	if elsewhere(tid) {
		return false
	}
	fd, errno := open(fp.below(tid, dir, path), unix.O_PATH|unix.O_NOFOLLOW)
	if errno == 0 {
		unix.Close(fd)
	}
	return errno == unix.ENOENT || errno == unix.ENOTDIR
}

// named reads the path of an exec, and where the first of its words lies: 0 where
// there is none, and nowhere where that cannot be read. Mostly that is one call.
func (fp *fastPath) named(tid int, c call, pointerSize int) (path []byte, word uintptr, err error) {
	if c.argv != 0 {
		fp.pointer = [8]byte{}
		most := fp.path[:toPageEnd(c.path, shortRead)]
		if readTwo(tid, c.path, most, c.argv, fp.pointer[:pointerSize]) {
			if end := bytes.IndexByte(most, 0); end >= 0 {
				return most[:end], uintptr(binary.NativeEndian.Uint64(fp.pointer[:])), nil
			}
		}
	}
	if path, err = readText(tid, c.path, fp.path[:]); err != nil || c.argv == 0 {
		return path, 0, err
	}
	word, problem := readPointer(tid, c.argv, pointerSize, &fp.pointer)
	switch {
	case problem == unix.EFAULT:
		return path, 0, nil // the kernel will find the same
	case problem != nil:
		return path, nowhere, nil
	}
	return path, word, nil
}

// nowhere is the place of a first word that could not be read. No process has a
// page there.
const nowhere = ^uintptr(0)

// firstWord looks at the name by which the program is called.
func (fp *fastPath) firstWord(tid int, from uintptr) class {
	switch from {
	case 0:
		return pass
	case nowhere:
		return undecided
	}
	word, err := readText(tid, from, fp.first[:])
	switch {
	case err == unix.EFAULT:
		return pass
	case err != nil, fp.noteworthy(word):
		return undecided
	default:
		return pass
	}
}

// file looks at what stands behind the path: links, a #! line, a set-id bit.
func (fp *fastPath) file(tid, dir int, path []byte) class {
	if fp.isKnown(tid, path) {
		return pass
	}
	for i := range maxChain + 1 {
		fd, errno := fp.open(fp.below(tid, dir, path))
		switch errno {
		case 0:
		case unix.ENOENT, unix.ENOTDIR:
			return absent
		case unix.EACCES:
			return pass // nor may the process; its names have been looked at
		default:
			return undecided
		}
		found, interpreter := fp.opened(fd)
		unix.Close(fd)
		if found == pass && len(interpreter) == 0 && i == 0 {
			fp.remember(path)
		}
		if found != pass || len(interpreter) == 0 {
			return found
		}
		if fp.noteworthy(interpreter) {
			return undecided
		}
		path, dir = interpreter, unix.AT_FDCWD
	}
	return undecided
}

func (fp *fastPath) opened(fd int) (found class, interpreter []byte) {
	if err := unix.Fstat(fd, &fp.status); err != nil {
		return undecided, nil
	}
	own := fp.descriptor(fd)
	link := readLink(own, fp.link[:])
	fp.linked = len(link)
	switch {
	case link == nil, fp.noteworthy(link):
		return undecided, nil
	case !fp.privileged && fp.status.Mode&unix.S_ISUID != 0 && fp.status.Uid != fp.uid:
		return undecided, nil
	case fp.status.Mode&unix.S_IFMT != unix.S_IFREG:
		return pass, nil // the kernel refuses to execute it
	}
	return pass, interpreterOf(fp.readHead(own))
}

// readHead reads the beginning of a file; what may not be read is no script.
func (fp *fastPath) readHead(name *byte) []byte {
	fd, errno := open(name, unix.O_RDONLY|unix.O_NONBLOCK)
	if errno != 0 {
		return nil
	}
	n, _, errno := unix.Syscall6(unix.SYS_PREAD64, uintptr(fd), uintptr(unsafe.Pointer(&fp.head[0])), uintptr(len(fp.head)), 0, 0, 0)
	unix.Close(fd)
	if errno != 0 {
		return nil
	}
	return fp.head[:n]
}

// interpreterOf is the program that a #! line names; nil when there is none.
func interpreterOf(head []byte) []byte {
	if len(head) < 3 || head[0] != '#' || head[1] != '!' {
		return nil
	}
	line := head[2:]
	if end := bytes.IndexByte(line, '\n'); end >= 0 {
		line = line[:end]
	}
	for len(line) > 0 && (line[0] == ' ' || line[0] == '\t') {
		line = line[1:]
	}
	for i, c := range line {
		if c == ' ' || c == '\t' || c == 0 || c == '\r' {
			return line[:i]
		}
	}
	return line
}

// below writes where guard finds a file of the process: through its root, its
// directory or its descriptors.
func (fp *fastPath) below(tid, dir int, path []byte) *byte {
	name := append(fp.name[:0], "/proc/"...)
	name = strconv.AppendInt(name, int64(tid), 10)
	self, rest := ownProc(path)
	switch {
	case self:
		name = append(append(name, '/'), rest...)
	case len(path) > 0 && path[0] == '/':
		name = append(append(name, "/root"...), path...)
	case dir == unix.AT_FDCWD:
		name = append(append(name, "/cwd/"...), path...)
	default:
		name = strconv.AppendInt(append(name, "/fd/"...), int64(dir), 10)
		if len(path) > 0 {
			name = append(append(name, '/'), path...)
		}
	}
	name = append(name, 0)
	return &name[0]
}

// ownProc takes off the names by which a process finds itself in /proc.
func ownProc(path []byte) (self bool, rest []byte) {
	if after, found := bytes.CutPrefix(path, procSelf); found {
		return true, after
	}
	if after, found := bytes.CutPrefix(path, procThread); found {
		return true, after
	}
	if bytes.HasPrefix(path, devFD) {
		return true, path[len("/dev/"):]
	}
	return false, nil
}

var (
	procSelf   = []byte("/proc/self/")
	procThread = []byte("/proc/thread-self/")
	devFD      = []byte("/dev/fd/")
)

// descriptor is /proc/self/fd/N.
func (fp *fastPath) descriptor(fd int) *byte {
	name := strconv.AppendInt(append(fp.own[:0], "/proc/self/fd/"...), int64(fd), 10)
	name = append(name, 0)
	return &name[0]
}

func (fp *fastPath) open(name *byte) (int, unix.Errno) { return open(name, unix.O_PATH) }

func open(name *byte, flags int) (int, unix.Errno) {
	at := unix.AT_FDCWD
	for {
		fd, _, errno := unix.Syscall6(unix.SYS_OPENAT, uintptr(at), uintptr(unsafe.Pointer(name)), uintptr(flags|unix.O_CLOEXEC), 0, 0, 0)
		if errno != unix.EINTR {
			return int(fd), errno
		}
	}
}

// readLink reads a link; nil when that fails.
func readLink(name *byte, buffer []byte) []byte {
	at := unix.AT_FDCWD
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(at), uintptr(unsafe.Pointer(name)),
		uintptr(unsafe.Pointer(&buffer[0])), uintptr(len(buffer)), 0, 0)
	if errno != 0 {
		return nil
	}
	return buffer[:n]
}

// noteworthy: something may govern a program of that name, or it runs another
// program without executing it.
func (fp *fastPath) noteworthy(path []byte) bool {
	name := baseName(path)
	return runsInside(name) || fp.governs(name)
}

// baseName is the name of a program: without its directory, without the dash of
// a login shell, without what /proc adds to files that have no name any more.
func baseName(path []byte) []byte {
	name := bytes.TrimSuffix(path[bytes.LastIndexByte(path, '/')+1:], deletedMark)
	return bytes.TrimPrefix(bytes.TrimPrefix(name, memoryMark), loginMark)
}

var (
	deletedMark = []byte(" (deleted)")
	memoryMark  = []byte("memfd:")
	loginMark   = []byte("-")
)

// runsInside: the program runs what its first words name without an exec.
func runsInside(name []byte) bool { return program.Of(string(name)).Is(program.Loader) }

// call is where the arguments of an exec lie.
type call struct {
	dir        int
	path       uintptr
	argv, envp uintptr
}

func (n *notification) call() call {
	if n.at() {
		return call{dir: int(int32(n.args[0])), path: uintptr(n.args[1]), argv: uintptr(n.args[2]), envp: uintptr(n.args[3])}
	}
	return call{dir: unix.AT_FDCWD, path: uintptr(n.args[0]), argv: uintptr(n.args[1]), envp: uintptr(n.args[2])}
}
