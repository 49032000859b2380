//go:build linux && (amd64 || arm64)

package supervise

import "golang.org/x/sys/unix"

// Offsets in struct seccomp_data.
const (
	offsetNumber = 0
	offsetArch   = 4
)

// machine is one way to call the kernel: its AUDIT_ARCH number and how its two
// calls are numbered.
type machine struct {
	arch     uint32
	execve   []uint32
	execveat []uint32
}

// filter stops at the exec calls of all machines that this kernel runs, and
// lets everything else go on, also calls of a machine that it does not know.
func filter() []unix.SockFilter {
	var program []unix.SockFilter
	for _, m := range machines() {
		var block []unix.SockFilter
		block = append(block, load(offsetNumber))
		for _, number := range append(append([]uint32(nil), m.execve...), m.execveat...) {
			block = append(block, unlessEqual(number, 1), result(unix.SECCOMP_RET_USER_NOTIF))
		}
		block = append(block, result(unix.SECCOMP_RET_ALLOW))
		program = append(program, load(offsetArch), unlessEqual(m.arch, uint8(len(block))))
		program = append(program, block...)
	}
	return append(program, result(unix.SECCOMP_RET_ALLOW))
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

// unlessEqual skips so many instructions when the loaded value is another.
func unlessEqual(value uint32, skip uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: skip, K: value}
}

func result(action uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
}
