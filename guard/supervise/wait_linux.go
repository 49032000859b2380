//go:build linux && (amd64 || arm64)

package supervise

import (
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// briefly is how long the loop waits for the next call behind Go's back. Go's monitor
// takes the place of a thread that is in a system call away after 10 ms, and is woken
// when the call returns, to look again some sixty times in the next milliseconds: in a
// build, whose programs run for about as long, that took more processor time than all
// answers, and from the compilers.
const briefly = 20 * time.Millisecond

// waiter waits for descriptors.
type waiter struct {
	places int // on how many processors Go runs goroutines at once
}

func newWaiter() waiter { return waiter{places: runtime.GOMAXPROCS(0)} }

// wait returns when one of the descriptors is ready, or failed; busy says that somebody
// decides meanwhile.
func (w waiter) wait(ready []unix.PollFd, busy bool) error {
	// No place is kept from those that decide: neither the only one, nor one that a
	// probe or the collector would have to take away by a signal.
	if w.places > 1 && !busy && unseen(ready, briefly) {
		return nil
	}
	for {
		if _, err := unix.Poll(ready, -1); err != unix.EINTR {
			return err
		}
	}
}

// unseen waits without a word to Go's scheduler, which believes that the goroutine
// computes; false when nothing was ready in time. When another needs the place, or
// the world is to stop, Go interrupts it by a signal.
func unseen(ready []unix.PollFd, most time.Duration) bool {
	left := unix.NsecToTimespec(int64(most))
	for {
		// The kernel writes what is left of the time back.
		n, _, errno := unix.RawSyscall6(unix.SYS_PPOLL, uintptr(unsafe.Pointer(&ready[0])), uintptr(len(ready)), uintptr(unsafe.Pointer(&left)), 0, 0, 0)
		if errno != unix.EINTR {
			return errno == 0 && n > 0
		}
		runtime.Gosched()
	}
}
