package audit

import (
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
		query, values := search([]term{{termRun, strconv.FormatInt(run, 10)}}, time.Time{}, time.Time{})
		newestFirst, err := r.ids(ctx, query, values)
		if err != nil {
			yield(history.Entry{}, explain("list", r.path, err))
			return
		}
		for _, id := range slices.Backward(newestFirst) {
			step, err := r.Get(ctx, id)
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}
