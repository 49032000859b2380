package main

import "golang.org/x/sys/unix"

// hasBirthTimes: the file system records when a file was created.
func hasBirthTimes(dir string) bool {
	var status unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, dir, 0, unix.STATX_BTIME, &status)
	return err == nil && status.Mask&unix.STATX_BTIME != 0
}
