package ptytest

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// killSession kills every process of a session: a shell with job control leaves
// groups of its own behind.
func killSession(session int) {
	lines, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range lines {
		line, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		var pid, parent, group, its int
		var state string
		_, _ = fmt.Sscan(string(line), &pid)
		_, err = fmt.Sscan(string(line[bytes.LastIndexByte(line, ')')+1:]), &state, &parent, &group, &its)
		if err == nil && its == session && pid > 1 {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
	}
}
