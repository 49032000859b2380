package audit

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// socketSyslog writes to the local syslog or journal.
type socketSyslog struct {
	path string
}

// NewSyslog is the syslog or journal of this host, through /dev/log. A line that
// its socket does not take at once is an error, and lost.
func NewSyslog() Syslog { return socketSyslog{path: "/dev/log"} }

// authpriv.notice: for root and the security log.
const priority = 10<<3 | 5

// Line sends one datagram in the form of RFC 3164.
func (s socketSyslog) Line(text string) error {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_DGRAM, 0)
	if err != nil {
		return fmt.Errorf("syslog: %w", err)
	}
	defer unix.Close(fd)
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		return fmt.Errorf("syslog: %w", err)
	}
	line := fmt.Sprintf("<%d>%s guard[%d]: %s", priority, time.Now().Format(time.Stamp), os.Getpid(), text)
	if err := unix.Sendto(fd, []byte(line), 0, &unix.SockaddrUnix{Name: s.path}); err != nil {
		return fmt.Errorf("syslog %s: %w", s.path, err)
	}
	return nil
}
