package postgres

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"blastguard/guard/probe/database"
)

// lockFile is what postmaster.pid says. It may be left over from a server that
// was killed, or lie in a copy of a running server's directory.
type lockFile struct {
	pid     int
	single  bool // a server in single-user mode, which nobody can ask
	started time.Time
	port    int
	socket  string // a directory, or ""
	address string // the first it listens on, "*" for all, or ""
}

// readLockFile is false when there is none, or none that can be read.
func readLockFile(dir string) (lockFile, bool) {
	content, err := database.ReadSmall(filepath.Join(dir, "postmaster.pid"), 8192)
	if err != nil {
		return lockFile{}, false
	}
	return parseLockFile(string(content))
}

// parseLockFile reads the lines: process, data directory, start, port, socket
// directory, address. A server writes the later ones as it starts.
func parseLockFile(content string) (lockFile, bool) {
	lines := strings.Split(content, "\n")
	line := func(i int) string {
		if i < len(lines) {
			return strings.TrimSpace(lines[i])
		}
		return ""
	}
	pid, err := strconv.Atoi(line(0))
	if err != nil || pid == 0 {
		return lockFile{}, false
	}
	found := lockFile{pid: max(pid, -pid), single: pid < 0, socket: line(4), address: line(5)}
	if start, err := strconv.ParseInt(line(2), 10, 64); err == nil {
		found.started = time.Unix(start, 0)
	}
	if port, err := strconv.Atoi(line(3)); err == nil && port > 0 && port < 1<<16 {
		found.port = port
	}
	return found, found.pid > 0
}
