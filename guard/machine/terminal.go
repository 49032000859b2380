package machine

import "golang.org/x/sys/unix"

// Terminal says whether the process has a controlling terminal, so that a
// person can be asked: not a daemon, not behind setsid. Whether it is in the
// foreground is another question.
func Terminal() bool {
	fd, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	_, err = unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil
}
