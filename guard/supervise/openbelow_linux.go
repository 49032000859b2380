//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxLinks is how many links to names of descriptors are followed.
const maxLinks = 8

// openBelow opens a file of a process as the process would: below its root or
// its directory. The names in /proc that mean another file to every process are
// followed where they are the whole of a path, or of a link to it; elsewhere they
// are ELOOP, also where they are nothing to guard.
func (fp *fastPath) openBelow(tid, dir int, path []byte) (int, unix.Errno) {
	for range maxLinks {
		fd, errno := fp.openNamed(tid, dir, path, 0)
		missing := errno == unix.ENOENT || errno == unix.ENOTDIR
		if errno != unix.ELOOP && !missing {
			return fd, errno
		}
		link, found := fp.linkAt(tid, dir, path)
		switch {
		case !found && missing && !fp.missingOfProcess(tid, dir, path):
			return -1, errno
		case !found || len(link) == 0:
			return -1, unix.ELOOP
		case link[0] == '/':
			path, dir = link, unix.AT_FDCWD
		default:
			path = append(bytes.Clone(path[:bytes.LastIndexByte(path, '/')+1]), link...)
		}
	}
	return -1, unix.ELOOP
}

// linkAt is where the link of that path leads; false when it is none, or one of
// /proc: what that says, it says of guard.
func (fp *fastPath) linkAt(tid, dir int, path []byte) ([]byte, bool) {
	fd, errno := fp.openNamed(tid, dir, path, unix.O_NOFOLLOW)
	if errno != 0 {
		return nil, false
	}
	defer unix.Close(fd)
	if onProc(fd) {
		return nil, false
	}
	link := make([]byte, unix.PathMax)
	n, err := unix.Readlinkat(fd, "", link)
	return link[:max(n, 0)], err == nil && n < len(link)
}

// missingOfProcess: what guard does not find may be there for the process, for
// the way to it leads to where /proc shows guard itself (/proc/self, or a link to
// it), or to a link that leads nowhere that guard knows.
func (fp *fastPath) missingOfProcess(tid, dir int, path []byte) bool {
	for {
		path = bytes.TrimRight(path, "/")
		above, first := path[:bytes.LastIndexByte(path, '/')+1], false
		switch above = bytes.TrimRight(above, "/"); {
		case len(above) > 0:
		case len(path) > 0 && path[0] == '/':
			above, first = slash, true
		default:
			above, first = dot, true
		}
		fd, errno := fp.openNamed(tid, dir, above, 0)
		switch {
		case errno == 0:
			of := onProc(fd) && ofProcess(readLink(fp.descriptor(fd), fp.link[:]))
			unix.Close(fd)
			return of
		case errno != unix.ENOENT && errno != unix.ENOTDIR, first:
			return true
		}
		if fd, errno := fp.openNamed(tid, dir, above, unix.O_NOFOLLOW); errno == 0 {
			unix.Close(fd)
			return true
		}
		path = above
	}
}

func onProc(fd int) bool {
	var status unix.Statfs_t
	return unix.Fstatfs(fd, &status) != nil || status.Type == unix.PROC_SUPER_MAGIC
}

// ofProcess: a directory of /proc is that of a process, which has a number.
func ofProcess(name []byte) bool {
	for part := range bytes.SplitSeq(name, slash) {
		if _, is := numberOf(part); is {
			return true
		}
	}
	return name == nil
}

// openNamed opens what a path means without following a link of /proc, but for a
// path that is the name of a descriptor.
func (fp *fastPath) openNamed(tid, dir int, path []byte, flags uint64) (int, unix.Errno) {
	if fd, own := ownDescriptor(path); own {
		return fp.open(fp.below(tid, fd, nil))
	}
	if othersDescriptor(path) && !elsewhereRooted(tid) {
		return fp.open(fp.below(tid, unix.AT_FDCWD, path))
	}
	resolve := uint64(unix.RESOLVE_NO_MAGICLINKS)
	base := path[:0]
	if len(path) > 0 && path[0] != '/' && elsewhereRooted(tid) {
		// Its links and its ".." lead below its own root.
		whole, known := belowRoot(tid, path)
		if !known || dir != unix.AT_FDCWD {
			return -1, unix.EXDEV
		}
		path = whole
	}
	if len(path) > 0 && path[0] == '/' {
		resolve |= unix.RESOLVE_IN_ROOT
		base = slash
	}
	from, errno := open(fp.below(tid, dir, base), unix.O_PATH)
	if errno != 0 {
		return -1, unix.EACCES
	}
	defer unix.Close(from)
	for len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	if len(path) == 0 {
		path = dot
	}
	name := append(append(fp.name[:0], path...), 0)
	how := unix.OpenHow{Flags: unix.O_PATH | unix.O_CLOEXEC | flags, Resolve: resolve}
	const patience = 100 // directories that are renamed meanwhile
	for range patience {
		fd, _, errno := unix.Syscall6(unix.SYS_OPENAT2, uintptr(from), uintptr(unsafe.Pointer(&name[0])),
			uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0)
		if errno != unix.EAGAIN && errno != unix.EINTR {
			return int(fd), errno
		}
	}
	return -1, unix.EAGAIN
}

// ownDescriptor: the path means a descriptor of the process that names it.
func ownDescriptor(path []byte) (fd int, own bool) {
	switch string(path) {
	case "/dev/stdin":
		return 0, true
	case "/dev/stdout":
		return 1, true
	case "/dev/stderr":
		return 2, true
	}
	for _, prefix := range [][]byte{devFD, procSelfFD, procThreadFD} {
		if digits, found := bytes.CutPrefix(path, prefix); found {
			return numberOf(digits)
		}
	}
	return 0, false
}

// othersDescriptor: the path is "/proc/PID/fd/N".
func othersDescriptor(path []byte) bool {
	rest, found := bytes.CutPrefix(path, proc)
	pid, fd, both := bytes.Cut(rest, fdIn)
	_, isPID := numberOf(pid)
	_, isFD := numberOf(fd)
	return found && both && isPID && isFD
}

// numberOf reads digits, and nothing else.
func numberOf(digits []byte) (n int, is bool) {
	for _, c := range digits {
		if c < '0' || c > '9' || n > 1<<22 {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, len(digits) > 0
}

var (
	slash        = []byte("/")
	dot          = []byte(".")
	proc         = []byte("/proc/")
	fdIn         = []byte("/fd/")
	procSelfFD   = []byte("/proc/self/fd/")
	procThreadFD = []byte("/proc/thread-self/fd/")
)
