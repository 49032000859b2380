//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// stayWord is the launcher's word for the copy that stays behind.
const stayWord = "stay"

// leaveBehind starts a detached copy of guard that answers "go on" to whatever
// still comes, until the last process with the filter is gone. Where that fails
// guard itself stays and answers. The listener is closed afterwards.
func leaveBehind(l listener) {
	file := os.NewFile(uintptr(l), "listener")
	defer file.Close()
	if err := startCopy(file); err != nil {
		letAllGo(l)
	}
}

func startCopy(file *os.File) error {
	copied := exec.Command("/proc/self/exe", StageWord, stayWord, "3")
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
func stayBehind(text string) int {
	fd, err := strconv.Atoi(text)
	if err != nil {
		return 125
	}
	unix.CloseOnExec(fd)
	closeOthers(fd)
	letAllGo(listener(fd))
	return 0
}

// closeOthers lets go of what guard was given by its caller: a lock or a pipe
// that this copy held would be held for as long as it lives.
func closeOthers(kept int) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return
	}
	for _, entry := range entries {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd < 3 || fd == kept {
			continue
		}
		// The runtime's own descriptors are needed.
		if link, err := os.Readlink("/proc/self/fd/" + entry.Name()); err == nil && !strings.HasPrefix(link, "anon_inode:") {
			unix.Close(fd)
		}
	}
}

// letAllGo answers until nobody is left who could ask.
func letAllGo(l listener) {
	for {
		ready := []unix.PollFd{{Fd: int32(l), Events: unix.POLLIN}}
		if _, err := unix.Poll(ready, -1); err != nil && err != unix.EINTR {
			return
		}
		if ready[0].Revents&unix.POLLIN != 0 {
			var n notification
			if l.receive(&n) == nil {
				l.allow(n.id)
			}
			continue
		}
		if ready[0].Revents&(unix.POLLHUP|unix.POLLERR|unix.POLLNVAL) != 0 {
			return
		}
	}
}
