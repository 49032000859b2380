package machine

import (
	"bytes"
	"fmt"
)

// Job is the place of a process among the jobs of its terminal.
type Job struct {
	TTY   string // "/dev/pts/3"; "" without a terminal, or where its path is not known
	Group int    // the process group
	Front int    // the group that the terminal's keys go to; -1 without a terminal
}

// Foreground says whether the keys of its terminal reach the process.
func (j Job) Foreground() bool { return j.TTY != "" && j.Group > 0 && j.Group == j.Front }

// JobOf reads the Job of a process; the zero Job when it is gone.
func JobOf(pid int) Job {
	line := read(fmt.Sprintf("/proc/%d/stat", pid), 4096)
	var state string
	var parent, session int
	var device int32
	job := Job{}
	_, err := fmt.Sscan(string(line[bytes.LastIndexByte(line, ')')+1:]), &state, &parent, &job.Group, &session, &device, &job.Front)
	if err != nil {
		return Job{}
	}
	if path := ttyPath(uint64(uint32(device))); device != 0 && isDevice(path, uint64(uint32(device))) {
		job.TTY = path
	}
	return job
}
