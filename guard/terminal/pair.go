package terminal

import (
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// pair is a new pseudo terminal. Both descriptors are close-on-exec; the
// master's reads and writes do not block.
func pair() (master int, slave *os.File, err error) {
	master, err = unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return -1, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	slave, err = openSlave(master)
	if err != nil {
		unix.Close(master)
		return -1, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	return master, slave, nil
}

// openSlave opens the program's side without looking for its path, which may be
// hidden by another mount.
func openSlave(master int) (*os.File, error) {
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return nil, err
	}
	number, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		return nil, err
	}
	const flags = unix.O_RDWR | unix.O_NOCTTY | unix.O_CLOEXEC
	fd, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(master), unix.TIOCGPTPEER, flags)
	if errno != 0 {
		return nil, errno
	}
	return os.NewFile(fd, fmt.Sprintf("/dev/pts/%d", number)), nil
}

// raw is the mode in which every key arrives as it is, and what is written is
// shown as it is.
func raw(state unix.Termios) *unix.Termios {
	state.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	state.Oflag &^= unix.OPOST
	state.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	state.Cflag = state.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	state.Cc[unix.VMIN], state.Cc[unix.VTIME] = 1, 0
	return &state
}
