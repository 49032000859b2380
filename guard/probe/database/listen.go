package database

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Listening is where a process accepts connections.
type Listening struct {
	Ports   []int    // TCP, ascending
	Sockets []string // paths of Unix sockets, in the process's own view
}

// ListeningOf reads it from the kernel's tables, by the process's descriptors.
// It is empty for a process whose descriptors may not be read.
func ListeningOf(pid int) Listening {
	inodes := map[string]bool{}
	for _, target := range OpenFiles(pid) {
		if inode, ok := strings.CutPrefix(target, "socket:["); ok {
			inodes[strings.TrimSuffix(inode, "]")] = true
		}
	}
	var found Listening
	if len(inodes) == 0 {
		return found
	}
	for _, table := range []string{"net/tcp", "net/tcp6"} {
		found.Ports = append(found.Ports, tcpPorts(socketTable(pid, table), inodes)...)
	}
	slices.Sort(found.Ports)
	found.Ports = slices.Compact(found.Ports)
	found.Sockets = unixPaths(socketTable(pid, "net/unix"), inodes)
	return found
}

func socketTable(pid int, name string) []byte {
	const limit = 16 << 20
	content, _ := ReadSmall(ProcPath(pid, name), limit)
	return content
}

// tcpPorts reads /proc/net/tcp: the second column is ADDRESS:PORT in hex, the
// fourth the state, the tenth the inode.
func tcpPorts(table []byte, inodes map[string]bool) []int {
	const listen = "0A"
	var ports []int
	for line := range bytes.Lines(table) {
		fields := strings.Fields(string(line))
		if len(fields) < 10 || fields[3] != listen || !inodes[fields[9]] {
			continue
		}
		_, port, _ := strings.Cut(fields[1], ":")
		if number, err := hex.DecodeString(port); err == nil && len(number) == 2 {
			ports = append(ports, int(number[0])<<8|int(number[1]))
		}
	}
	return ports
}

// unixPaths reads /proc/net/unix: the fourth column holds the flags, the
// seventh the inode, the rest of the line is the path.
func unixPaths(table []byte, inodes map[string]bool) []string {
	const accepting = 0x10000
	var paths []string
	for line := range bytes.Lines(table) {
		columns := strings.Fields(string(line))
		if len(columns) < 8 || !inodes[columns[6]] {
			continue
		}
		flags, err := strconv.ParseUint(columns[3], 16, 64)
		if err == nil && flags&accepting != 0 {
			paths = append(paths, strings.Join(columns[7:], " "))
		}
	}
	return paths
}
