//go:build linux && (amd64 || arm64)

package supervise

import "golang.org/x/sys/unix"

// Await opens a process that is known to be alive, and returns a function that
// waits until it has ended; it returns false when that cannot be determined.
func Await(pid int) func() bool {
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return func() bool { return false }
	}
	return func() bool {
		defer unix.Close(fd)
		for {
			ready := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
			n, err := unix.Poll(ready, -1)
			if err == unix.EINTR {
				continue
			}
			return err == nil && n == 1
		}
	}
}
