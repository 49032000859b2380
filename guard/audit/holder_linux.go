package audit

import (
	"os"
	"strconv"
	"strings"
	"syscall"

	"blastguard/guard"
)

// writeLock is the byte of the shared memory file that the writer of a WAL
// database locks.
const writeLock = "120"

// holder says which process holds the write lock of a log; "" when the kernel
// does not say.
func holder(path string) string {
	var stat syscall.Stat_t
	if err := syscall.Stat(path+"-shm", &stat); err != nil {
		return ""
	}
	locks, err := os.ReadFile("/proc/locks")
	if err != nil {
		return ""
	}
	inode := ":" + strconv.FormatUint(stat.Ino, 10)
	for line := range strings.Lines(string(locks)) {
		// 1: POSIX  ADVISORY  WRITE 4711 fe:00:262145 120 120
		fields := strings.Fields(line)
		if len(fields) >= 8 && fields[3] == "WRITE" && strings.HasSuffix(fields[5], inode) && fields[6] == writeLock {
			return processName(fields[4])
		}
	}
	return ""
}

func processName(pid string) string {
	name, err := os.ReadFile("/proc/" + pid + "/comm")
	if err != nil {
		return "pid " + pid
	}
	return guard.Printable(strings.TrimSpace(string(name))) + " (pid " + pid + ")"
}
