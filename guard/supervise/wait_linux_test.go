//go:build linux && (amd64 || arm64)

package supervise

import (
	"os"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// While the loop waits behind the back of Go's scheduler, the world can be stopped.
func TestAnUnseenWaitHoldsNobodyUp(t *testing.T) {
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	ready := []unix.PollFd{{Fd: int32(read.Fd()), Events: unix.POLLIN}}
	if unseen(ready, time.Millisecond) {
		t.Error("an empty pipe is ready")
	}
	var begun, over atomic.Bool
	done := make(chan bool)
	go func() {
		begun.Store(true)
		found := unseen(ready, time.Hour)
		over.Store(true)
		done <- found
	}()
	for !begun.Load() {
		runtime.Gosched()
	}
	for range 20 {
		runtime.GC()
	}
	if over.Load() {
		t.Error("the wait ended, although nothing was ready")
	}
	if _, err := write.Write([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if !<-done || ready[0].Revents&unix.POLLIN == 0 {
		t.Error("what was ready was not found")
	}
	if err := newWaiter().wait(ready, false); err != nil || ready[0].Revents&unix.POLLIN == 0 {
		t.Errorf("it is not found again: %v", err)
	}
}

// The end of what is waited for is told, and with one processor too.
func TestAWaitEnds(t *testing.T) {
	for _, test := range []struct {
		places int
		busy   bool
	}{{1, false}, {2, false}, {2, true}} {
		places, busy := test.places, test.busy
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		ready := []unix.PollFd{{Fd: int32(read.Fd()), Events: unix.POLLIN}}
		done := make(chan error)
		go func() { done <- waiter{places}.wait(ready, busy) }()
		write.Close()
		if err := <-done; err != nil || ready[0].Revents&unix.POLLHUP == 0 {
			t.Errorf("with %d: %v, %x", places, err, ready[0].Revents)
		}
		read.Close()
	}
}
