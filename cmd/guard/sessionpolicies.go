package main

import (
	"sync/atomic"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// sessionPolicies are those that decide in a guarded shell. A script is decided
// by one set from its first step to its last; a shell may be open for days, so
// each governed command is decided by the files as they are then.
type sessionPolicies struct {
	info  atomic.Pointer[guard.PolicySet] // of the set that was loaded last; nil before
	names atomic.Pointer[func([]byte) bool]
}

// reloading loads the policies anew for each command. What they cannot be read
// for is refused, as it is in front of a single command.
func (s *sessionPolicies) reloading(load func() (*policy.Set, guard.PolicySet, error)) func() (*policy.Set, error) {
	return func() (*policy.Set, error) {
		set, info, err := load()
		if err != nil {
			return set, err
		}
		names := governs(set.Programs())
		s.names.Store(&names)
		s.info.Store(&info)
		return set, nil
	}
}

// governs looks names up in the newest set; first are those of the start.
func (s *sessionPolicies) governs(first func([]byte) bool) func([]byte) bool {
	s.names.CompareAndSwap(nil, &first)
	return func(name []byte) bool { return (*s.names.Load())(name) }
}
