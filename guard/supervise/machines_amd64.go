//go:build linux

package supervise

import "golang.org/x/sys/unix"

// sysStatAt is fstatat.
const sysStatAt = unix.SYS_NEWFSTATAT

// x32 marks the calls of the x32 machine, which shares x86-64's number.
const x32 = 0x40000000

func machines() []machine {
	native := []numbered{
		{unix.SYS_EXECVE, execCall}, {unix.SYS_EXECVEAT, execAtCall}, {unix.SYS_OPENAT, openAtCall},
		{unix.SYS_OPEN, openCall}, {unix.SYS_KILL, killCall}, {unix.SYS_CREAT, creatCall},
		{unix.SYS_OPENAT2, openAt2Call}, {unix.SYS_TRUNCATE, truncateCall},
		{unix.SYS_RT_SIGQUEUEINFO, queueCall}, {unix.SYS_PIDFD_SEND_SIGNAL, pidfdSignalCall},
	}
	long := []numbered{{520 | x32, execCall}, {545 | x32, execAtCall}, {524 | x32, queueCall}}
	for _, call := range native {
		if call.kind != execCall && call.kind != execAtCall && call.kind != queueCall {
			long = append(long, numbered{call.number | x32, call.kind})
		}
	}
	return []machine{
		{unix.AUDIT_ARCH_X86_64, append(native, long...)},
		{unix.AUDIT_ARCH_I386, []numbered{
			{11, execCall}, {358, execAtCall}, {295, openAtCall}, {5, openCall}, {37, killCall}, {8, creatCall},
			{437, openAt2Call}, {92, truncateCall}, {193, truncateCall}, {178, queueCall}, {424, pidfdSignalCall},
		}},
	}
}

// pointerSize of the process that made the call.
func (n *notification) pointerSize() int {
	if n.arch == unix.AUDIT_ARCH_I386 || uint32(n.number)&x32 != 0 {
		return 4
	}
	return 8
}

// at says whether the call is execveat.
func (n *notification) at() bool {
	if n.arch == unix.AUDIT_ARCH_I386 {
		return n.number == 358
	}
	return n.number == unix.SYS_EXECVEAT || uint32(n.number) == 545|x32
}

// inputCalls read, or wait until something can be read.
var inputCalls = []uint64{
	unix.SYS_READ, unix.SYS_READV, unix.SYS_POLL, unix.SYS_PPOLL, unix.SYS_SELECT, unix.SYS_PSELECT6, unix.SYS_EPOLL_WAIT, unix.SYS_EPOLL_PWAIT, unix.SYS_EPOLL_PWAIT2, unix.SYS_IO_URING_ENTER,
}
