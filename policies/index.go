package policies

import "slices"

// Index returns the programs that the shipped policies govern, and the kinds of
// operation without a program ("truncate"), both sorted, when
// hash (source.Hash) is that of exactly these files. It lets guard skip parsing
// them for a command that none of them governs. A stale index answers false:
// that is slower, never wrong. The caller may change what it gets.
func Index(hash string) (programs, on []string, ok bool) {
	if hash != indexHash {
		return nil, nil, false
	}
	return slices.Clone(indexPrograms()), slices.Clone(indexOn()), true
}
