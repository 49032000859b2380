package process

import (
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// Die ends this process by a signal, so that whoever waits for guard sees what
// it would have seen of the command: a shell stops its loop after SIGINT. No
// core is written, for it would be one of guard.
//
// It returns only when the signal could not end the process (SIGCHLD,
// SIGSTOP, or a number that is none); the caller then exits with 128 plus the number.
func Die(number syscall.Signal) {
	runtime.LockOSThread()
	_ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
	if number <= 0 || number > 64 || number == unix.SIGSTOP || stops(number) {
		return
	}
	if number != unix.SIGKILL {
		setAction(number, sigaction{})
	}
	raise(number)
}

// InterruptForeground does what Ctrl-C would have done, where the key was read
// as a byte: it interrupts guard's process group when that is the terminal's
// foreground group, and then dies of SIGINT. Like Die it returns only when it
// could not.
func InterruptForeground() {
	dropped := make(chan os.Signal, 1)
	signal.Notify(dropped, unix.SIGINT)
	if inForeground() {
		_ = unix.Kill(0, unix.SIGINT)
	}
	Die(unix.SIGINT)
}
