package main

import (
	"sync"
	"sync/atomic"

	"blastguard/guard"
)

// sessionPolicies are those that decide in a guarded shell. A script is decided
// by one set from its first step to its last; a shell may be open for days, so
// each governed command is decided by the files as they are then.
type sessionPolicies struct {
	info  atomic.Pointer[guard.PolicySet] // of the set that was loaded last; nil before
	names atomic.Pointer[func([]byte) bool]
	mu    sync.Mutex
	last  *library
}

// reopening reads the policies anew for each command. What they cannot be read for is
// refused, as it is in front of a single command.
func (s *sessionPolicies) reopening(open func() (*library, guard.PolicySet, error)) func() (*library, error) {
	return func() (*library, error) {
		files, info, err := open()
		if err != nil {
			return nil, err
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if files.isAsRead(s.last) {
			return s.last, nil // with what is parsed of it already
		}
		if err := files.keep(); err != nil {
			return nil, err
		}
		governed, err := files.governed()
		if err != nil {
			return nil, err
		}
		names := governs(governed.programs)
		s.names.Store(&names)
		s.info.Store(&info)
		s.last = files
		return files, nil
	}
}

// governs looks names up in the newest set; first are those of the start.
func (s *sessionPolicies) governs(first func([]byte) bool) func([]byte) bool {
	s.names.CompareAndSwap(nil, &first)
	return func(name []byte) bool { return (*s.names.Load())(name) }
}
