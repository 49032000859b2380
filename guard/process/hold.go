package process

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

// A Hold takes the signals that would end guard, so that it ends only after what
// it has to write down is written. The first one is kept, and the work in
// progress is cancelled; later ones are dropped. A write to a closed pipe, or beyond
// the file size limit, fails and does not kill guard.
//
// While the command runs its signals are the command's: Hold.Run passes them on,
// and none of them ends guard. What guard was started with ignored stays ignored.
type Hold struct {
	floor  chan os.Signal // nobody reads it: as long as it is there, no signal has its default
	cancel context.CancelCauseFunc

	mu    sync.Mutex
	first syscall.Signal
	turn  *turn // nil while the command has the signals
}

// turn is a time in which the signals are guard's own.
type turn struct {
	arrived chan os.Signal
	over    chan struct{}
}

// ends are the signals that end a program that does nothing about them, but for
// those that say that it has a bug.
func ends() []syscall.Signal {
	return []syscall.Signal{
		unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGTERM, unix.SIGUSR1, unix.SIGUSR2,
		unix.SIGALRM, unix.SIGVTALRM, unix.SIGXCPU, unix.SIGPWR, unix.SIGIO, unix.SIGSTKFLT,
	}
}

// Keep holds the process's signals from now on, to its end. The context is done,
// with a *guard.Interrupted as its cause, when the first one arrives.
func Keep(ctx context.Context) (context.Context, *Hold) {
	KeepIgnored()
	h := &Hold{floor: make(chan os.Signal, 1)}
	ctx, h.cancel = context.WithCancelCause(ctx)
	for _, number := range append(ends(), unix.SIGPIPE, unix.SIGXFSZ) {
		if !ignoredAtStart(number) {
			signal.Notify(h.floor, number)
		}
	}
	h.take()
	return ctx, h
}

// Signal is the one that guard must end by when all is written; 0: none came.
func (h *Hold) Signal() syscall.Signal {
	if h == nil {
		return 0
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.first
}

// EndsWithin lets a signal end guard after all if the returned function is not called
// within that time: a call that hangs in the kernel must not keep guard alive.
func (h *Hold) EndsWithin(ctx context.Context, patience time.Duration) (stop func()) {
	done := make(chan struct{})
	unhook := context.AfterFunc(ctx, func() {
		select {
		case <-done:
		case <-time.After(patience):
			Die(h.Signal())
		}
	})
	return func() {
		unhook()
		close(done)
	}
}

// take makes the signals guard's own.
func (h *Hold) take() {
	if h == nil || h.turn != nil {
		return
	}
	t := &turn{make(chan os.Signal, 16), make(chan struct{})}
	h.turn = t
	for _, number := range ends() {
		if !ignoredAtStart(number) {
			signal.Notify(t.arrived, number)
		}
	}
	go func() {
		defer close(t.over)
		for number := range t.arrived {
			h.arrived(number.(syscall.Signal))
		}
	}()
}

// pass leaves the signals to whoever has asked for them by now. What came before
// has been noted when it returns.
func (h *Hold) pass() {
	if h == nil || h.turn == nil {
		return
	}
	signal.Stop(h.turn.arrived)
	close(h.turn.arrived)
	<-h.turn.over
	h.turn = nil
}

func (h *Hold) arrived(number syscall.Signal) {
	h.mu.Lock()
	first := h.first == 0
	if first {
		h.first = number
	}
	h.mu.Unlock()
	if first {
		h.cancel(&guard.Interrupted{Signal: number})
	}
}
