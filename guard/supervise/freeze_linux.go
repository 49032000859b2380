//go:build linux && (amd64 || arm64)

package supervise

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// Freeze stops what else in the run may read the terminal at that path, until thaw
// is called: a sudo that relays keys, ssh, a pager, a read in the background. Who
// waits for guard's own answer reads nothing and is left alone.
//
// They are stopped as a debugger stops a process. No parent sees it, no job control
// takes part, a call that was broken off begins anew, and when guard is killed the
// kernel lets them go on. What already has a debugger, or may not be traced, cannot
// be stopped: it is asked all the same, and an answer that another has taken is no yes.
func (s *Supervisor) Freeze(terminal string) (thaw func()) {
	device, known := deviceOf(terminal)
	if !known || s.listener < 0 {
		return func() {}
	}
	f := &freezer{supervisor: s, device: device, stopped: map[int]bool{}}
	begun, stop, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go onThreadThatEnds(func() {
		defer close(over)
		f.stopAll()
		close(begun)
		f.keep(stop)
	})
	<-begun
	return func() {
		close(stop)
		<-over
	}
}

// onThreadThatEnds does something on a thread that ends with it. Who traces is a
// thread, and its end frees also those that could not be stopped yet, as the parent
// of a vfork. The first thread of a process never ends.
func onThreadThatEnds(do func()) {
	runtime.LockOSThread()
	if unix.Gettid() != unix.Getpid() {
		do()
		return // still locked: the thread ends
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		onThreadThatEnds(do)
	}()
	<-done
	runtime.UnlockOSThread()
}

// freezer is what one question has stopped.
type freezer struct {
	supervisor *Supervisor
	device     uint64
	stopped    map[int]bool // threads
}

const (
	lookAgain    = 200 * time.Millisecond // how often it is looked for new readers
	untilStopped = 300 * time.Millisecond // how long a thread may take to stop
)

// keep stops readers that come later, and lets all go at the end.
func (f *freezer) keep(stop <-chan struct{}) {
	for {
		select {
		case <-stop:
			for tid := range f.stopped {
				_ = unix.PtraceDetach(tid)
			}
			return
		case <-time.After(lookAgain):
			f.stopAll()
		}
	}
}

// stopAll stops all readers that there are, also those that were born meanwhile.
func (f *freezer) stopAll() {
	const rounds = 10
	for range rounds {
		fresh := f.seize()
		if len(fresh) == 0 {
			return
		}
		for end := time.Now().Add(untilStopped); len(fresh) > 0 && time.Now().Before(end); time.Sleep(time.Millisecond) {
			still := fresh[:0]
			for _, tid := range fresh {
				if !standsStill(tid) {
					still = append(still, tid)
				}
			}
			fresh = still
		}
	}
}

// seize begins to stop the threads of readers that are not stopped yet.
func (f *freezer) seize() (fresh []int) {
	for _, pid := range f.supervisor.descendants() {
		if !f.reads(pid) {
			continue
		}
		tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
		if err != nil {
			continue
		}
		for _, task := range tasks {
			tid, err := strconv.Atoi(filepath.Base(task))
			if err != nil || f.stopped[tid] || f.supervisor.waitsForAnswer(task) || unix.PtraceSeize(tid) != nil {
				continue
			}
			f.stopped[tid] = true
			if unix.PtraceInterrupt(tid) == nil {
				fresh = append(fresh, tid)
			}
		}
	}
	return fresh
}

// reads: the process has the terminal open for reading. Where it only writes to it, as
// its output and its errors, it counts while it waits for something: a pager reads the
// keys from there. A step that was just let through goes on beside the next question.
func (f *freezer) reads(pid int) bool {
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/[0-9]*", pid))
	if err != nil {
		return false
	}
	asOutput := false
	for _, fd := range fds {
		var status unix.Stat_t
		if unix.Stat(fd, &status) != nil || status.Mode&unix.S_IFMT != unix.S_IFCHR {
			continue
		}
		device := uint64(status.Rdev)
		controlling := device == unix.Mkdev(5, 0) // /dev/tty
		if (device == f.device || controlling && terminalOf(pid) == f.device) && opensForReading(pid, filepath.Base(fd)) {
			if name := filepath.Base(fd); name != "1" && name != "2" {
				return true
			}
			asOutput = true
		}
	}
	return asOutput && waitsForInput(pid)
}

// waitsForInput: some thread of the process is in a call that reads, or waits until it
// can. What is not known counts as one.
func waitsForInput(pid int) bool {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/[0-9]*", pid))
	if err != nil || len(tasks) == 0 {
		return err != nil
	}
	for _, task := range tasks {
		number, known := callOf(task)
		if known && slices.Contains(inputCalls, number) {
			return true
		}
	}
	return false
}

// callOf is the call that a thread is in; known is false while it is in none, or where
// that is not known.
func callOf(task string) (number uint64, known bool) {
	text, err := os.ReadFile(task + "/syscall")
	if err != nil {
		return 0, false
	}
	word, _, _ := strings.Cut(string(text), " ")
	number, err = strconv.ParseUint(word, 10, 32)
	return number, err == nil
}

func opensForReading(pid int, fd string) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/fdinfo/%s", pid, fd))
	if err != nil {
		return true
	}
	flags, err := strconv.ParseInt(fieldIn(string(text), "flags:"), 8, 64)
	return err != nil || flags&unix.O_ACCMODE != unix.O_WRONLY
}

// waitsForAnswer: the thread is in a call that guard decides about.
func (s *Supervisor) waitsForAnswer(task string) bool {
	number, known := callOf(task)
	if !known {
		return false
	}
	for call := range s.calls {
		if call&(1<<32-1) == number {
			return true
		}
	}
	return false
}

// standsStill: the thread is stopped by its tracer, or gone.
func standsStill(tid int) bool {
	_, state := parentOf(tid)
	return state == 't' || state == 'Z' || state == 'X' || state == 0
}

// deviceOf is the number of a terminal, also behind /dev/tty.
func deviceOf(terminal string) (device uint64, known bool) {
	fd, err := unix.Open(terminal, unix.O_RDONLY|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return 0, false
	}
	defer unix.Close(fd)
	number, err := unix.IoctlGetUint32(fd, unix.TIOCGDEV)
	return uint64(number), err == nil
}

// terminalOf is the number of a process's controlling terminal; 0 for none.
func terminalOf(pid int) uint64 {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(line[strings.LastIndexByte(string(line), ')')+1:]), " ")
	fields := strings.Fields(rest) // state, parent, group, session, terminal
	if len(fields) < 5 {
		return 0
	}
	number, _ := strconv.ParseInt(fields[4], 10, 64)
	return uint64(uint32(number))
}
