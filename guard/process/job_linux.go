package process

import (
	"bytes"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// underShell says whether some process would see that guard's group stopped and
// can continue it: the first ancestor outside the group is in the same session.
// It is the kernel's own rule (an orphaned group gets no SIGTSTP), asked of
// guard's line of ancestors only.
func underShell() bool {
	group := unix.Getpgrp()
	session, err := unix.Getsid(0)
	if err != nil {
		return false
	}
	pid := unix.Getppid()
	for range 64 {
		parent, itsGroup, itsSession, err := family(pid)
		switch {
		case err != nil:
			return false
		case itsGroup != group:
			return itsSession == session
		}
		pid = parent
	}
	return false
}

// family reads who a process belongs to from its stat line: after the name,
// which may hold anything, come its state, parent, group and session.
func family(pid int) (parent, group, session int, err error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, 0, 0, err
	}
	var state string
	_, err = fmt.Sscan(string(line[bytes.LastIndexByte(line, ')')+1:]), &state, &parent, &group, &session)
	return parent, group, session, err
}
