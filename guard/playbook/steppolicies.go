package playbook

import (
	"errors"
	"sync"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// Policies are policy files as they were read at one moment.
type Policies interface {
	// Decides returns the set that decides these operations; it must not be used for
	// others. Without operations it returns the set of all policies.
	Decides([]guard.Operation) (*policy.Set, error)
	// Governed are the programs and the kinds of act that some policy governs.
	Governed() (Governed, error)
	// Keep holds what the files say, for as long as they are used.
	Keep() error
	// IsAsRead: the others were read from the same files, with the same settings.
	IsAsRead(Policies) bool
}

// Governed are the programs and the kinds of act that policies govern, sorted.
type Governed struct{ Programs, On []string }

// Loader loads the policies that decide here.
type Loader interface {
	// Open reads the files as they are now. After an error nothing may be decided.
	Open() (Policies, guard.PolicySet, error)
	// Indexed is what files of that hash govern, where it is known without reading
	// them.
	Indexed(hash string) (Governed, bool)
}

// stepPolicies are those that decide the steps of a run.
type stepPolicies interface {
	// open gives those that decide now.
	open() (Policies, error)
	// hash is that of those that decide now; "" when they cannot be loaded.
	hash() string
	// governs looks names up in those that decide now; first are those of the start.
	governs(first func([]byte) bool) func([]byte) bool
}

// startPolicies are the files as they were when the script was started. They are
// loaded when the first governed step is met, and must be the same files.
type startPolicies struct {
	first  string
	opened func() (Policies, error)
}

func policiesOfTheStart(load Loader, hash string) startPolicies {
	return startPolicies{hash, sync.OnceValues(func() (Policies, error) {
		files, info, err := load.Open()
		switch {
		case err != nil:
			return nil, err
		case info.Hash != hash:
			return nil, errors.New("the policies changed since the script was started")
		default:
			return files, files.Keep()
		}
	})}
}

func (p startPolicies) open() (Policies, error) { return p.opened() }

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
