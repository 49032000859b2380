package audit

import (
	"encoding/binary"
	"hash/maphash"
)

// seeds are of one verification: nobody who changed the log could know them.
type seeds [2]maphash.Seed

func newSeeds() seeds { return seeds{maphash.MakeSeed(), maphash.MakeSeed()} }

// A tally stands for a set of rows of the terms table, in any order: their number and
// two sums of their hashes, each of the whole row. Two different sets have the same
// tally with a chance of 2^-128.
type tally struct {
	seeds  seeds
	buffer []byte
	rows   uint64
	sums   [2]uint64
}

func newTally(s seeds) *tally { return &tally{seeds: s} }

// put adds a row. The lengths stand before the texts, so that no two rows are the same
// bytes.
func (t *tally) put(of term, at, entry int64) {
	b := binary.LittleEndian.AppendUint32(t.buffer[:0], uint32(len(of.kind)))
	b = append(append(b, of.kind...), of.value...)
	b = binary.LittleEndian.AppendUint64(b, uint64(at))
	b = binary.LittleEndian.AppendUint64(b, uint64(entry))
	t.buffer = b
	t.rows++
	for i, seed := range t.seeds {
		t.sums[i] += maphash.Bytes(seed, b)
	}
}

func (t *tally) add(other *tally) {
	t.rows += other.rows
	for i := range t.sums {
		t.sums[i] += other.sums[i]
	}
}

func (t *tally) equal(other *tally) bool { return t.rows == other.rows && t.sums == other.sums }
