//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"os/exec"
	"strconv"

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
	letAllGo(listener(fd))
	return 0
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
