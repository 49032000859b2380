package database

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"blastguard/guard/fileio"
)

// processLimit bounds the scan of /proc.
const processLimit = 200_000

// Process is a running server, or a child of one.
type Process struct {
	PID, Parent int
	Program     string // its name, of which the kernel keeps 15 bytes
	Dir         string // working directory, in the server's own view of the files; "" when not readable
	DirID       FileID
}

// Servers are the processes that run here, by the names of their programs, as far as /proc
// may be read.
func Servers(ctx context.Context, isServer func(program string) bool) []Process {
	names, _ := fileio.Names("/proc", processLimit)
	kernels := kernelThreads()
	var found []Process
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		pid, err := strconv.Atoi(name)
		if err != nil || kernels[name] {
			continue
		}
		if server, ok := LookAt(pid, isServer); ok {
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
	children, _ := ReadSmall(ProcPath(threadd, "task/2/children"), childrenLimit)
	whole := children[:bytes.LastIndexByte(children, ' ')+1] // a space ends each, and the last may be cut
	threads := map[string]bool{}
	for _, pid := range strings.Fields(string(whole)) {
		threads[pid] = true
	}
	return threads
}

// childrenLimit is in bytes; what is cut off is looked at as any other process.
const childrenLimit = 1 << 20

// LookAt reads one process; it is false for one that is no server, or has ended.
func LookAt(pid int, isServer func(program string) bool) (Process, bool) {
	name, err := ReadSmall(ProcPath(pid, "comm"), 64)
	if err != nil {
		return Process{}, false
	}
	found := Process{PID: pid, Program: strings.TrimSpace(string(name))}
	if !isServer(found.Program) {
		return Process{}, false
	}
	if fields := statFields(pid); len(fields) > 1 {
		if fields[0] == "Z" || fields[0] == "X" {
			return Process{}, false // it has ended; only its parent has not noticed
		}
		found.Parent, _ = strconv.Atoi(fields[1])
	}
	if id, err := IDOf(ProcPath(pid, "cwd")); err == nil {
		found.DirID = id
		found.Dir, _ = os.Readlink(ProcPath(pid, "cwd"))
	}
	return found, true
}

// ProcPath is where /proc keeps something of a process.
func ProcPath(pid int, name string) string {
	return "/proc/" + strconv.Itoa(pid) + "/" + name
}

// statFields are those of /proc/PID/stat after the program's name, which may
// itself hold spaces and parentheses: the state is the first.
func statFields(pid int) []string {
	content, err := ReadSmall(ProcPath(pid, "stat"), 4096)
	if err != nil {
		return nil
	}
	text := string(content)
	return strings.Fields(text[strings.LastIndexByte(text, ')')+1:])
}

// OpenFiles are the targets of a process's descriptors, as far as they may be
// read.
func OpenFiles(pid int) []string {
	dir := ProcPath(pid, "fd")
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
