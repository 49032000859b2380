//go:build linux && (amd64 || arm64)

package supervise

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxKnown bounds how many programs are remembered; scripts run few.
const maxKnown = 1024

// knownFile is a file that a first look found to be one that nothing governs, no
// script, and without a change of user.
type knownFile struct {
	device, inode uint64
	size          int64
	changed       unix.Timespec // ctime: its content, its mode, its links
	name          string        // behind all links
}

// isKnown: the path leads the process to the very file that was looked at
// before, unchanged, and still nothing governs it. One call instead of seven.
func (g *glance) isKnown(tid int, path []byte) bool {
	if len(g.known) == 0 || len(path) == 0 || path[0] != '/' {
		return false
	}
	one, found := g.known[string(path)]
	if !found || g.nameGoverned(one.name) {
		return false
	}
	at := unix.AT_FDCWD
	_, _, errno := unix.Syscall6(sysStatAt, uintptr(at), uintptr(unsafe.Pointer(g.below(tid, at, path))),
		uintptr(unsafe.Pointer(&g.status)), 0, 0, 0)
	s := &g.status
	return errno == 0 && s.Dev == one.device && s.Ino == one.inode && s.Size == one.size && s.Ctim == one.changed
}

// nameGoverned asks again: the policies of a guarded shell may have changed.
func (g *glance) nameGoverned(name string) bool {
	return g.noteworthy(append(g.link[:0], name...))
}

// remember keeps what status and link say, of a file that was just looked at.
func (g *glance) remember(path []byte) {
	own, _ := ownProc(path)
	if own || len(path) == 0 || path[0] != '/' || g.status.Mode&unix.S_IFMT != unix.S_IFREG {
		return
	}
	if len(g.known) >= maxKnown {
		clear(g.known)
	}
	if g.known == nil {
		g.known = map[string]knownFile{}
	}
	g.known[string(path)] = knownFile{
		device: g.status.Dev, inode: g.status.Ino, size: g.status.Size, changed: g.status.Ctim,
		name: string(baseName(g.link[:g.linked])),
	}
}
