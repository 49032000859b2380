//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// readSignal is "kill --signal=NAME -- PROCESS"; true when the run signals what
// belongs to it.
func (s *Supervisor) readSignal(asked *Exec, n *notification, k kind) bool {
	target, number := int(int32(n.args[0])), unix.Signal(int32(n.args[1]))
	tid := int(n.tid)
	if k == pidfdSignalCall {
		target = processBehind(tid, target)
	}
	if k == pidfdSignalCall && target <= 0 {
		asked.Unreadable = "guard cannot tell which process it signals"
	}
	name := strings.TrimPrefix(unix.SignalName(number), "SIG")
	if name == "" {
		name = strconv.Itoa(int(number))
	}
	asked.On = OnSignal
	asked.Argv = []string{"kill", "--signal=" + name, "--", strconv.Itoa(target)}
	asked.Path = strings.Join(asked.Argv, " ")
	asked.Place = append(s.place(asked.PID), fmt.Sprintf("kill -%s %d", name, target))
	return asked.Unreadable == "" && s.allBelong(processesMeant(tid, target, k))
}

// processesMeant are the numbers, as guard has them, of the processes that a
// thread means by a number; false when that is not known.
func processesMeant(tid, target int, k kind) ([]int, bool) {
	if target > 0 && (k == pidfdSignalCall || sameNamespace(tid)) {
		return []int{target}, true
	}
	entries, err := filepath.Glob("/proc/[0-9]*")
	if err != nil || len(entries) == 0 {
		return nil, false
	}
	space, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", tid))
	if err != nil {
		return nil, false
	}
	depth := len(strings.Fields(statusField(tid, "NSpid:")))
	var meant []int
	for _, entry := range entries {
		pid, err := strconv.Atoi(filepath.Base(entry))
		if err != nil {
			continue
		}
		// A process that cannot be inspected may be the one, unless it is in an
		// outer namespace.
		if of, err := os.Readlink(entry + "/ns/pid"); err == nil && of != space || len(strings.Fields(statusField(pid, "NSpid:"))) < depth {
			continue
		}
		if target == -1 || meansGroup(pid, target) || meansProcess(pid, target) {
			meant = append(meant, pid)
		}
	}
	return meant, true
}

// SameNumbers says whether a process means by the number of a process what guard
// means by it. What is not known counts as no.
func SameNumbers(pid int) bool { return sameNamespace(pid) }

func sameNamespace(tid int) bool {
	theirs, errTheirs := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", tid))
	ours, errOurs := os.Readlink("/proc/self/ns/pid")
	return errTheirs == nil && errOurs == nil && theirs == ours
}

func meansGroup(pid, target int) bool {
	return target < -1 && lastField(pid, "NSpgid:") == strconv.Itoa(-target)
}

func meansProcess(pid, target int) bool {
	return target > 0 && lastField(pid, "NSpid:") == strconv.Itoa(target)
}

// lastField is a process's number in its own namespace.
func lastField(pid int, name string) string {
	fields := strings.Fields(statusField(pid, name))
	if len(fields) == 0 {
		return ""
	}
	return fields[len(fields)-1]
}

// allBelong: what is meant is known, and all of it belongs to the run.
func (s *Supervisor) allBelong(processes []int, known bool) bool {
	for _, pid := range processes {
		if !s.belongs(pid) {
			return false
		}
	}
	return known
}

// maxGenerations bounds the way up from a process that is signalled.
const maxGenerations = 4096

// Belongs says whether what a process of the run means by a number was started by
// the run, or is gone. In another namespace of processes the number means another.
func (s *Supervisor) Belongs(asker, pid int) bool {
	return pid > 0 && sameNamespace(asker) && s.belongs(pid)
}

// belongs: the process was started by the run, or is gone.
func (s *Supervisor) belongs(pid int) bool {
	main, own := int(s.main.Load()), os.Getpid()
	// What only cannot be looked at is not gone.
	if unix.Kill(pid, 0) == unix.ESRCH {
		return true
	}
	for range maxGenerations {
		if pid == main {
			return true
		}
		parent, state := parentOf(pid)
		switch {
		case state == 0, parent <= 1, pid == own:
			return false
		case parent == own:
			// What guard took up as an orphan has the filter; what it started has not.
			return filtersOf(pid) > s.filters
		}
		pid = parent
	}
	return false
}

// processBehind is the process that a descriptor of another stands for; 0 when
// that is not known.
func processBehind(tid, fd int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%d", tid, fd))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if value, found := strings.CutPrefix(line, "Pid:"); found {
			pid, _ := strconv.Atoi(strings.TrimSpace(value))
			return pid
		}
	}
	return 0
}
