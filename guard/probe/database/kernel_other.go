//go:build !linux

package database

import (
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// dialAs connects to a Unix socket as guard's own user; other users are
// refused here.
func dialAs(directory, name string, uid int) (int, error) {
	path := filepath.Join(directory, name)
	if uid >= 0 && uid != os.Geteuid() {
		return -1, fmt.Errorf("connect to %s as user %d: not supported on this system", path, uid)
	}
	socket, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, fmt.Errorf("make a socket: %w", err)
	}
	unix.CloseOnExec(socket)
	if err := unix.Connect(socket, &unix.SockaddrUnix{Name: path}); err != nil {
		unix.Close(socket)
		return -1, fmt.Errorf("connect to %s: %w", path, err)
	}
	return socket, nil
}

// peerProcess is not known here.
func peerProcess(int) int { return 0 }
