//go:build linux && (amd64 || arm64)

package supervise

import "os"

// Process is one process, and no other one that gets its number later. The zero
// Process is none.
type Process struct {
	pid   int
	start string
}

// ProcessAt is the process that has the number now.
func ProcessAt(pid int) Process { return Process{pid, startOf(pid)} }

// Main is the supervised command. It is the zero Process until the command is about to
// start, and where an outer guard supervises it.
func (s *Supervisor) Main() Process { return ProcessAt(int(s.main.Load())) }

// Lives: it is still there. What it has executed since does not matter.
func (p Process) Lives() bool { return p.pid > 0 && p.start != "" && startOf(p.pid) == p.start }

// Holds: pid is this process, or was started by it, or by those that it started. An
// orphan has no such parent any more.
func (p Process) Holds(pid int) bool {
	if !p.Lives() {
		return false
	}
	for range maxDepth {
		if pid == p.pid {
			return true
		}
		if pid, _ = parentOf(pid); pid <= 1 || pid == os.Getpid() {
			break
		}
	}
	return false
}
