package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"

	"blastguard/guard"
	"blastguard/guard/history"

	"golang.org/x/mod/sumdb/tlog"
)

// Verify reads every entry, recomputes the hash tree, and compares it with what is
// stored, with the head and its copy, and with the search index. progress, which may
// be nil, is called every few thousand entries.
// What is wrong with the log is in the Verification; the error is for a log that
// could not be read at all.
func (r *Reader) Verify(ctx context.Context, progress func(done, total int64)) (history.Verification, error) {
	seeds := newSeeds()
	v := &verifier{reader: r, progress: progress, seeds: seeds, words: newTally(seeds)}
	if v.progress == nil {
		v.progress = func(int64, int64) {}
	}
	err := v.verify(ctx)
	if problem := (*problemError)(nil); errors.As(err, &problem) {
		v.result.Problem, err = &problem.Problem, nil
	}
	if err != nil {
		return history.Verification{}, explain("verify", r.path, err)
	}
	v.result.OK = v.result.Problem == nil
	return v.result, nil
}

// problemError ends a verification with its result.
type problemError struct{ history.Problem }

func (e *problemError) Error() string { return e.What }

func bad(entry int64, format string, args ...any) error {
	return &problemError{history.Problem{Entry: entry, What: fmt.Sprintf(format, args...)}}
}

// verifier is one verification under way.
type verifier struct {
	reader   *Reader
	progress func(done, total int64)
	result   history.Verification

	copied   head // the copy beside the database
	hasCopy  bool
	head     head // the row
	frontier []byte

	tree   frontier // so far
	open   map[int64]bool
	claims map[int64][]claimRow
	seeds  seeds
	words  *tally // of what the bodies say that the log is searched by
}

func (v *verifier) verify(ctx context.Context) error {
	// The copy first: entries that are written after it only make the log longer.
	if err := v.readCopy(); err != nil {
		return err
	}
	return v.reader.snapshot(ctx, func() error {
		for _, step := range []func(context.Context) error{v.readHead, v.checkEntries, v.checkHead, v.checkTerms, v.checkClaims} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		return nil
	})
}

func (v *verifier) readCopy() error {
	copied, ok, err := readHead(v.reader.path)
	if err != nil {
		v.note("the copy of the head cannot be read: %v", err)
		return nil
	}
	if !ok {
		v.note("the copy of the head is missing or torn: entries that were cut off at the end would not be noticed")
	}
	v.copied, v.hasCopy = copied, ok
	return nil
}

func (v *verifier) note(format string, args ...any) {
	v.result.Notes = append(v.result.Notes, fmt.Sprintf(format, args...))
}

func (v *verifier) readHead(ctx context.Context) error {
	v.open, v.claims = map[int64]bool{}, map[int64][]claimRow{}
	row, err := v.reader.conn.one(ctx, "SELECT size, root, frontier FROM head WHERE one = 1")
	if errors.Is(err, errNoRow) {
		return bad(0, "the head is missing")
	}
	if err != nil {
		return damage(0, err)
	}
	v.head.Size, v.frontier = asInt(row[0]), slices.Clone(asBytes(row[2]))
	root := asBytes(row[1])
	if len(root) != tlog.HashSize {
		return bad(0, "the root in the head has %d bytes, a hash has %d", len(root), tlog.HashSize)
	}
	copy(v.head.Root[:], root)
	v.result.Entries, v.result.Root = v.head.Size, fmt.Sprintf("%x", root)
	return nil
}

// damage is a problem when SQLite finds the file damaged, and the error itself
// otherwise.
func damage(entry int64, err error) error {
	if isDamage(err) {
		return bad(entry, "cannot be read: %v", err)
	}
	return err
}

