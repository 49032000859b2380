package main

import "golang.org/x/sys/unix"

// tellsBirths: the file system says when a file was made.
func tellsBirths(dir string) bool {
	var status unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, dir, 0, unix.STATX_BTIME, &status)
	return err == nil && status.Mask&unix.STATX_BTIME != 0
}
