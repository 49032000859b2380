//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// yieldAfter is how often the loop lets Go's scheduler count a turn. Go 1.26 takes
// a goroutine that has not been scheduled for 10 ms for one that is stuck in its
// system call: from then on its monitor wakes twice for each exec, on the
// processors of the command, and takes the loop's place away each time.
const yieldAfter = 4 * time.Millisecond

// loop answers one call after the other. Whatever takes longer is left to a
// goroutine.
func (s *Supervisor) loop(ctx context.Context, w *worker) {
	fp := &fastPath{governs: s.config.Governs, privileged: s.privileged, uid: uint32(os.Geteuid())}
	var n notification
	var yielded int64
	wait := newWaiter()
	ready := []unix.PollFd{{Fd: int32(s.listener), Events: unix.POLLIN}, {Fd: int32(s.wake), Events: unix.POLLIN}}
	for {
		ready[0].Revents, ready[1].Revents = 0, 0
		if wait.wait(ready, s.busy.Load() > 0) != nil {
			return
		}
		switch {
		case ready[1].Revents != 0:
			return
		case ready[0].Revents&unix.POLLIN != 0:
			if s.listener.receive(&n) != nil {
				continue
			}
			since := w.begin(n.id)
			s.trapped(ctx, fp, &n)
			if !w.finish(since) {
				return // another thread has taken over
			}
			if since-yielded > int64(yieldAfter) {
				yielded = since
				runtime.Gosched()
			}
		case ready[0].Revents != 0:
			return // no process with the filter is left
		}
	}
}

// trapped answers one exec, or has it decided in the background.
func (s *Supervisor) trapped(ctx context.Context, fp *fastPath, n *notification) {
	s.traps.Add(1)
	if k := s.calls.of(n); k != execCall && k != execAtCall {
		s.acted(ctx, fp, n, k)
		return
	}
	switch fp.classify(n) {
	case pass:
		if s.listener.allow(n.id) {
			s.ungoverned.Add(1)
		}
	case absent:
		s.listener.allow(n.id)
	case gone:
	case asks:
		copied := *n
		s.inBackground(func() { s.answerCall(&copied) })
	default:
		copied := *n
		s.inBackground(func() { s.question(ctx, &copied) })
	}
}

// inBackground leaves to a goroutine what takes longer than the fast path.
func (s *Supervisor) inBackground(question func()) {
	s.busy.Add(1)
	go func() {
		defer s.busy.Add(-1)
		question()
	}()
}

// acted answers a call other than an exec, or has it decided in the background.
func (s *Supervisor) acted(ctx context.Context, fp *fastPath, n *notification, k kind) {
	switch fp.classifyAct(s.listener, n, k) {
	case pass:
		s.listener.allow(n.id)
	case gone:
	default:
		copied := *n
		s.inBackground(func() { s.actQuestion(ctx, &copied, k) })
	}
}
