//go:build linux

package confine

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// listen traps every execve of this thread and what it starts, and lets it go
// on, from a thread of its own.
func listen() error {
	runtime.GOMAXPROCS(max(4, runtime.NumCPU())) // starting a process holds one of them
	fd, err := installed(unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, []unix.SockFilter{
		load(-1), jump(unix.BPF_JEQ, unix.SYS_EXECVE, 0, 1), result(unix.SECCOMP_RET_USER_NOTIF), result(unix.SECCOMP_RET_ALLOW),
	})
	if err != nil {
		return err
	}
	go letGo(fd)
	return nil
}

// letGo answers "go on" until nobody is left.
func letGo(fd int) {
	runtime.LockOSThread()
	for {
		var notification [80]byte // struct seccomp_notif
		if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&notification))); errno != 0 {
			if errno == unix.EINTR || errno == unix.ENOENT {
				continue
			}
			return
		}
		answer := struct {
			id    uint64
			value int64
			errno int32
			flags uint32
		}{id: *(*uint64)(unsafe.Pointer(&notification)), flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&answer)))
	}
}

// below runs a program under a listener of this process, and returns its status.
func below(path string, argv []string) (int, error) {
	if err := listen(); err != nil {
		return 0, err
	}
	cmd := &exec.Cmd{Path: path, Args: argv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}
