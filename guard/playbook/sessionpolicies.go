package playbook

import (
	"sync"
	"sync/atomic"

	"blastguard/guard"
)

// sessionPolicies are those that decide in a guarded shell. A script is decided
// by one set from its first step to its last; a shell may be open for days, so
// each governed command is decided by the files as they are then.
type sessionPolicies struct {
	load  Loader
	info  atomic.Pointer[guard.PolicySet] // of the set that was loaded last; nil before
	names atomic.Pointer[func([]byte) bool]
	mu    sync.Mutex
	last  Policies
}

// open reads the policies again for each command. A command for which they cannot be
// read is refused, as a single command would be.
func (p *sessionPolicies) open() (Policies, error) {
	files, info, err := p.load.Open()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last != nil && files.IsAsRead(p.last) {
		return p.last, nil // with what is parsed of it already
	}
	if err := files.Keep(); err != nil {
		return nil, err
	}
	governed, err := files.Governed()
	if err != nil {
		return nil, err
	}
	names := governs(governed.Programs)
	p.names.Store(&names)
	p.info.Store(&info)
	p.last = files
	return files, nil
}

// hash is that of the files as they are now.
func (p *sessionPolicies) hash() string {
	if _, err := p.open(); err != nil {
		return "" // whoever asks could not load them either
	}
	return p.info.Load().Hash
}

// governs looks names up in the newest set; first are those of the start.
func (p *sessionPolicies) governs(first func([]byte) bool) func([]byte) bool {
	p.names.CompareAndSwap(nil, &first)
	return func(name []byte) bool { return (*p.names.Load())(name) }
}
