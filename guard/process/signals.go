package process

import (
	"os"
	"os/signal"
	"runtime"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// signals are those that guard takes while the command runs. One goroutine
// handles them and waits for the child, so nothing is ever sent to a child that
// has been waited for.
type signals struct{ arrived chan os.Signal }

// taken says what becomes of a signal that reaches guard while it waits. What
// is not in it keeps its default.
func taken() []syscall.Signal {
	return append(passedOn(),
		unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU) // from the terminal: guard stops when the command does
}

// passedOn are those that the command gets, unless the terminal has sent them to
// the whole group. A limit of processor time is guard's own, or the command has
// met it by itself.
func passedOn() []syscall.Signal {
	return slices.DeleteFunc(ends(), func(number syscall.Signal) bool { return number == unix.SIGXCPU })
}

// listen takes the signals. Those that guard was started with ignored stay
// ignored, in guard and in the child.
func listen(numbers []syscall.Signal) *signals {
	s := &signals{arrived: make(chan os.Signal, 64)}
	KeepIgnored()
	for _, number := range numbers {
		if !ignoredAtStart(number) {
			signal.Notify(s.arrived, number)
		}
	}
	return s
}

// KeepIgnored ignores what guard was started with ignored, so that what it
// executes next starts with that too.
func KeepIgnored() {
	for number := syscall.Signal(1); number <= 64; number++ {
		// SIGCHLD must not be ignored, or the kernel forgets how a child ended.
		if number != unix.SIGCHLD && ignoredAtStart(number) {
			signal.Ignore(number)
		}
	}
}

func (s *signals) close() { signal.Stop(s.arrived) }

// lend takes the signals for a command that is about to start. There is no moment
// in which nobody has them.
func (h *Hold) lend(numbers []syscall.Signal) *signals {
	s := listen(numbers)
	h.pass()
	return s
}

// takeBack is called when the command has ended. What reached guard before that
// was the command's.
func (h *Hold) takeBack(s *signals) {
	delivered := make(chan os.Signal, 1)
	signal.Notify(delivered, unix.SIGCHLD)
	signal.Stop(delivered) // returns when all that has arrived is in its channels
	h.take()
	s.close()
}

// pending says whether a signal came that would have ended the command.
func (s *signals) pending() bool {
	for {
		select {
		case number := <-s.arrived:
			if !stops(number) {
				return true
			}
		default:
			return false
		}
	}
}

func stops(number os.Signal) bool {
	return number == unix.SIGTSTP || number == unix.SIGTTIN || number == unix.SIGTTOU
}

// follow passes signals on and stops with the child until it ends.
func (s *signals) follow(pid int) unix.WaitStatus {
	s.early(pid)
	changed, seen := make(chan bool), make(chan bool)
	defer close(seen)
	go watch(pid, changed, seen)
	for {
		select {
		case number := <-s.arrived:
			pass(pid, number.(syscall.Signal))
		case <-changed:
			status, waited := wait(pid)
			if waited && status.Stopped() {
				stop(pid, status.StopSignal())
			} else if waited {
				return status
			}
			seen <- true
		}
	}
}

// early passes on what came while the child was being started: it may have
// reached guard alone. Better twice than not at all.
func (s *signals) early(pid int) {
	for {
		select {
		case number := <-s.arrived:
			if !stops(number) {
				_ = unix.Kill(pid, number.(syscall.Signal))
			}
		default:
			return
		}
	}
}

// watch says when the child has changed, and waits until that was looked at.
func watch(pid int, changed chan<- bool, seen <-chan bool) {
	for {
		awaitChange(pid)
		changed <- true
		if !<-seen {
			return
		}
	}
}

// wait takes the child's new state. A child that cannot be waited for is gone;
// how it ended is then not known, and shown as a failure.
func wait(pid int) (status unix.WaitStatus, waited bool) {
	for {
		got, err := unix.Wait4(pid, &status, unix.WUNTRACED|unix.WNOHANG, nil)
		switch {
		case err == unix.EINTR:
		case err != nil:
			return 255 << 8, true
		case traced(status):
		default:
			return status, got == pid
		}
	}
}

// traced: guard itself has stopped the child, as a debugger does, to keep it from
// the terminal. That is no stop for a shell to see.
func traced(status unix.WaitStatus) bool { return status.Stopped() && status>>16 != 0 }

// pass gives the child what was sent to guard alone.
func pass(pid int, number syscall.Signal) {
	fromTerminal := stops(number) || (number == unix.SIGINT || number == unix.SIGQUIT) && inForeground()
	if !fromTerminal {
		_ = unix.Kill(pid, number)
	}
}

// inForeground says whether the terminal's keys send their signals to guard's
// process group.
func inForeground() bool {
	terminal, err := unix.Open("/dev/tty", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(terminal)
	group, err := unix.IoctlGetInt(terminal, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// stop stops guard as its child was stopped, and returns when both were
// continued. Where no shell would ever continue guard, only the child stays
// stopped.
func stop(pid int, number syscall.Signal) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if !underShell() {
		return
	}
	if ignoredAtStart(number) {
		number = unix.SIGSTOP
	}
	if number != unix.SIGSTOP {
		before := setAction(number, sigaction{})
		defer setAction(number, before)
	}
	// The terminal's own SIGTSTP may have stopped guard by now, and the shell
	// may have continued both since.
	if continued(pid) {
		return
	}
	raise(number)
	if !continued(pid) {
		_ = unix.Kill(pid, unix.SIGCONT)
	}
}
