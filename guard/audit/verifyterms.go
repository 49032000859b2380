package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"

	"blastguard/guard"
)

// checkTerms compares every row of the search index with what the bodies say:
// the same rows, none more and none less. SQLite joins the rows of one term into a text,
// which is several times faster than to hand over each; what has to be read of the texts
// is read while it goes on.
func (v *verifier) checkTerms(ctx context.Context) error {
	r := newTermReader(v.seeds)
	err := v.reader.conn.each(ctx, func(row []driver.Value) error {
		rows := termRows{term{asText(row[0]), asText(row[1])}, asText(row[2]), asText(row[3])}
		// A text with a comma in it would be two numbers.
		if count := asInt(row[4]); asInt(row[5]) != count || int64(strings.Count(rows.at, ",")) != count-1 {
			return rows.unreadable()
		}
		r.hand(rows)
		return ctx.Err()
	}, "SELECT kind, value, group_concat(at), group_concat(entry), count(*), sum(typeof(at) = 'integer' AND typeof(entry) = 'integer') FROM terms GROUP BY kind, value")
	stored, problem := r.wait()
	switch {
	case err != nil:
		return damage(0, err)
	case problem != nil:
		return problem
	case v.words.equal(stored):
		return nil
	}
	for _, find := range []func(context.Context) error{v.missingTerm, v.foreignTerm} {
		if err := find(ctx); err != nil {
			return err
		}
	}
	return bad(0, "the search index does not match the entries")
}

// termRows are rows of one term: numbers with commas between them, in the same order.
type termRows struct {
	of          term
	at, entries string
}

func (rows termRows) unreadable() error {
	return bad(0, "the search index cannot be read: %s %q", guard.Printable(rows.of.kind), guard.Printable(rows.of.value))
}

// termPiece is about how much text of one term is read at once, in bytes: a word that every
// entry says has hundreds of megabytes in a large log.
const termPiece = 64 << 10

// A termReader reads the rows of terms in several goroutines.
type termReader struct {
	work    chan termRows
	workers sync.WaitGroup
	seeds   seeds

	mu      sync.Mutex
	all     *tally // of those that have ended
	problem error
}

func newTermReader(seeds seeds) *termReader {
	workers := max(runtime.GOMAXPROCS(0), 1)
	r := &termReader{work: make(chan termRows, 16*workers), seeds: seeds, all: newTally(seeds)}
	for range workers {
		r.workers.Go(r.read)
	}
	return r
}

// hand gives rows to the goroutine that is free next.
func (r *termReader) hand(rows termRows) {
	for len(rows.at) > termPiece {
		end := termPiece + strings.IndexByte(rows.at[termPiece:], ',')
		if end < termPiece {
			break
		}
		first := termRows{of: rows.of, at: rows.at[:end]}
		first.entries, rows.entries = cutAfter(rows.entries, 1+strings.Count(first.at, ","))
		rows.at = rows.at[end+1:]
		r.work <- first
	}
	r.work <- rows
}

// cutAfter cuts a list after its first elements.
func cutAfter(list string, elements int) (first, rest string) {
	end := 0
	for range elements {
		next := strings.IndexByte(list[end:], ',')
		if next < 0 {
			return list, ""
		}
		end += next + 1
	}
	return list[:end-1], list[end:]
}

func (r *termReader) read() {
	own := newTally(r.seeds)
	var problem error
	for rows := range r.work {
		if problem == nil && !rows.into(own) {
			problem = rows.unreadable()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all.add(own)
	if r.problem == nil {
		r.problem = problem
	}
}

// wait is the tally of all that was handed out, or why some could not be read.
func (r *termReader) wait() (*tally, error) {
	close(r.work)
	r.workers.Wait()
	return r.all, r.problem
}

// into adds the rows to a tally; false when they cannot be read.
func (rows termRows) into(t *tally) bool {
	for at, entries := rows.at, rows.entries; ; {
		oneAt, restAt, more := strings.Cut(at, ",")
		oneEntry, restEntries, moreEntries := strings.Cut(entries, ",")
		when, err := strconv.ParseInt(oneAt, 10, 64)
		entry, errEntry := strconv.ParseInt(oneEntry, 10, 64)
		if err != nil || errEntry != nil || more != moreEntries {
			return false
		}
		t.put(rows.of, when, entry)
		if !more {
			return true
		}
		at, entries = restAt, restEntries
	}
}

// missingTerm finds the first entry that the search index does not have in full.
func (v *verifier) missingTerm(ctx context.Context) error {
	for id := int64(1); id <= v.head.Size; id++ {
		a, err := readAbout(ctx, v.reader.conn, id)
		if err != nil {
			return damage(id, err)
		}
		for _, t := range a.terms() {
			_, err := v.reader.conn.one(ctx, "SELECT 1 FROM terms WHERE kind = ? AND value = ? AND at = ? AND entry = ?", t.kind, t.value, a.At.UnixNano(), id)
			if errors.Is(err, errNoRow) {
				return bad(id, "it cannot be found by %s %q: the search index was changed", t.kind, t.value)
			}
			if err != nil {
				return damage(id, err)
			}
		}
	}
	return nil
}

// foreignTerm finds a row of the search index that belongs to no entry.
func (v *verifier) foreignTerm(ctx context.Context) error {
	for last := []any{"", "", int64(0), int64(0)}; ; {
		row, err := v.reader.conn.one(ctx, "SELECT kind, value, at, entry FROM terms WHERE (kind, value, at, entry) > (?, ?, ?, ?) ORDER BY kind, value, at, entry LIMIT 1", last...)
		if errors.Is(err, errNoRow) {
			return nil
		}
		if err != nil {
			return damage(0, err)
		}
		of, at, entry := term{asText(row[0]), asText(row[1])}, asInt(row[2]), asInt(row[3])
		a, err := readAbout(ctx, v.reader.conn, entry)
		if err != nil || a.At.UnixNano() != at || !slices.Contains(a.terms(), of) {
			return bad(entry, "it is found by %s %q, which it does not contain: the search index was changed", guard.Printable(of.kind), guard.Printable(of.value))
		}
		last = []any{of.kind, of.value, at, entry}
	}
}
