//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"encoding/binary"
	"os"
	"strconv"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// act says at first sight what a shell does itself with a call that is no exec:
// pass when it empties nothing and signals nobody but itself, or when the process
// is no shell. The programs that a script executes are decided as programs; their
// own files and signals are theirs.
func (g *glance) act(l listener, n *notification, k kind) seen {
	found := g.actAtCall(n, k)
	if !l.valid(&n.id) {
		return gone
	}
	return found
}

func (g *glance) actAtCall(n *notification, k kind) seen {
	tid := int(n.tid)
	if tid == 0 {
		return look // a process that guard cannot see
	}
	if !g.byShell(tid) {
		return pass
	}
	if k.signals() {
		if to := int(int32(n.args[0])); k != pidfdSignalCall && (to == 0 || to == tid) {
			return pass // itself, or its own group
		}
		return look
	}
	return g.truncation(n, k)
}

// byShell: the process is a shell, by its program; of one that may not be looked
// at, by the name that it has.
func (g *glance) byShell(tid int) bool {
	name := append(g.name[:0], "/proc/"...)
	name = strconv.AppendInt(name, int64(tid), 10)
	if link := readLink(&append(name, "/exe\x00"...)[0], g.link[:]); link != nil {
		return isShell(baseName(link))
	}
	fd, errno := open(&append(name, "/comm\x00"...)[0], unix.O_RDONLY)
	if errno != 0 {
		return true
	}
	n, _, errno := unix.Syscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&g.link[0])), uintptr(len(g.link)))
	unix.Close(fd)
	return errno != 0 || isShell(bytes.TrimSuffix(g.link[:n], newline))
}

var newline = []byte("\n")

// truncation says whether the call may empty something.
func (g *glance) truncation(n *notification, k kind) seen {
	tid := int(n.tid)
	f := n.opened(k)
	path, err := readText(tid, f.path, g.path[:])
	switch {
	case err == unix.EFAULT:
		return pass // the kernel will find the same
	case err == unix.ESRCH:
		return gone
	case err != nil:
		return look
	}
	flags := g.flags(tid, f)
	if flags&(unix.O_TRUNC|unix.O_ACCMODE) == 0 {
		return pass
	}
	fd, errno := g.openBelow(tid, f.dir, path)
	switch errno {
	case 0:
	case unix.ENOENT, unix.ENOTDIR, unix.ENAMETOOLONG:
		return pass // it is made, or cannot be
	case unix.EACCES:
		if g.uid == uint32(userOf(tid)) && !g.privileged {
			return pass // nor may the process
		}
		return look
	default:
		return look
	}
	defer unix.Close(fd)
	switch err = unix.Fstat(fd, &g.status); {
	case err != nil, storesWhatIsWritten(&g.status), onKernel(fd, &g.status):
		return look
	case flags&unix.O_TRUNC != 0 && g.status.Mode&unix.S_IFMT == unix.S_IFREG && g.status.Size > 0 && g.status.Nlink > 0:
		return look
	}
	return pass
}

// flags are those of a call that opens a file; of openat2 they are in its struct,
// and where that cannot be read it may empty the file.
func (g *glance) flags(tid int, f opened) uint64 {
	if f.how == 0 {
		return f.flags
	}
	if readMemory(tid, f.how, g.pointer[:]) != nil {
		return unix.O_TRUNC
	}
	return binary.NativeEndian.Uint64(g.pointer[:])
}

// storesWhatIsWritten: a device is not emptied, but what is written to it from its
// start on is.
func storesWhatIsWritten(status *unix.Stat_t) bool {
	switch status.Mode & unix.S_IFMT {
	case unix.S_IFBLK:
		return true
	case unix.S_IFCHR:
		return storesContent(status.Rdev)
	default:
		return false // a pipe or a socket has nothing; a directory cannot be opened so
	}
}

// onKernel: a file by which the kernel is told to do something. It has no size, and
// nothing in it is lost; what is written does it.
func onKernel(fd int, status *unix.Stat_t) bool {
	if status.Mode&unix.S_IFMT != unix.S_IFREG {
		return false
	}
	var system unix.Statfs_t
	if unix.Fstatfs(fd, &system) != nil {
		return true
	}
	switch system.Type {
	case unix.PROC_SUPER_MAGIC, unix.SYSFS_MAGIC, unix.CGROUP_SUPER_MAGIC, unix.CGROUP2_SUPER_MAGIC, unix.DEBUGFS_MAGIC, unix.EFIVARFS_MAGIC, unix.BINFMTFS_MAGIC:
		return true
	default:
		return false
	}
}

// storesContent: null, zero, random, terminals, serial lines, the kernel's log
// keep nothing; tapes, flash and memory do, and so may what is not known. The
// numbers are those of the kernel's list of devices.
func storesContent(device uint64) bool {
	const watchdog, nvram = 130, 144 // of misc
	const memory, terminals, console, misc, firstPTY, lastPTY, modems, serial = 1, 4, 5, 10, 136, 143, 166, 188
	switch major, minor := unix.Major(device), unix.Minor(device); major {
	case memory:
		return minor == 1 || minor == 2 || minor == 4 // mem, kmem, port
	case misc:
		return minor == watchdog || minor == nvram
	case terminals, console, modems, serial:
		return false
	default:
		return major < firstPTY || major > lastPTY
	}
}

// elsewhereRooted: the process has another root than guard, or that cannot be
// told.
func elsewhereRooted(tid int) bool {
	theirs, errTheirs := identify("/proc/" + strconv.Itoa(tid) + "/root")
	ours, errOurs := identify("/")
	return errTheirs != nil || errOurs != nil || theirs != ours
}

// belowRoot is a relative path of a process as an absolute one below its root.
func belowRoot(tid int, path []byte) ([]byte, bool) {
	process := "/proc/" + strconv.Itoa(tid)
	root, errRoot := os.Readlink(process + "/root")
	dir, errDir := os.Readlink(process + "/cwd")
	inside, found := strings.CutPrefix(dir, strings.TrimSuffix(root, "/"))
	if errRoot != nil || errDir != nil || !found || inside != "" && inside[0] != '/' {
		return nil, false
	}
	return append([]byte(inside+"/"), path...), true
}

// opened is where the arguments of a call that opens a file lie.
type opened struct {
	dir  int
	path uintptr

	flags uint64
	how   uintptr // of openat2, where they are
}

func (n *notification) opened(k kind) opened {
	switch k {
	case openAtCall:
		return opened{dir: int(int32(n.args[0])), path: uintptr(n.args[1]), flags: n.args[2]}
	case openAt2Call:
		return opened{dir: int(int32(n.args[0])), path: uintptr(n.args[1]), how: uintptr(n.args[2])}
	case openCall:
		return opened{dir: unix.AT_FDCWD, path: uintptr(n.args[0]), flags: n.args[1]}
	default:
		return opened{dir: unix.AT_FDCWD, path: uintptr(n.args[0]), flags: unix.O_TRUNC}
	}
}
