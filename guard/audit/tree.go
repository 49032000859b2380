package audit

import (
	"crypto/sha256"
	"errors"

	"golang.org/x/mod/sumdb/tlog"
)

// A frontier is the roots of the complete subtrees of a tree, the largest
// first: all that is needed to append, one hash for each bit set in the size.
type frontier []tlog.Hash

// add appends a leaf to a tree of the given size. nodes are the leaf and the
// subtrees that it completes, smallest first: they are stored with the entry.
func (f frontier) add(size int64, leaf tlog.Hash) (next frontier, nodes []tlog.Hash) {
	next = append(make(frontier, 0, len(f)+1), f...)
	nodes = append(nodes, leaf)
	node := leaf
	for ; size&1 == 1; size >>= 1 {
		last := len(next) - 1
		node = tlog.NodeHash(next[last], node)
		next = next[:last]
		nodes = append(nodes, node)
	}
	return append(next, node), nodes
}

// root is the hash of the whole tree.
func (f frontier) root() tlog.Hash {
	if len(f) == 0 {
		return sha256.Sum256(nil)
	}
	root := f[len(f)-1]
	for i := len(f) - 2; i >= 0; i-- {
		root = tlog.NodeHash(f[i], root)
	}
	return root
}

func join(hashes []tlog.Hash) []byte {
	joined := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, hash := range hashes {
		joined = append(joined, hash[:]...)
	}
	return joined
}

func split(joined []byte) ([]tlog.Hash, error) {
	if len(joined)%tlog.HashSize != 0 {
		return nil, errors.New("not a list of hashes")
	}
	hashes := make([]tlog.Hash, len(joined)/tlog.HashSize)
	for i := range hashes {
		copy(hashes[i][:], joined[i*tlog.HashSize:])
	}
	return hashes, nil
}

// leafHash is the hash of an entry's leaf, tlog.RecordHash(salt ‖ body). buffer
// is reused and returned.
func leafHash(buffer []byte, salt []byte, body string) (tlog.Hash, []byte) {
	buffer = append(append(append(buffer[:0], 0), salt...), body...)
	return sha256.Sum256(buffer), buffer
}
