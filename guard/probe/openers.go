package probe

import (
	"fmt"

	"blastguard/guard"
)

// openers are the processes that have something of the roots in use.
type openers struct {
	found    []any // {pid, name, path}
	evidence []string
	err      error // nothing could be told
}

func (o openers) value() any {
	switch {
	case o.err != nil:
		return guard.Unmeasured{Reason: fmt.Sprintf("the processes could not be read: %v", o.err)}
	case len(o.found) > maxListed:
		return guard.Unmeasured{Reason: fmt.Sprintf("%d processes, too many to list", len(o.found))}
	case o.found == nil:
		return []any{}
	default:
		return o.found
	}
}
