package process

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// awaitChange returns when the child has ended or stopped, and leaves it to be
// waited for: until then its number cannot belong to another process.
func awaitChange(pid int) {
	for {
		err := unix.Waitid(unix.P_PID, pid, nil, unix.WEXITED|unix.WSTOPPED|unix.WNOWAIT, nil)
		if err != unix.EINTR {
			return
		}
	}
}

// continued says whether the child was continued since it last stopped.
func continued(pid int) bool {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_PID, pid, &info, unix.WCONTINUED|unix.WNOHANG, nil)
	return err == nil && info.Signo != 0
}

// raise sends a signal to the calling thread, which must be locked. It takes
// effect before raise returns.
func raise(number syscall.Signal) {
	unblock(number)
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), number)
}

func unblock(number syscall.Signal) {
	var set unix.Sigset_t
	const bits = 8 * int(unsafe.Sizeof(set.Val[0]))
	index := int(number) - 1
	set.Val[index/bits] |= 1 << (index % bits)
	_ = unix.PthreadSigmask(unix.SIG_UNBLOCK, &set, nil)
}

// sigaction is the kernel's, of any architecture; zero is the default action
// with no flags and an empty mask.
type sigaction [64]byte

// setAction sets what a signal does and says what it did, behind the Go
// runtime's back: the runtime has no way to give a stop signal its default
// again, and prints stacks for others.
func setAction(number syscall.Signal, action sigaction) (before sigaction) {
	const sizeOfMask = 8
	_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(number),
		uintptr(unsafe.Pointer(&action)), uintptr(unsafe.Pointer(&before)), sizeOfMask, 0, 0)
	return before
}
