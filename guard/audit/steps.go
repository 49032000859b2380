package audit

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strconv"
	"time"

	"blastguard/guard/history"
)

// Steps are the entries of a supervised run's steps, in the order in which they were
// recorded, however many: each is read when it is its turn. An error is the last.
func (r *Reader) Steps(ctx context.Context, run int64) iter.Seq2[history.Entry, error] {
	return func(yield func(history.Entry, error) bool) {
		query, values := search([]term{{termRun, strconv.FormatInt(run, 10)}}, time.Time{}, noBound)
		found, err := r.positions(ctx, query, values)
		if err != nil {
			yield(history.Entry{}, explain("list", r.path, err))
			return
		}
		// By number, for the clock may have been set back during the run.
		slices.SortFunc(found, func(a, b position) int { return cmp.Compare(a.entry, b.entry) })
		for _, at := range found {
			step, err := r.Get(ctx, at.entry)
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}
