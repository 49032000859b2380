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

// detachedWord starts the detached copy of guard; see runDetached.
const detachedWord = "detached"

// startDetached starts a detached copy of guard that allows every further call,
// until the last process with the filter is gone: without a listener those
// processes could execute nothing. If the copy cannot be started, guard itself
// stays and answers. The listener is closed afterwards. since is when the command
// began, where the kernel does not say that no process is left, else "".
func startDetached(l listener, since string) {
	file := os.NewFile(uintptr(l), "listener")
	defer file.Close()
	if err := startDetachedCopy(file, since); err != nil {
		allowAll(l, since)
	}
}

func startDetachedCopy(file *os.File, since string) error {
	copied := exec.Command("/proc/self/exe", StageWord, detachedWord, "3", since)
	copied.Args[0] = "guard"
	copied.Dir, copied.Env = "/", []string{}
	copied.ExtraFiles = []*os.File{file}
	copied.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	if err := copied.Start(); err != nil {
		return err
	}
	return copied.Process.Release()
}

// runDetached is that copy. It returns an exit status.
func runDetached(text, since string) int {
	fd, err := strconv.Atoi(text)
	if err != nil {
		return 125
	}
	unix.CloseOnExec(fd)
	closeOthers(fd)
	allowAll(listener(fd), since)
	return 0
}

// closeOthers closes the descriptors that guard inherited from its caller: this
// copy would keep a lock or a pipe for as long as it lives.
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

// allowAll allows every call until no process with the filter is left.
func allowAll(l listener, since string) {
	timeout := -1
	if since != "" {
		timeout = int(recheckEvery / time.Millisecond)
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

// recheckEvery is how often the copy checks whether a process is left, where the
// kernel does not say so.
const recheckEvery = time.Minute

// anyFilteredSince: a process that began then or later has a seccomp filter. It
// may be another program's filter: better that the copy stays too long than that a
// daemon can no longer execute anything.
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
