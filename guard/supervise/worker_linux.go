//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// stuckAfter is how long the first look at an exec may take before another
	// thread goes on with the others: a file system that does not answer must
	// stop nobody but its own users.
	stuckAfter = 500 * time.Millisecond
	// unread is how long guard waits at the end for what cannot be read. It is
	// refused then.
	unread = 2 * time.Second
)

// eye is one thread that looks at execs. Its deadline is in since: 0 while it waits
// for the next one, the time in nanoseconds while it looks, taken by a watchdog
// when that has lasted too long. Whoever changes it first decides.
type eye struct {
	since atomic.Int64
	id    atomic.Uint64
}

const replaced = -1

func (e *eye) opens(id uint64) (since int64) {
	since = time.Now().UnixNano()
	e.id.Store(id)
	e.since.Store(since)
	return since
}

// closes says whether this thread goes on with the next exec.
func (e *eye) closes(since int64) bool { return e.since.CompareAndSwap(since, 0) }

// isStuck replaces an eye that has looked too long.
func (e *eye) isStuck() bool {
	since := e.since.Load()
	return since > 0 && time.Now().UnixNano()-since > int64(stuckAfter) && e.since.CompareAndSwap(since, replaced)
}

// look answers for every exec until the end, with one thread at a time, but for
// those that are stuck.
func (s *Supervisor) look(ctx context.Context) {
	for {
		e := &eye{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.loop(ctx, e)
		}()
		if !untilStuck(e, done) {
			return
		}
		// The stuck thread still answers its own exec, when it can.
		s.held.add(e.id.Load())
		go func() {
			<-done
			s.held.remove(e.id.Load())
		}()
	}
}

func untilStuck(e *eye, done <-chan struct{}) bool {
	ticker := time.NewTicker(stuckAfter / 2)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return false
		case <-ticker.C:
			if e.isStuck() {
				return true
			}
		}
	}
}

// held are the execs that guard reads at this moment, outside of the first look.
type held struct {
	mu  sync.Mutex
	ids map[uint64]bool
}

func (h *held) add(id uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.ids == nil {
		h.ids = map[uint64]bool{}
	}
	h.ids[id] = true
}

func (h *held) remove(id uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.ids, id)
}

func (h *held) all() []uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	var ids []uint64
	for id := range h.ids {
		ids = append(ids, id)
	}
	return ids
}

// closeQuestions waits for all open questions. What is still being read after a
// while is refused: its file does not answer.
func (s *Supervisor) closeQuestions() {
	const pause = 10 * time.Millisecond
	begin := time.Now()
	for s.busy.Load() > 0 && (s.busy.Load() > s.reading.Load() || time.Since(begin) < unread) {
		time.Sleep(pause)
	}
	if s.listener < 0 {
		return
	}
	for _, id := range s.held.all() {
		s.listener.refuse(id)
	}
}
