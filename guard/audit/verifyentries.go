package audit

import (
	"context"
	"database/sql/driver"
	"runtime"
	"sync"

	"blastguard/guard"

	"golang.org/x/mod/sumdb/tlog"
)

// row is one entry as verify reads it.
type row struct {
	id      int64
	salt    []byte
	nodes   []byte
	body    string
	leaf    tlog.Hash
	about   about
	claims  []claimRow
	problem error
}

// batch is some rows in order; done is closed when they are hashed.
type batch struct {
	rows []row
	done chan struct{}
}

const batchRows = 256

// An entryHasher reads entries in one goroutine and hashes them in others.
type entryHasher struct {
	ordered chan *batch
	work    chan *batch
	tallies []*tally
	workers sync.WaitGroup
	err     error // of reading; valid after wait
}

func newEntryHasher(seeds seeds) *entryHasher {
	workers := max(runtime.GOMAXPROCS(0), 1)
	h := &entryHasher{ordered: make(chan *batch, 2*workers), work: make(chan *batch, 2*workers)}
	for range workers {
		t := newTally(seeds)
		h.tallies = append(h.tallies, t)
		h.workers.Go(func() {
			var buffer []byte
			for b := range h.work {
				for i := range b.rows {
					buffer = b.rows[i].examine(buffer, t)
				}
				close(b.done)
			}
		})
	}
	return h
}

// wait returns when nothing of it runs any more.
func (h *entryHasher) wait() {
	for range h.ordered {
		// The reader may be waiting to hand out a batch.
	}
	h.workers.Wait()
}

func (h *entryHasher) read(ctx context.Context, c *conn) {
	defer close(h.ordered)
	defer close(h.work)
	current := &batch{done: make(chan struct{})}
	h.err = c.each(ctx, func(values []driver.Value) error {
		current.rows = append(current.rows, row{id: asInt(values[0]), salt: asBytes(values[1]), nodes: asBytes(values[2]), body: asText(values[3])})
		if len(current.rows) == batchRows {
			h.hand(current)
			current = &batch{rows: make([]row, 0, batchRows), done: make(chan struct{})}
		}
		return ctx.Err()
	}, "SELECT id, salt, nodes, body FROM entries ORDER BY id")
	h.hand(current)
}

func (h *entryHasher) hand(b *batch) {
	h.work <- b
	h.ordered <- b
}

// examine hashes a row and reads what it is about.
func (r *row) examine(buffer []byte, t *tally) []byte {
	r.leaf, buffer = leafHash(buffer, r.salt, r.body)
	if r.about, r.problem = aboutOf(r.body); r.problem != nil {
		return buffer
	}
	at := r.about.At.UnixNano()
	for _, term := range r.about.terms() {
		t.put(term, at, r.id)
	}
	if r.about.Claims > 0 && r.about.Kind == string(guard.Accepted) {
		r.claims, r.problem = claimRowsOf(r.body)
	}
	r.body = ""
	return buffer
}
