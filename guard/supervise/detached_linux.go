//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// stayWord is the launcher's word for the copy that stays behind.
const stayWord = "stay"

// leaveBehind starts a detached copy of guard that answers "go on" to whatever
// still comes, until the last process with the filter is gone. Where that fails
// guard itself stays and answers. The listener is closed afterwards. since is when
// the command began, where the kernel does not say that nobody is left, else "".
func leaveBehind(l listener, since string) {
	file := os.NewFile(uintptr(l), "listener")
	defer file.Close()
	if err := startCopy(file, since); err != nil {
		letAllGo(l, since)
	}
}

func startCopy(file *os.File, since string) error {
	copied := exec.Command("/proc/self/exe", StageWord, stayWord, "3", since)
	copied.Args[0] = "guard"
	copied.Dir, copied.Env = "/", []string{}
	copied.ExtraFiles = []*os.File{file}
	copied.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	if err := copied.Start(); err != nil {
		return err
	}
	return copied.Process.Release()
}

// stayBehind is that copy.
func stayBehind(text, since string) int {
	fd, err := strconv.Atoi(text)
	if err != nil {
		return 125
	}
	unix.CloseOnExec(fd)
	closeOthers(fd)
	letAllGo(listener(fd), since)
	return 0
}

// closeOthers lets go of what guard was given by its caller: a lock or a pipe
// that this copy held would be held for as long as it lives.
func closeOthers(kept ...int) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd < 3 || slices.Contains(kept, fd) {
			continue
		}
		// The runtime's own descriptors are needed.
		if link, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil && !strings.HasPrefix(link, "anon_inode:") {
			unix.Close(fd)
		}
	}
}

// letAllGo answers until nobody is left who could ask.
func letAllGo(l listener, since string) {
	timeout := -1
	if since != "" {
		timeout = int(lookAround / time.Millisecond)
	}
	for {
		ready := []unix.PollFd{{Fd: int32(l), Events: unix.POLLIN}}
		n, err := unix.Poll(ready, timeout)
		switch {
		case err == unix.EINTR:
		case err != nil, n == 0 && !anyFilteredSince(since):
			return
		case ready[0].Revents&unix.POLLIN != 0:
			var n notification
			if l.receive(&n) == nil {
				l.allow(n.id)
			}
		case ready[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0:
			return
		}
	}
}

// lookAround is how often the copy looks whether anybody is left, where the
// kernel does not say so.
const lookAround = time.Minute

// anyFilteredSince: a process that began then or later has a seccomp filter. It
// may be another's: the copy rather stays too long than that a daemon can execute
// nothing any more.
func anyFilteredSince(since string) bool {
	first, err := strconv.ParseUint(since, 10, 64)
	entries, errList := filepath.Glob("/proc/[0-9]*")
	if err != nil || errList != nil {
		return true
	}
	for _, entry := range entries {
		pid, err := strconv.Atoi(filepath.Base(entry))
		if err != nil || pid == os.Getpid() {
			continue
		}
		began, err := strconv.ParseUint(startOf(pid), 10, 64)
		if err == nil && began >= first && !ended(pid) && filtersOf(pid) > 0 {
			return true
		}
	}
	return false
}
