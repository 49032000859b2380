//go:build linux

package supervise

import "golang.org/x/sys/unix"

// x32 marks the calls of the x32 machine, which shares x86-64's number.
const x32 = 0x40000000

func machines() []machine {
	return []machine{
		{unix.AUDIT_ARCH_X86_64, []uint32{unix.SYS_EXECVE, 520 | x32}, []uint32{unix.SYS_EXECVEAT, 545 | x32}},
		{unix.AUDIT_ARCH_I386, []uint32{11}, []uint32{358}},
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
