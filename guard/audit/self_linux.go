package audit

import (
	"os"
	"strconv"
	"strings"
)

// startTicks is when a process started, in clock ticks since boot; "" when it
// is not known.
func startTicks(pid int) string {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return ""
	}
	// The name in parentheses may hold blanks and parentheses.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 20 {
		return ""
	}
	return fields[19]
}

func pidSpace() string {
	space, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return ""
	}
	return space
}

func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(id))
}

// runs says whether the process that wrote an entry still runs. known is false
// when that cannot be determined: another PID namespace, no start time.
func (s self) runs() (running, known bool) {
	if s.Started == "" || s.Space == "" || s.Space != pidSpace() {
		return false, false
	}
	return startTicks(s.PID) == s.Started, true
}
