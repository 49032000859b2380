package history

import (
	"context"
	"iter"
)

// A Store is an audit log opened for reading: that of one host, or another one that
// holds the same kind of entries. Whoever opens it closes it; a Store never writes.
//
// Entries are numbered from 1 in the order in which they were recorded, and an
// entry never changes except for its ending. A list may skip numbers, because an
// outcome may be recorded under a number of its own. A number has a meaning only
// in its own Store.
//
// One goroutine uses a Store at a time. It may call any method while it ranges
// over what Steps returned.
//
// Every method ends early when its context is done; the error is then one of
// which errors.Is(err, ctx.Err()) is true. A log that cannot be read whole is an
// error, or an entry with Summary.Damaged, never a shorter answer.
type Store interface {
	// List returns the entries that fit the filter, the newest first: at most
	// Filter.Limit of them, as the log is at one moment. Higher numbers have later
	// times, unless the clock of the host was set back; then the order may be that
	// of the numbers or that of the times, but is the same for every list of the
	// same filter. With the number of a list's last entry as Filter.Before the next
	// list continues after it, without omitting or repeating any; an empty list is
	// the end. All does that.
	//
	// An outcome is not listed by itself: it is part of the entry that ended. An
	// entry that is not what was written is listed as Damaged where the store can
	// still know that it belongs to the list. An empty list is not an error.
	List(ctx context.Context, f Filter) ([]Summary, error)

	// Get returns one entry with everything that was recorded. The number of an
	// outcome stands for the entry that ended. ErrNoEntry when the log has none of
	// that number; another error when it is not what was written.
	Get(ctx context.Context, id int64) (Entry, error)

	// Steps returns the entries of a supervised run's steps in the order in which
	// they were recorded, those that the log has when the iteration begins. Each
	// is read when it is its turn, so that there may be any number of them. An
	// error is the last pair, with a zero Entry. Without steps, or without such a
	// run, there are no pairs.
	Steps(ctx context.Context, run int64) iter.Seq2[Entry, error]

	// Verify reads every entry and proves that none was changed, removed or rolled
	// back, as the log is at one moment. What is wrong with the log is in the
	// Verification; the error is for a log that could not be read at all.
	// progress, which may be nil, is called now and then, by the same goroutine,
	// with the number of entries that were checked and that of all.
	Verify(ctx context.Context, progress func(done, total int64)) (Verification, error)
}
