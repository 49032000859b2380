//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// Began is when the command was about to start, by the clock of file systems: what
// it makes was made then or later.
func (s *Supervisor) Began() time.Time { return s.began }

// fileTime is now by the clock with which the kernel stamps files. It is behind
// time.Now by up to a tick of some milliseconds: by that one, what a script makes at
// once would be older than the script. (clock_gettime(2), CLOCK_REALTIME_COARSE.)
func fileTime() time.Time {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_REALTIME_COARSE, &now); err != nil {
		return time.Now()
	}
	return time.Unix(now.Unix())
}

// Inner is the nearest guard above a process that leaves its steps to this one, as
// in a guarded shell in which "guard ./playbook.sh" was typed; zero for none.
func (s *Supervisor) Inner(pid int) InnerGuard {
	for range maxDepth {
		if pid, _ = parentOf(pid); pid <= 1 || pid == os.Getpid() {
			break
		}
		if at, found := s.inner.Load(pid); found {
			if exe, err := identify(fmt.Sprintf("/proc/%d/exe", pid)); err == nil && exe == s.self {
				return InnerGuard{PID: pid, Began: at.(time.Time)}
			}
		}
	}
	return InnerGuard{}
}

// leavesItsSteps notes a guard that leaves its steps to this one.
func (s *Supervisor) leavesItsSteps(pid int) { s.inner.Store(pid, fileTime()) }

// StoppedBelow says whether StopBelow has ended what an inner guard has started.
func (s *Supervisor) StoppedBelow(inner InnerGuard) bool {
	_, stopped := s.stoppedBelow.Load(inner)
	return stopped
}

// wasStopped is the answer to an inner guard that asks whether its command was
// stopped.
func (s *Supervisor) wasStopped(pid int) unix.Errno {
	began, found := s.inner.Load(pid)
	if found && s.StoppedBelow(InnerGuard{PID: pid, Began: began.(time.Time)}) {
		return present
	}
	return differs
}

// StopBelow ends what an inner guard has started: by SIGTERM now, and by SIGKILL
// after the grace.
func (s *Supervisor) StopBelow(inner InnerGuard, grace time.Duration) {
	s.stoppedBelow.Store(inner, true)
	start := startOf(inner.PID)
	signalBelow(inner.PID, s.filters, unix.SIGTERM)
	time.AfterFunc(grace, func() {
		if startOf(inner.PID) == start {
			signalBelow(inner.PID, s.filters, unix.SIGKILL)
		}
	})
}
