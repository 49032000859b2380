package probe

import (
	"fmt"

	"blastguard/guard"
)

// maxListed bounds the mounts and the processes that are listed.
const maxListed = 1000

// mountsValue gives the mount points inside the roots, and the number of
// devices that the roots and they are on.
func mountsValue(roots []root, mounts map[string]uint64, borders []border, err error) (list, devices any) {
	if err != nil {
		unknown := guard.Unmeasured{Reason: fmt.Sprintf("the mount table could not be read: %v", err)}
		return unknown, unknown
	}
	seen := map[uint64]bool{}
	for _, r := range roots {
		seen[r.device()] = true
	}
	var paths []string
	for path, device := range mounts {
		paths, seen[device] = append(paths, path), true
	}
	for _, b := range borders {
		paths, seen[b.device] = append(paths, b.path), true
	}
	paths = sortedUnique(paths)
	if len(paths) > maxListed {
		return guard.Unmeasured{Reason: fmt.Sprintf("%d mount points, too many to list", len(paths))}, int64(len(seen))
	}
	return anyOf(paths), int64(len(seen))
}
