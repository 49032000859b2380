//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// watchWord starts the copy of guard that reports when guard was killed.
const watchWord = "watch"

// watchAfter is how long a command must run before that copy is started: most are
// over by then, and do not pay for it.
const watchAfter = time.Second

// watcher is that copy while it runs. It holds one end of a pipe: a byte from guard
// means that all is well, and the end of the pipe without one that guard was killed.
type watcher struct {
	mu    sync.Mutex
	timer *time.Timer
	over  bool
	cmd   *exec.Cmd
	pipe  *os.File
}

// begin starts the copy after a while, unless end comes first.
func (w *watcher) begin(l listener, main int, ifKilled string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over || ifKilled == "" {
		return
	}
	w.timer = time.AfterFunc(watchAfter, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if !w.over {
			// Without it, only the log says what happened.
			_ = w.start(l, main, ifKilled)
		}
	})
}

func (w *watcher) start(l listener, main int, ifKilled string) error {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirs.Close()
	duplicate, err := unix.FcntlInt(uintptr(l), unix.F_DUPFD_CLOEXEC, 3)
	if err != nil {
		ours.Close()
		return err
	}
	copied := os.NewFile(uintptr(duplicate), "listener")
	defer copied.Close()
	cmd := exec.Command("/proc/self/exe", StageWord, watchWord, strconv.Itoa(main), ifKilled)
	cmd.Args[0] = "guard"
	cmd.Dir, cmd.Env = "/", []string{}
	cmd.Stderr = os.Stderr
	cmd.ExtraFiles = []*os.File{theirs, copied}
	cmd.SysProcAttr = &unix.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		ours.Close()
		return err
	}
	w.cmd, w.pipe = cmd, ours
	return nil
}

// end lets the copy go. It is gone when end returns, so that it holds nothing of
// guard's caller longer than guard does.
func (w *watcher) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = true
	if w.timer != nil {
		w.timer.Stop()
	}
	if w.cmd == nil {
		return
	}
	_, _ = w.pipe.Write([]byte{saysGo})
	w.pipe.Close()
	_ = w.cmd.Wait()
	w.cmd = nil
}

// runWatcher is the copy. After it nobody has the listener, and every exec fails.
func runWatcher(main, ifKilled string) int {
	const pipe, notifications = 3, 4
	unix.CloseOnExec(pipe)
	unix.CloseOnExec(notifications)
	closeOthers(pipe, notifications)
	if awaitGo(pipe) || nobodyWaits(notifications) {
		return 0
	}
	pid, _ := strconv.Atoi(main)
	line := ifKilled
	if left := below(pid, filtersOf(os.Getpid())); !ended(pid) {
		var names, numbers []string
		for _, process := range left {
			names = append(names, fmt.Sprintf("%s[%d]", nameOf(process), process))
			numbers = append(numbers, strconv.Itoa(process))
		}
		line += ": " + strings.Join(names, ", ") + "; to end it: kill " + strings.Join(numbers, " ")
	}
	fmt.Fprintln(os.Stderr, line)
	return 0
}

// nobodyWaits: no process has the filter any more.
func nobodyWaits(l listener) bool {
	ready := []unix.PollFd{{Fd: int32(l), Events: unix.POLLIN}}
	n, err := unix.Poll(ready, 0)
	return err == nil && n > 0 && ready[0].Revents&unix.POLLIN == 0
}
