//go:build linux

// Package confine runs a program as some containers, debuggers and older kernels
// would have it, so that tests see what guard does there. It forbids system calls
// by a seccomp filter, or listens to notifications as another supervisor does.
package confine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// ways are what can be done to a program, by name.
func ways() map[string]func() error {
	return map[string]func() error{
		// a container whose profile leaves seccomp out
		"no-seccomp": func() error { return install(0, fails(unix.SYS_SECCOMP, unix.EPERM)) },
		// a kernel, or a gVisor, without it
		"unknown-seccomp": func() error { return install(0, fails(unix.SYS_SECCOMP, unix.ENOSYS)) },
		// a kernel before 5.19
		"old-kernel": func() error {
			return install(0, failsIfSet(unix.SYS_SECCOMP, 1, unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, unix.EINVAL))
		},
		// a security module that keeps processes from reading their children; a
		// process that has this keeps its number when it executes another program
		"no-reading": func() error {
			return install(0, failsUnless(unix.SYS_PROCESS_VM_READV, 0, uint32(os.Getpid()), unix.EPERM))
		},
		// a file system that does not answer, at $HANGING
		"hanging": hang,
		// another supervisor further out
		"listened": listen,
	}
}

// Here confines the calling thread, which the caller has locked, and what it
// executes.
func Here(way string) error {
	confined, known := ways()[way]
	if !known {
		return fmt.Errorf("confine: no way %q", way)
	}
	return confined()
}

// Main is a program: confined WAY PROGRAM ARG… It returns its exit status, unless
// it becomes the other program.
func Main() int {
	runtime.LockOSThread()
	status, err := become(os.Args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "confined:", err)
		return 1
	}
	return status
}

func become(words []string) (int, error) {
	if len(words) < 3 {
		return 0, errors.New("usage: confined WAY PROGRAM ARG…")
	}
	path, err := exec.LookPath(words[2])
	if err != nil {
		return 0, err
	}
	if words[1] == "listened" {
		return below(path, words[2:])
	}
	if err := Here(words[1]); err != nil {
		return 0, err
	}
	return 0, unix.Exec(path, words[2:], os.Environ())
}

func statement(code uint16, value uint32) unix.SockFilter {
	return unix.SockFilter{Code: code, K: value}
}

func jump(code uint16, value uint32, yes, no uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | code | unix.BPF_K, K: value, Jt: yes, Jf: no}
}

// load takes the low half of an argument, or with -1 the number of the call.
func load(argument int) unix.SockFilter {
	offset := uint32(0)
	if argument >= 0 {
		offset = 16 + 8*uint32(argument)
	}
	return statement(unix.BPF_LD|unix.BPF_W|unix.BPF_ABS, offset)
}

func result(action uint32) unix.SockFilter { return statement(unix.BPF_RET|unix.BPF_K, action) }

func errno(e unix.Errno) unix.SockFilter { return result(unix.SECCOMP_RET_ERRNO | uint32(e)) }

func fails(number uint32, e unix.Errno) []unix.SockFilter {
	return []unix.SockFilter{load(-1), jump(unix.BPF_JEQ, number, 0, 1), errno(e), result(unix.SECCOMP_RET_ALLOW)}
}

func failsIfSet(number uint32, argument int, bits uint32, e unix.Errno) []unix.SockFilter {
	return []unix.SockFilter{
		load(-1), jump(unix.BPF_JEQ, number, 0, 3), load(argument), jump(unix.BPF_JSET, bits, 0, 1), errno(e),
		result(unix.SECCOMP_RET_ALLOW),
	}
}

func failsUnless(number uint32, argument int, value uint32, e unix.Errno) []unix.SockFilter {
	return []unix.SockFilter{
		load(-1), jump(unix.BPF_JEQ, number, 0, 3), load(argument), jump(unix.BPF_JEQ, value, 1, 0), errno(e),
		result(unix.SECCOMP_RET_ALLOW),
	}
}

// install puts a filter on this thread.
func install(flags uintptr, program []unix.SockFilter) error {
	_, err := installed(flags, program)
	return err
}

func installed(flags uintptr, program []unix.SockFilter) (int, error) {
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	for range 2 {
		fd, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
		if errno == 0 {
			return int(fd), nil
		}
		if errno != unix.EACCES {
			return -1, errno
		}
		if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
			return -1, err
		}
	}
	return -1, unix.EACCES
}
