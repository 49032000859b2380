package datadir

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"blastguard/guard/fileio"
)

// processLimit bounds the scan of /proc.
const processLimit = 200_000

// process is a running server, or a child of one.
type process struct {
	pid, parent int
	engine      string // by the program's name
	dir         string // working directory, in the server's own view of the files; "" when not readable
	dirID       fileID
}

// engineOfProgram says whose server has this name, "" for all others. The
// kernel keeps 15 bytes of a name.
func engineOfProgram(name string) string {
	switch {
	case strings.Contains(name, "postgres"), strings.Contains(name, "postmaster"):
		return postgresql
	case name == "mariadbd":
		return mariadb
	case name == "mysqld":
		return mysql
	case strings.HasPrefix(name, "redis-server"), strings.HasPrefix(name, "valkey-server"):
		return redis
	case name == "mongod":
		return mongodb
	case name == "etcd":
		return etcd
	default:
		return ""
	}
}

type serversKey struct{}

// Sharing returns a context in which all questions see the same servers: those that run
// when the first one asks.
func Sharing(ctx context.Context) context.Context {
	return context.WithValue(ctx, serversKey{}, sync.OnceValue(func() []process { return databaseProcesses(ctx) }))
}

// servers are the database servers that run here.
func servers(ctx context.Context) []process {
	if shared, ok := ctx.Value(serversKey{}).(func() []process); ok {
		return shared()
	}
	return databaseProcesses(ctx)
}

// databaseProcesses are the database servers that run here, as far as /proc
// may be read.
func databaseProcesses(ctx context.Context) []process {
	names, _ := fileio.Names("/proc", processLimit)
	kernels := kernelThreads()
	var found []process
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		pid, err := strconv.Atoi(name)
		if err != nil || kernels[name] {
			continue
		}
		if server, ok := lookAt(pid); ok {
			found = append(found, server)
		}
	}
	return found
}

// kernelThreads are the numbers of the kernel's own threads, most of what /proc shows on
// many machines; none where that cannot be told. All of them are children of the thread
// that starts them; it has the number 2, unless the process 2 is one of a container. (So are
// the few helpers that the kernel starts for a moment, as for a core dump: no servers.)
func kernelThreads() map[string]bool {
	const threadd, ofKernel, flagsField = 2, 0x00200000, 6 // PF_KTHREAD of the kernel's sched.h
	fields := statFields(threadd)
	if len(fields) <= flagsField || fields[1] != "0" {
		return nil
	}
	flags, err := strconv.ParseUint(fields[flagsField], 10, 64)
	if err != nil || flags&ofKernel == 0 {
		return nil
	}
	children, _ := readSmall(procPath(threadd, "task/2/children"), childrenLimit)
	whole := children[:bytes.LastIndexByte(children, ' ')+1] // a space ends each, and the last may be cut
	threads := map[string]bool{}
	for _, pid := range strings.Fields(string(whole)) {
		threads[pid] = true
	}
	return threads
}

// childrenLimit is in bytes; what is cut off is looked at as any other process.
const childrenLimit = 1 << 20

// lookAt reads one process; it is false for one that is no database server.
func lookAt(pid int) (process, bool) {
	name, err := readSmall(procPath(pid, "comm"), 64)
	if err != nil {
		return process{}, false
	}
	found := process{pid: pid, engine: engineOfProgram(strings.TrimSpace(string(name)))}
	if found.engine == "" {
		return process{}, false
	}
	if fields := statFields(pid); len(fields) > 1 {
		if fields[0] == "Z" || fields[0] == "X" {
			return process{}, false // it has ended; only its parent has not noticed
		}
		found.parent, _ = strconv.Atoi(fields[1])
	}
	if id, err := idOf(procPath(pid, "cwd")); err == nil {
		found.dirID = id
		found.dir, _ = os.Readlink(procPath(pid, "cwd"))
	}
	return found, true
}

func procPath(pid int, name string) string {
	return "/proc/" + strconv.Itoa(pid) + "/" + name
}

// statFields are those of /proc/PID/stat after the program's name, which may
// itself hold spaces and parentheses: the state is the first.
func statFields(pid int) []string {
	content, err := readSmall(procPath(pid, "stat"), 4096)
	if err != nil {
		return nil
	}
	text := string(content)
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}

// openFiles are the targets of a process's descriptors, as far as they may be
// read.
func openFiles(pid int) []string {
	dir := procPath(pid, "fd")
	names, _ := fileio.Names(dir, openFilesLimit)
	var targets []string
	for _, name := range names {
		if target, err := os.Readlink(filepath.Join(dir, name)); err == nil {
			targets = append(targets, target)
		}
	}
	return targets
}

// openFilesLimit bounds how many descriptors of one server are looked at.
const openFilesLimit = 65_536
