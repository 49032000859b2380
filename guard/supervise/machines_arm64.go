//go:build linux

package supervise

import "golang.org/x/sys/unix"

// sysStatAt is fstatat.
const sysStatAt = unix.SYS_FSTATAT

func machines() []machine {
	return []machine{
		{unix.AUDIT_ARCH_AARCH64, []numbered{
			{unix.SYS_EXECVE, execCall}, {unix.SYS_EXECVEAT, execAtCall}, {unix.SYS_OPENAT, openAtCall},
			{unix.SYS_KILL, killCall}, {unix.SYS_OPENAT2, openAt2Call}, {unix.SYS_TRUNCATE, truncateCall},
			{unix.SYS_RT_SIGQUEUEINFO, queueCall}, {unix.SYS_PIDFD_SEND_SIGNAL, pidfdSignalCall},
		}},
		{unix.AUDIT_ARCH_ARM, []numbered{
			{11, execCall}, {387, execAtCall}, {322, openAtCall}, {5, openCall}, {37, killCall}, {8, creatCall},
			{437, openAt2Call}, {92, truncateCall}, {193, truncateCall}, {178, queueCall}, {424, pidfdSignalCall},
		}},
	}
}

// pointerSize of the process that made the call.
func (n *notification) pointerSize() int {
	if n.arch == unix.AUDIT_ARCH_ARM {
		return 4
	}
	return 8
}

// at says whether the call is execveat.
func (n *notification) at() bool {
	if n.arch == unix.AUDIT_ARCH_ARM {
		return n.number == 387
	}
	return n.number == unix.SYS_EXECVEAT
}

// inputCalls read, or wait until something can be read.
var inputCalls = []uint64{
	unix.SYS_READ, unix.SYS_READV, unix.SYS_PPOLL, unix.SYS_PSELECT6, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_PWAIT2, unix.SYS_IO_URING_ENTER,
}
