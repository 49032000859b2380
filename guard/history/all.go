package history

import (
	"context"
	"iter"
)

// All ranges over the entries that fit the filter, the newest first, however many
// there are: it reads one list of f.Limit entries after the other, each when it is
// its turn. What is recorded meanwhile is left out; how an entry ended is told as it
// was when its list was read. An error is the last pair, with a zero Summary.
//
// Who reads several stores at once merges them by Summary.At, for numbers mean
// something in their own store only.
func All(ctx context.Context, store Store, f Filter) iter.Seq2[Summary, error] {
	return func(yield func(Summary, error) bool) {
		for {
			page, err := store.List(ctx, f)
			if err != nil {
				yield(Summary{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, s := range page {
				if !yield(s, nil) {
					return
				}
			}
			f.Before = page[len(page)-1].ID
		}
	}
}