// checkEntries reads all entries. Reading, hashing and comparing go on side by
// side, in batches that stay in order.
func (v *verifier) checkEntries(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	h := newEntryHasher(v.seeds)
	go h.read(ctx, v.reader.conn)
	defer h.wait()
	defer cancel()
	for b := range h.ordered {
		<-b.done
		for i := range b.rows {
			if err := v.checkEntry(&b.rows[i]); err != nil {
				return err
			}
		}
		v.progress(v.result.Checked, v.head.Size)
	}
	h.wait()
	for _, tally := range h.tallies {
		v.words.add(tally)
	}
	if h.err != nil {
		return damage(v.result.Checked+1, h.err)
	}
	return ctx.Err()
}

// checkEntry compares one entry with what must stand at its place.
func (v *verifier) checkEntry(r *row) error {
	expected := v.result.Checked + 1
	switch {
	case r.id != expected:
		return bad(expected, "missing: entry %d follows entry %d", r.id, expected-1)
	case expected > v.head.Size:
		return bad(r.id, "the head ends at entry %d, before this one", v.head.Size)
	case len(r.salt) != saltLength:
		return bad(r.id, "changed: its salt has %d bytes, not %d", len(r.salt), saltLength)
	case len(r.nodes) < tlog.HashSize || string(r.leaf[:]) != string(r.nodes[:tlog.HashSize]):
		return bad(r.id, "changed: its body and salt are not what was written")
	case r.problem != nil:
		return bad(r.id, "changed: %v", r.problem)
	case r.about.ID != r.id:
		return bad(r.id, "swapped: this was written as entry %d", r.about.ID)
	}
	next, nodes := v.tree.add(expected-1, r.leaf)
	if string(join(nodes)) != string(r.nodes) {
		return bad(r.id, "changed: its hashes do not continue those before; it, or one of the %d entries before it", 1<<(len(nodes)-1)-1)
	}
	v.tree = next
	v.result.Checked = expected
	if v.hasCopy && v.copied.Size == expected && v.copied.Root != v.tree.root() {
		return bad(expected, "changed: the copy of the head was made of another history up to this entry")
	}
	return v.follow(r)
}

// follow keeps what later entries and the claims refer to.
func (v *verifier) follow(r *row) error {
	switch {
	case r.about.Kind == string(guard.Accepted):
		v.open[r.id] = true
		if len(r.claims) > 0 {
			v.claims[r.id] = r.claims
		}
	case r.about.Kind == kindExit:
		if !v.open[r.about.Of] {
			return bad(r.id, "it is an outcome of entry %d, which can have none", r.about.Of)
		}
		delete(v.open, r.about.Of)
		for i := range v.claims[r.about.Of] {
			v.claims[r.about.Of][i].end(r.about)
		}
	}
	return nil
}

func (v *verifier) checkHead(context.Context) error {
	v.result.Unfinished = int64(len(v.open))
	switch {
	case v.result.Checked < v.head.Size:
		return bad(v.result.Checked+1, "missing: the log ends at entry %d, but its head counts %d", v.result.Checked, v.head.Size)
	case v.tree.root() != v.head.Root:
		return bad(0, "the root in the head is not that of the entries")
	case string(v.frontier) != string(join(v.tree)):
		return bad(0, "the frontier in the head is not that of the entries")
	case v.hasCopy && v.copied.Size > v.head.Size:
		return bad(v.head.Size+1, "rolled back: the log ends at entry %d but had reached %d", v.head.Size, v.copied.Size)
	}
	return nil
}

// checkClaims compares the claims with what the bodies say.
func (v *verifier) checkClaims(ctx context.Context) error {
	seen := map[int64]int{}
	err := v.reader.conn.each(ctx, func(row []driver.Value) error {
		stored := claimRowOf(row)
		want := v.claims[stored.entry]
		if stored.nr < 0 || stored.nr >= int64(len(want)) || want[stored.nr] != stored {
			return bad(stored.entry, "its claim on %s %s does not match its decision", guard.Printable(stored.policy), guard.Printable(stored.key))
		}
		seen[stored.entry]++
		return nil
	}, claimColumns)
	if err != nil {
		return damage(0, err)
	}
	for entry, rows := range v.claims {
		if seen[entry] != len(rows) {
			return bad(entry, "a claim of its decision is missing")
		}
	}
	return nil
}
