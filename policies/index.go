package policies

import "slices"

// Index is what is known of the shipped files without parsing them.
type Index struct {
	// Programs are those that the files govern, On the kinds of operation without a
	// program ("truncate"), both sorted.
	Programs, On []string
	// Parts are the lines of policy.Part.
	Parts string
}

// FindIndex returns the index of exactly the shipped files, of which hash (source.Hash)
// is. It lets guard parse only what decides a command. A stale index is not found: that
// is slower, never wrong. The caller may change what it gets.
func FindIndex(hash string) (Index, bool) {
	if hash != indexHash {
		return Index{}, false
	}
	return Index{slices.Clone(indexPrograms()), slices.Clone(indexOn()), indexParts}, true
}
