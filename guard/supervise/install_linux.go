//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// install puts the filter on this thread. Without the right to do so, it first
// gives up set-id programs for good. restarts says that the kernel lets any
// signal break off the wait for an answer.
func install(program []unix.SockFilter) (listener int, restarts bool, err error) {
	listener, restarts, err = installAnyhow(program)
	if err != unix.EACCES {
		return listener, restarts, err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return -1, false, fmt.Errorf("no_new_privs: %w", err)
	}
	return installAnyhow(program)
}

// installAnyhow leaves out what kernels before 5.19 do not know. Without
// SPEC_ALLOW some kernels would slow the command down.
func installAnyhow(program []unix.SockFilter) (listener int, restarts bool, err error) {
	const flags = unix.SECCOMP_FILTER_FLAG_NEW_LISTENER | unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW
	fd, err := seccomp(program, flags|unix.SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV)
	if err != unix.EINVAL {
		return fd, false, err
	}
	fd, err = seccomp(program, flags)
	return fd, true, err
}

func seccomp(program []unix.SockFilter, flags uintptr) (int, error) {
	prog := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	fd, _, errno := unix.RawSyscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&prog)))
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}
