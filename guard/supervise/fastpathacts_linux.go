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

// classifyAct classifies a call other than an exec, by which a shell does something
// itself: pass when it truncates nothing and signals nobody but itself, or when the
// process is not a shell. The programs that a script executes are decided as
// programs; which files they open and whom they signal is not.
func (fp *fastPath) classifyAct(l listener, n *notification, k kind) class {
	found := fp.actAtCall(n, k)
	if !l.valid(&n.id) {
		return gone
	}
	return found
}

func (fp *fastPath) actAtCall(n *notification, k kind) class {
	tid := int(n.tid)
	if tid == 0 {
		return undecided // a process that guard cannot see
	}
	if !fp.byShell(tid) {
		return pass
	}
	if k.signals() {
		if to := int(int32(n.args[0])); k != pidfdSignalCall && (to == 0 || to == tid) {
			return pass // itself, or its own group
		}
		return undecided
	}
	return fp.truncation(n, k)
}

// byShell: the process is a shell, by its program; of one that may not be looked
// at, by the name that it has.
func (fp *fastPath) byShell(tid int) bool {
	name := append(fp.name[:0], "/proc/"...)
	name = strconv.AppendInt(name, int64(tid), 10)
	if link := readLink(&append(name, "/exe\x00"...)[0], fp.link[:]); link != nil {
		return isShell(baseName(link))
	}
	fd, errno := open(&append(name, "/comm\x00"...)[0], unix.O_RDONLY)
	if errno != 0 {
		return true
	}
	n, _, errno := unix.Syscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(&fp.link[0])), uintptr(len(fp.link)))
	unix.Close(fd)
	return errno != 0 || isShell(bytes.TrimSuffix(fp.link[:n], newline))
}

var newline = []byte("\n")

// truncation says whether the call may empty something.
func (fp *fastPath) truncation(n *notification, k kind) class {
	tid := int(n.tid)
	f := n.opened(k)
	path, err := readText(tid, f.path, fp.path[:])
	switch {
	case err == unix.EFAULT:
		return pass // the kernel will find the same
	case err == unix.ESRCH:
		return gone
	case err != nil:
		return undecided
	}
	flags := fp.flags(tid, f)
	if flags&(unix.O_TRUNC|unix.O_ACCMODE) == 0 {
		return pass
	}
	fd, errno := fp.openBelow(tid, f.dir, path)
	switch errno {
	case 0:
	case unix.ENOENT, unix.ENOTDIR, unix.ENAMETOOLONG:
		return pass // it is made, or cannot be
	case unix.EACCES:
		if fp.uid == uint32(userOf(tid)) && !fp.privileged {
			return pass // nor may the process
		}
		return undecided
	default:
		return undecided
	}
	defer unix.Close(fd)
	switch err = unix.Fstat(fd, &fp.status); {
	case err != nil, storesWhatIsWritten(&fp.status), onKernel(fd, &fp.status):
		return undecided
	case flags&unix.O_TRUNC != 0 && fp.status.Mode&unix.S_IFMT == unix.S_IFREG && fp.status.Size > 0 && fp.status.Nlink > 0:
		return undecided
	}
	return pass
}

// flags are those of a call that opens a file; of openat2 they are in its struct,
// and where that cannot be read it may empty the file.
func (fp *fastPath) flags(tid int, f opened) uint64 {
	if f.how == 0 {
		return f.flags
	}
	if readMemory(tid, f.how, fp.pointer[:]) != nil {
		return unix.O_TRUNC
	}
	return binary.NativeEndian.Uint64(fp.pointer[:])
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

// onKernel: a file that makes the kernel do something when it is written. It has no size, and
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
