//go:build linux

package supervise

import "golang.org/x/sys/unix"

func machines() []machine {
	return []machine{
		{unix.AUDIT_ARCH_AARCH64, []uint32{unix.SYS_EXECVE}, []uint32{unix.SYS_EXECVEAT}},
		{unix.AUDIT_ARCH_ARM, []uint32{11}, []uint32{387}},
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
