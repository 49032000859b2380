//go:build linux && (amd64 || arm64)

package supervise

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// notification is the kernel's struct seccomp_notif.
type notification struct {
	id     uint64
	tid    uint32
	flags  uint32
	number int32
	arch   uint32
	ip     uint64
	args   [6]uint64
}

// answer is the kernel's struct seccomp_notif_resp.
type answer struct {
	id    uint64
	value int64
	errno int32
	flags uint32
}

// sizes is the kernel's struct seccomp_notif_sizes.
type sizes struct{ notification, answer, data uint16 }

// listener is the descriptor at which notifications arrive.
type listener int

// receive fills n with the next notification. ENOENT: its process is gone.
func (l listener) receive(n *notification) error {
	*n = notification{}
	return l.control(unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(n)))
}

// valid says whether the process that made the call still waits in it. What was
// read of a process counts only when this holds afterwards: its number may
// belong to another by now. A signal to guard says nothing about that.
func (l listener) valid(id *uint64) bool {
	for {
		err := l.control(unix.SECCOMP_IOCTL_NOTIF_ID_VALID, uintptr(unsafe.Pointer(id)))
		if err != unix.EINTR {
			return err == nil
		}
	}
}

// allow lets the call go on. It is false when nobody waited for that any more.
func (l listener) allow(id uint64) bool {
	return l.send(&answer{id: id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE})
}

// refuse makes the call fail. EPERM, for the C library goes on along the PATH
// after EACCES and ENOENT, and shells read a file themselves after ENOEXEC.
func (l listener) refuse(id uint64) bool {
	return l.send(&answer{id: id, errno: -int32(unix.EPERM)})
}

// send gives the answer. A process that is gone needs none.
func (l listener) send(a *answer) bool {
	for {
		err := l.control(unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(a)))
		if err != unix.EINTR {
			return err == nil
		}
	}
}

func (l listener) control(request, argument uintptr) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(l), request, argument)
	if errno != 0 {
		return errno
	}
	return nil
}
