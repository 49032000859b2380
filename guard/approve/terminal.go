package approve

import (
	"fmt"
	"os"

	session "blastguard/guard/terminal"

	"golang.org/x/sys/unix"
)

// terminal is an opened terminal and the state it was found in.
type terminal struct {
	file  *os.File
	fd    int
	saved *unix.Termios // nil unless it is in raw mode
}

// openTerminal opens a terminal. Its error is ENXIO where a process has none.
func openTerminal(path string) (*terminal, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if _, err := unix.IoctlGetTermios(fd, unix.TCGETS); err != nil {
		unix.Close(fd)
		return nil, fmt.Errorf("open %s: not a terminal: %w", path, err)
	}
	return &terminal{file: os.NewFile(uintptr(fd), path), fd: fd}, nil
}

func (t *terminal) close() { t.file.Close() }

// foreground: reading from it is this process's right. A terminal that does
// not control this process knows no background.
func (t *terminal) foreground() bool {
	group, err := unix.IoctlGetInt(t.fd, unix.TIOCGPGRP)
	if err == unix.ENOTTY {
		return true
	}
	return err == nil && group == unix.Getpgrp()
}

// size is in columns and rows, 80 × 24 where the terminal does not know.
func (t *terminal) size() (width, height int) {
	size, err := unix.IoctlGetWinsize(t.fd, unix.TIOCGWINSZ)
	if err != nil || size.Col == 0 || size.Row == 0 {
		return 80, 24
	}
	return int(size.Col), int(size.Row)
}

// device is the number of the terminal itself, also behind /dev/tty.
func (t *terminal) device() (uint64, error) {
	device, err := unix.IoctlGetUint32(t.fd, unix.TIOCGDEV)
	if err != nil {
		return 0, fmt.Errorf("device of %s: %w", t.file.Name(), err)
	}
	return uint64(device), nil
}

// enterRaw takes every key as it comes, and throws away what was typed before:
// thrown is how many bytes that were.
func (t *terminal) enterRaw() (thrown int, err error) {
	saved, err := unix.IoctlGetTermios(t.fd, unix.TCGETS)
	if err != nil {
		return 0, fmt.Errorf("read its state: %w", err)
	}
	raw := *saved
	raw.Iflag &^= unix.IGNBRK | unix.BRKINT | unix.PARMRK | unix.ISTRIP | unix.INLCR | unix.IGNCR | unix.ICRNL | unix.IXON
	raw.Oflag &^= unix.OPOST
	raw.Lflag &^= unix.ECHO | unix.ECHONL | unix.ICANON | unix.ISIG | unix.IEXTEN
	raw.Cflag = raw.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	raw.Cc[unix.VMIN], raw.Cc[unix.VTIME] = 1, 0
	// Not TCSETSF: what waits is counted first, and whole only in raw mode.
	if err := t.set(unix.TCSETS, &raw); err != nil {
		return 0, err
	}
	t.saved = saved
	if thrown, err = unix.IoctlGetInt(t.fd, unix.TIOCINQ); err != nil {
		thrown = 0
	}
	if err := unix.IoctlSetInt(t.fd, unix.TCFLSH, unix.TCIFLUSH); err != nil {
		t.restore()
		return 0, fmt.Errorf("throw away what was typed before: %w", err)
	}
	return thrown, nil
}

// restore puts the terminal back as it was found and throws away what is still
// unread. It may be called again, and never stops the process.
func (t *terminal) restore() {
	if t.saved == nil {
		return
	}
	if t.set(unix.TCSETSF, t.saved) == nil {
		t.saved = nil
	}
}

// set changes the state, also when the process was put into the background
// meanwhile.
func (t *terminal) set(request uint, state *unix.Termios) error {
	if err := session.SetState(t.fd, request, state); err != nil {
		return fmt.Errorf("set its state: %w", err)
	}
	return nil
}
