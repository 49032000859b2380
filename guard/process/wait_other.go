//go:build unix && !linux

package process

import (
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// awaitChange returns when a child may have ended or stopped.
func awaitChange(int) {
	changes := make(chan os.Signal, 1)
	signal.Notify(changes, unix.SIGCHLD)
	defer signal.Stop(changes)
	<-changes
}

// continued is not known on this system; the child is then sent a SIGCONT that it may
// not need.
func continued(int) bool { return false }

// raise sends a signal to this process.
func raise(number syscall.Signal) { _ = unix.Kill(unix.Getpid(), number) }

// sigaction is of no use here.
type sigaction struct{}

// setAction gives a signal its default action again, as far as the Go runtime
// does that.
func setAction(number syscall.Signal, _ sigaction) sigaction {
	signal.Reset(number)
	return sigaction{}
}

// underShell: taken for granted here.
func underShell() bool { return true }
