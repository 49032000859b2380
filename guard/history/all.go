package history

import (
	"context"
	"iter"
)

// All ranges over all entries that match the filter, the newest first: it reads lists of
// f.Limit entries, each when it is needed. Entries recorded meanwhile are left out; the
// ending of an entry is the one it had when its list was read. An error is the last
// pair, with a zero Summary.
//
// To read several stores together, merge them by Summary.At: numbers have a meaning
// only in their own store.
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
