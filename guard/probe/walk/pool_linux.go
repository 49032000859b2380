package walk

import (
	"runtime"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// pool are workers that live as long as there is something to do.
type pool struct {
	free    atomic.Int32 // workers that could be started
	handles atomic.Int32 // directories that may still be kept open
	mu      sync.Mutex
	queue   []task
}

func newPool() *pool {
	p := &pool{}
	p.handles.Store(spareDescriptors())
	p.free.Store(int32(min(runtime.GOMAXPROCS(0), maxWorkers)))
	return p
}

// spareDescriptors is how many may be used for directories that are kept open: few, where
// a process may have few.
func spareDescriptors() int32 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0
	}
	const others = 128 // of the workers, and of the rest of the program
	return int32(min(limit.Cur, maxHandles+others)) - others
}

// add queues tasks behind those that wait.
func (p *pool) add(tasks ...task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append(p.queue, tasks...)
	for range tasks {
		if p.free.Load() == 0 {
			return
		}
		p.free.Add(-1)
		go p.work()
	}
}

// hungry: a worker could begin with another directory at once.
func (p *pool) hungry() bool { return p.free.Load() > 0 }

func (p *pool) next() (task, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.free.Add(1)
		return task{}, false
	}
	first := p.queue[0]
	p.queue[0] = task{}
	p.queue = p.queue[1:]
	return first, true
}

var buffers = sync.Pool{New: func() any { return new([readSize]byte) }}

func (p *pool) work() {
	buffer := buffers.Get().(*[readSize]byte)
	defer buffers.Put(buffer)
	b := branch{pool: p, buffer: buffer[:]}
	for {
		task, ok := p.next()
		if !ok {
			return
		}
		b.run(task)
		if task.depth < shallow {
			p.add(task.tree.leveled()...)
		}
		task.tree.finished()
	}
}

// handle is a directory that stays open until all that wait in it were opened. Whoever
// renames one of those above it meanwhile changes nothing.
type handle struct {
	pool  *pool
	fd    int
	users atomic.Int32
}

// keep takes a directory for a handle with one user. False: too many are open.
func (p *pool) keep(fd int) (*handle, bool) {
	if p.handles.Add(-1) < 0 {
		p.handles.Add(1)
		return nil, false
	}
	h := &handle{pool: p, fd: fd}
	h.users.Store(1)
	return h, true
}

func (h *handle) release() {
	if h.users.Add(-1) == 0 {
		unix.Close(h.fd)
		h.pool.handles.Add(1)
	}
}
