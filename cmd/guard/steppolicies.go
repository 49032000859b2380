package main

import (
	"errors"
	"sync"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// policyFiles are policy files as they were read at one moment.
type policyFiles interface {
	// decides is the set that decides operations, and must not be asked about others.
	// None means all: what has to be known of every policy.
	decides([]guard.Operation) (*policy.Set, error)
	// governed are the programs and the kinds of act that some policy governs.
	governed() (governed, error)
	// keep holds what the files say, for as long as they are used.
	keep() error
	// isAsRead: the others were read from the same files, with the same settings.
	isAsRead(policyFiles) bool
}

// policyLoader loads the policies that decide here.
type policyLoader interface {
	// open reads the files as they are now. With an error nothing may be decided.
	open() (policyFiles, guard.PolicySet, error)
	// indexed is what files of that hash govern, where it is known without reading
	// them.
	indexed(hash string) (governed, bool)
}

// stepPolicies are those that decide the steps of a run.
type stepPolicies interface {
	// open gives those that decide now.
	open() (policyFiles, error)
	// hash is that of those that decide now; "" when they cannot be loaded.
	hash() string
	// governs looks names up in those that decide now; first are those of the start.
	governs(first func([]byte) bool) func([]byte) bool
}

// startPolicies are the files as they were when the script was started. They are
// loaded when the first governed step is met, and must be the same files.
type startPolicies struct {
	first  string
	opened func() (policyFiles, error)
}

func policiesOfTheStart(load policyLoader, hash string) startPolicies {
	return startPolicies{hash, sync.OnceValues(func() (policyFiles, error) {
		files, info, err := load.open()
		switch {
		case err != nil:
			return nil, err
		case info.Hash != hash:
			return nil, errors.New("the policies changed since the script was started")
		default:
			return files, files.keep()
		}
	})}
}

func (p startPolicies) open() (policyFiles, error) { return p.opened() }

func (p startPolicies) hash() string { return p.first }

func (p startPolicies) governs(first func([]byte) bool) func([]byte) bool { return first }

// governs looks names up without allocating.
func governs(programs []string) func([]byte) bool {
	names := make(map[string]struct{}, len(programs))
	for _, program := range programs {
		names[program] = struct{}{}
	}
	return func(name []byte) bool {
		_, found := names[string(name)]
		return found
	}
}
