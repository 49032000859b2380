package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
)

// checkTerms compares every row that the log is searched by with what the bodies say:
// the same rows, none more and none less. SQLite joins the rows of one term into a text,
// which is several times faster than to hand over each.
func (v *verifier) checkTerms(ctx context.Context) error {
	stored := newTally(v.seeds)
	err := v.reader.conn.each(ctx, func(row []driver.Value) error {
		of, rows := term{asText(row[0]), asText(row[1])}, asText(row[2])
		for pair := range strings.SplitSeq(rows, ",") {
			at, entry, ok := readPair(pair)
			if !ok {
				return bad(0, "what the log is searched by cannot be read: %s %q", guard.Printable(of.kind), guard.Printable(of.value))
			}
			stored.put(of, at, entry)
		}
		return ctx.Err()
	}, "SELECT kind, value, group_concat(at || ' ' || entry) FROM terms GROUP BY kind, value")
	if err != nil {
		return damage(0, err)
	}
	if v.words.equal(stored) {
		return nil
	}
	for _, find := range []func(context.Context) error{v.missingTerm, v.foreignTerm} {
		if err := find(ctx); err != nil {
			return err
		}
	}
	return bad(0, "what the log is searched by is not what its entries say")
}

func readPair(text string) (at, entry int64, ok bool) {
	first, second, _ := strings.Cut(text, " ")
	at, err := strconv.ParseInt(first, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	entry, err = strconv.ParseInt(second, 10, 64)
	return at, entry, err == nil
}

// missingTerm finds the first entry that is not searched by what it says.
func (v *verifier) missingTerm(ctx context.Context) error {
	for id := int64(1); id <= v.head.Size; id++ {
		a, err := readAbout(ctx, v.reader.conn, id)
		if err != nil {
			return damage(id, err)
		}
		for _, t := range a.terms() {
			_, err := v.reader.conn.one(ctx, "SELECT 1 FROM terms WHERE kind = ? AND value = ? AND at = ? AND entry = ?", t.kind, t.value, a.At.UnixNano(), id)
			if errors.Is(err, errNoRow) {
				return bad(id, "it cannot be found by %s %q: what the log is searched by was changed", t.kind, t.value)
			}
			if err != nil {
				return damage(id, err)
			}
		}
	}
	return nil
}

// foreignTerm finds a row that no entry says.
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
			return bad(entry, "it is found by %s %q, which it does not say: what the log is searched by was changed", guard.Printable(of.kind), guard.Printable(of.value))
		}
		last = []any{of.kind, of.value, at, entry}
	}
}
