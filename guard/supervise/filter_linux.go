//go:build linux && (amd64 || arm64)

package supervise

import "golang.org/x/sys/unix"

// Offsets in struct seccomp_data. Of an argument only the lower half is looked
// at, which comes first on both machines: flags and signals are ints.
const (
	offsetNumber    = 0
	offsetArch      = 4
	offsetArguments = 16
	argumentSize    = 8
)

// filter stops at the exec calls of all machines that this kernel runs, and at
// the acts that are asked for; it lets everything else go on, also calls of a
// machine that it does not know.
func filter(acts Acts) []unix.SockFilter {
	var program []unix.SockFilter
	for _, m := range machines() {
		block := []unix.SockFilter{load(offsetNumber)}
		for _, call := range m.calls {
			if acts.wanted(call.kind) {
				inner := stop(call.kind, acts)
				block = append(block, unlessEqual(call.number, uint8(len(inner))))
				block = append(block, inner...)
			}
		}
		block = append(block, result(unix.SECCOMP_RET_ALLOW))
		program = append(program, load(offsetArch), unlessEqual(m.arch, uint8(len(block))))
		program = append(program, block...)
	}
	return append(program, result(unix.SECCOMP_RET_ALLOW))
}

// stop is what is done at a call of that kind, after its number was found. It
// always ends with a result.
func stop(k kind, acts Acts) []unix.SockFilter {
	notify, allow := result(unix.SECCOMP_RET_USER_NOTIF), result(unix.SECCOMP_RET_ALLOW)
	switch {
	case k == openCall, k == openAtCall:
		flags := uint32(1)
		if k == openAtCall {
			flags = 2
		}
		bits := uint32(unix.O_TRUNC)
		if acts.Append {
			bits |= unix.O_ACCMODE
		}
		return []unix.SockFilter{argument(flags), unlessSet(bits, 1), notify, allow}
	case k.signals():
		program := []unix.SockFilter{argument(1)}
		for _, number := range harmlessSignals() {
			program = append(program, unlessEqual(uint32(number), 1), allow)
		}
		return append(program, notify)
	default:
		return []unix.SockFilter{notify}
	}
}

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func argument(n uint32) unix.SockFilter { return load(offsetArguments + n*argumentSize) }

// unlessEqual skips so many instructions when the loaded value is another.
func unlessEqual(value uint32, skip uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: skip, K: value}
}

// unlessSet skips so many instructions when none of the bits is set.
func unlessSet(bits uint32, skip uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, Jf: skip, K: bits}
}

func result(action uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
}
