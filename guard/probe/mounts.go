package probe

import (
	"fmt"

	"blastguard/guard"
	"blastguard/guard/probe/walk"
)

// maxListed bounds the mounts and the processes that are listed.
const maxListed = 1000

// mountsValue gives the mount points inside the roots, and the number of
// devices that the roots and they are on.
func mountsValue(roots []root, mounts map[string]uint64, borders []walk.Border, err error) (list, devices any) {
	if err != nil {
		unknown := guard.Unmeasured{Reason: fmt.Sprintf("the mount table could not be read: %v", err)}
		return unknown, unknown
	}
	seen := map[uint64]bool{}
	for _, r := range roots {
		seen[r.device()] = true
	}
	var paths []string
	in := insideOf(roots)
	for path, device := range mounts {
		if in.strictly(path) {
			paths, seen[device] = append(paths, path), true
		}
	}
	for _, b := range borders {
		if !b.Mounted {
			paths, seen[b.Device] = append(paths, b.Path), true
		}
	}
	paths = sortedUnique(paths)
	if len(paths) > maxListed {
		return guard.Unmeasured{Reason: fmt.Sprintf("%d mount points, too many to list", len(paths))}, int64(len(seen))
	}
	return anyOf(paths), int64(len(seen))
}
