package database

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// dialAs connects to the Unix socket name in directory as the effective user
// uid, which is what the server sees as its peer; -1 is guard's own. The
// descriptor is the caller's. The user is changed on one operating system
// thread only, which is not used for anything else afterwards.
func dialAs(directory, name string, uid int) (int, error) {
	type result struct {
		descriptor int
		err        error
	}
	done := make(chan result, 1)
	go func() {
		// Never unlocked: the thread ends with this goroutine.
		runtime.LockOSThread()
		descriptor, err := dialOnThread(directory, name, uid)
		done <- result{descriptor, err}
	}()
	answer := <-done
	return answer.descriptor, answer.err
}

func dialOnThread(directory, name string, uid int) (int, error) {
	// A descriptor of the directory keeps long paths under the limit for
	// sockets, and is opened with guard's own rights.
	at, err := unix.Open(directory, unix.O_PATH|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("open %s: %w", directory, err)
	}
	defer unix.Close(at)
	socket, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, fmt.Errorf("make a socket: %w", err)
	}
	if uid >= 0 && uid != os.Geteuid() {
		if err := setThreadUser(uid); err != nil {
			unix.Close(socket)
			return -1, err
		}
		defer setThreadUser(os.Getuid())
	}
	address := &unix.SockaddrUnix{Name: "/proc/self/fd/" + strconv.Itoa(at) + "/" + name}
	if err := unix.Connect(socket, address); err != nil {
		unix.Close(socket)
		return -1, fmt.Errorf("connect to %s: %w", filepath.Join(directory, name), err)
	}
	return socket, nil
}

// setThreadUser changes the effective user of the calling thread alone;
// syscall.Setresuid would change that of the whole program.
func setThreadUser(uid int) error {
	keep := ^uintptr(0)
	if _, _, errno := unix.RawSyscall(unix.SYS_SETRESUID, keep, uintptr(uid), keep); errno != 0 {
		return fmt.Errorf("become user %d: %w", uid, errno)
	}
	return nil
}

// peerProcess is the process that listens at the other end of a Unix socket, 0
// when it lives where guard cannot see it.
func peerProcess(descriptor int) int {
	credentials, err := unix.GetsockoptUcred(descriptor, unix.SOL_SOCKET, unix.SO_PEERCRED)
	if err != nil {
		return 0
	}
	return int(credentials.Pid)
}
