//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Inner is the nearest guard above a process that leaves its steps to this one, as
// in a guarded shell in which "guard ./playbook.sh" was typed, and when its command
// was about to start; 0 for none.
func (s *Supervisor) Inner(pid int) (inner int, began time.Time) {
	for range maxDepth {
		if pid, _ = parentOf(pid); pid <= 1 || pid == os.Getpid() {
			break
		}
		if at, found := s.inner.Load(pid); found {
			if exe, err := identify(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && exe == s.self {
				return pid, at.(time.Time)
			}
		}
	}
	return 0, time.Time{}
}

// StopBelow ends what an inner guard has started: by SIGTERM now, and by SIGKILL
// after the grace.
func (s *Supervisor) StopBelow(inner int, grace time.Duration) {
	began := startOf(inner)
	signalBelow(inner, s.filters, unix.SIGTERM)
	time.AfterFunc(grace, func() {
		if startOf(inner) == began {
			signalBelow(inner, s.filters, unix.SIGKILL)
		}
	})
}
