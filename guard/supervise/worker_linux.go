//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// stuckAfter is how long the fast path may take for one call before another
	// thread goes on with the others: a file system that does not answer must stop
	// only its own users.
	stuckAfter = 500 * time.Millisecond
	// readPatience is how long guard waits at the end for what cannot be read. Then
	// it is refused.
	readPatience = 2 * time.Second
)

// worker is one thread that answers calls. since is 0 while it waits for the next
// call, and the time in nanoseconds at which the current one began. When that has
// lasted too long, a watchdog sets it to replaced. Whoever changes it first decides.
type worker struct {
	since atomic.Int64
	id    atomic.Uint64
}

const replaced = -1

func (w *worker) begin(id uint64) (since int64) {
	since = time.Now().UnixNano()
	w.id.Store(id)
	w.since.Store(since)
	return since
}

// finish says whether this thread goes on with the next call.
func (w *worker) finish(since int64) bool { return w.since.CompareAndSwap(since, 0) }

// replaceIfStuck replaces a worker that has taken too long, and says whether it did.
func (w *worker) replaceIfStuck() bool {
	since := w.since.Load()
	return since > 0 && time.Now().UnixNano()-since > int64(stuckAfter) && w.since.CompareAndSwap(since, replaced)
}

// answerAll answers every call until the end, with one thread at a time besides
// those that are stuck.
func (s *Supervisor) answerAll(ctx context.Context) {
	for {
		w := &worker{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.loop(ctx, w)
		}()
		if !untilStuck(w, done) {
			return
		}
		// The stuck thread still answers its own exec, when it can.
		s.held.add(w.id.Load())
		go func() {
			<-done
			s.held.remove(w.id.Load())
		}()
	}
}

func untilStuck(w *worker, done <-chan struct{}) bool {
	ticker := time.NewTicker(stuckAfter / 2)
	defer ticker.Stop()
	for {
		select {
		case <-done:
			return false
		case <-ticker.C:
			if w.replaceIfStuck() {
				return true
			}
		}
	}
}

// held are the calls that guard reads at this moment, outside of the fast path.
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
	for s.busy.Load() > 0 && (s.busy.Load() > s.reading.Load() || time.Since(begin) < readPatience) {
		time.Sleep(pause)
	}
	if s.listener < 0 {
		return
	}
	for _, id := range s.held.all() {
		s.listener.refuse(id)
	}
}
