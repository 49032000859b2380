package postgres

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/probe/database"
)

// postmaster is the server that runs in a data directory.
type postmaster struct {
	pid     int
	single  bool
	port    int      // 0 when not known
	sockets []string // directories, in the server's own view of the files
	address string   // numeric, for TCP; "" when it does not listen
	// doubt says why it is not certain that this process runs in the
	// directory; "" when it is.
	doubt string
}

// findPostmaster finds the server of a data directory: the process that works
// in it, and whose parent does not. postmaster.pid alone proves nothing; it is
// asked for a process whose working directory may not be read.
func findPostmaster(dir string, processes []database.Process) (postmaster, bool) {
	id, err := database.IDOf(dir)
	if err != nil {
		return postmaster{}, false
	}
	lock, locked := readLockFile(dir)
	if now, ok := database.LookAt(lock.pid, IsServer); locked && ok {
		processes = append(slices.Clip(processes), now) // it may have started since
	}
	inside := map[int]bool{}
	for _, process := range processes {
		if IsServer(process.Program) && process.DirID == id {
			inside[process.PID] = true
		}
	}
	for _, process := range processes {
		if inside[process.PID] && !inside[process.Parent] {
			return describePostmaster(dir, process.PID, lock), true
		}
	}
	if locked {
		return doubtful(dir, lock)
	}
	return postmaster{}, false
}

// doubtful is the server that postmaster.pid names, when its working directory
// is hidden from guard and nothing else speaks against it.
func doubtful(dir string, lock lockFile) (postmaster, bool) {
	name, err := database.ReadSmall(database.ProcPath(lock.pid, "comm"), 64)
	if err != nil || !IsServer(strings.TrimSpace(string(name))) {
		return postmaster{}, false
	}
	if _, err := os.Stat(database.ProcPath(lock.pid, "cwd")); !errors.Is(err, fs.ErrPermission) {
		return postmaster{}, false // it works somewhere else, or is gone
	}
	server := describePostmaster(dir, lock.pid, lock)
	server.doubt = "process " + strconv.Itoa(lock.pid) + " may run in it, its working directory cannot be read; " + guard.NeedsRoot
	return server, true
}

// describePostmaster takes port and sockets from postmaster.pid where that is
// the process's own, and from the kernel's tables otherwise.
func describePostmaster(dir string, pid int, lock lockFile) postmaster {
	server := postmaster{pid: pid}
	if lock.pid == pid {
		server.single = lock.single
		server.port, server.address = lock.port, numericAddress(lock.address)
		if lock.socket != "" && !strings.HasPrefix(lock.socket, "@") {
			server.sockets = append(server.sockets, absoluteIn(dir, lock.socket))
		}
	}
	if server.port != 0 && len(server.sockets) > 0 {
		return server
	}
	return addListening(dir, server, database.ListeningOf(pid))
}

func addListening(dir string, server postmaster, listening database.Listening) postmaster {
	for _, path := range listening.Sockets {
		directory, port, ok := socketPort(absoluteIn(dir, path))
		if !ok || slices.Contains(server.sockets, directory) {
			continue
		}
		server.sockets = append(server.sockets, directory)
		if server.port == 0 {
			server.port = port
		}
	}
	if len(listening.Ports) > 0 && server.port == 0 {
		server.port = listening.Ports[0]
	}
	if len(listening.Ports) > 0 && server.address == "" {
		server.address = "127.0.0.1"
	}
	return server
}

// socketPort takes DIRECTORY/.s.PGSQL.PORT apart.
func socketPort(path string) (directory string, port int, ok bool) {
	directory, name := filepath.Split(path)
	text, ok := strings.CutPrefix(name, ".s.PGSQL.")
	port, err := strconv.Atoi(text)
	if !ok || err != nil || port < 1 || port >= 1<<16 {
		return "", 0, false
	}
	return filepath.Clean(directory), port, true
}

func absoluteIn(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}

// numericAddress is where guard reaches a server on this host that listens on
// address; no name is ever looked up.
func numericAddress(address string) string {
	switch address {
	case "*", "0.0.0.0", "localhost":
		return "127.0.0.1"
	case "::":
		return "::1"
	}
	if isNumeric(address) {
		return address
	}
	return ""
}
