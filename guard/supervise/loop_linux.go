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

// loop answers one exec after the other. Whatever takes longer is left to a
// goroutine.
func (s *Supervisor) loop(ctx context.Context, e *eye) {
	g := &glance{governs: s.config.Governs, privileged: s.privileged, uid: uint32(os.Geteuid())}
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
			since := e.opens(n.id)
			s.trapped(ctx, g, &n)
			if !e.closes(since) {
				return // another goes on
			}
			if since-yielded > int64(yieldAfter) {
				yielded = since
				runtime.Gosched()
			}
		case ready[0].Revents != 0:
			return // nobody with the filter is left
		}
	}
}

// trapped answers one exec, or has it looked at.
func (s *Supervisor) trapped(ctx context.Context, g *glance, n *notification) {
	s.traps.Add(1)
	if k := s.calls.of(n); k != execCall && k != execAtCall {
		s.acted(ctx, g, n, k)
		return
	}
	switch g.look(n) {
	case pass:
		if s.listener.allow(n.id) {
			s.ungoverned.Add(1)
		}
	case absent:
		s.listener.allow(n.id)
	case gone:
	case asks:
		copied := *n
		s.aside(func() { s.answerCall(&copied) })
	default:
		copied := *n
		s.aside(func() { s.question(ctx, &copied) })
	}
}

// aside leaves to a goroutine what takes longer than a first look.
func (s *Supervisor) aside(question func()) {
	s.busy.Add(1)
	go func() {
		defer s.busy.Add(-1)
		question()
	}()
}

// acted answers an act, or has it looked at.
func (s *Supervisor) acted(ctx context.Context, g *glance, n *notification, k kind) {
	switch g.act(s.listener, n, k) {
	case pass:
		s.listener.allow(n.id)
	case gone:
	default:
		copied := *n
		s.aside(func() { s.actQuestion(ctx, &copied, k) })
	}
}
