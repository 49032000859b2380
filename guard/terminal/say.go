package terminal

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// sayTimeout is how long Say tries: a terminal may be stopped by Ctrl-S, or held for
// a question.
const sayTimeout = 2 * time.Second

// Say writes a text on a terminal of another session, as a program there would; each
// line from its beginning, also where an editor has put the terminal into raw mode.
// What the terminal does not take in two seconds is dropped, with an error.
func Say(path, text string) error {
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return fmt.Errorf("write on %s: %w", path, err)
	}
	defer unix.Close(fd)
	const returns = unix.OPOST | unix.ONLCR
	if state, err := unix.IoctlGetTermios(fd, unix.TCGETS); err == nil && state.Oflag&returns != returns {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	for end := time.Now().Add(sayTimeout); len(text) > 0; {
		n, err := unix.Write(fd, []byte(text))
		text = text[max(n, 0):]
		switch {
		case failed(err):
			return fmt.Errorf("write on %s: %w", path, err)
		case err != nil && time.Now().After(end):
			return fmt.Errorf("write on %s: it takes nothing", path)
		case err != nil:
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, 100)
		}
	}
	return nil
}

// Width of a terminal in columns; 80 where it does not say.
func Width(path string) int {
	const usual = 80
	fd, err := unix.Open(path, unix.O_WRONLY|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return usual
	}
	defer unix.Close(fd)
	if size, err := unix.IoctlGetWinsize(fd, unix.TIOCGWINSZ); err == nil && size.Col > 0 {
		return int(size.Col)
	}
	return usual
}
