package audit

import (
	"cmp"
	"context"
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"time"

	"blastguard/guard"
)

// Query answers a fact about the past, as plain values. kind is
//   - "history", with program, policy, target, key (texts, absent: any) and
//     window (seconds, absent: for ever): {count, last, sum} of the commands
//     that were accepted, except those known not to have started. last is a time,
//     nil when there is none; sum are the units they claimed.
//   - "claims", with kind ("floor", "budget"; absent: floor when settle is
//     given), policy, block, key, window and settle (seconds): {units, held (the
//     same number), holders}: what a claim of that kind would find taken.
//
// An argument it does not know is an error.
func (l *Log) Query(ctx context.Context, kind string, args map[string]any) (any, error) {
	var answer any
	var err error
	switch kind {
	case "history":
		answer, err = l.queryHistory(ctx, args)
	case "claims":
		answer, err = l.queryClaims(ctx, args)
	default:
		err = fmt.Errorf("it has no answers about %q", kind)
	}
	if err != nil {
		return nil, explain("ask", l.config.Path, err)
	}
	return answer, nil
}

func (l *Log) queryClaims(ctx context.Context, args map[string]any) (any, error) {
	q := question{args: args}
	claim := guard.Claim{
		Kind: guard.ClaimKind(q.text("kind")), Policy: q.text("policy"), Block: q.text("block"), Key: q.text("key"),
		Window: q.seconds("window"), Settle: q.seconds("settle"),
	}
	if claim.Kind == "" {
		claim.Kind = guard.BudgetClaim
		if claim.Window == 0 {
			claim.Kind = guard.FloorClaim
		}
	}
	if err := q.done(); err != nil {
		return nil, err
	}
	taken, err := held(ctx, l.conn, claim, l.config.Now())
	if err != nil {
		return nil, err
	}
	holders := make([]any, len(taken.holders))
	for i, holder := range taken.holders {
		holders[i] = holder
	}
	return map[string]any{"units": taken.units, "held": taken.units, "holders": holders}, nil
}

func (l *Log) queryHistory(ctx context.Context, args map[string]any) (any, error) {
	q := question{args: args}
	terms := []term{{termVerdict, string(guard.Accepted)}}
	for _, kind := range []string{termProgram, termPolicy, termTarget} {
		if value := q.text(kind); value != "" {
			terms = append(terms, term{kind, value})
		}
	}
	policy, key, window := q.text("policy"), q.text("key"), q.seconds("window")
	if err := q.done(); err != nil {
		return nil, err
	}
	since := time.Unix(0, 0)
	if window > 0 {
		since = l.config.Now().Add(-window)
	}
	if err := l.fits(ctx, terms, since); err != nil {
		return nil, err
	}
	return l.history(ctx, terms, since, policy, key)
}

// maxCompared is how many entries one question about the past is compared with.
const maxCompared = 200

// fits compares what the newest entries say with what is found by these terms, so that
// a question does not see less because somebody changed the search index.
// Older entries are left to Verify.
func (l *Log) fits(ctx context.Context, terms []term, since time.Time) error {
	now, _, err := readTree(ctx, l.conn)
	if err != nil {
		return err
	}
	r := &Reader{conn: l.conn, path: l.config.Path}
	lowest := max(now.Size-maxCompared, 0) + 1
	query, values := search(terms, since, noBound)
	found := map[int64]int64{} // entry to its time
	err = l.conn.each(ctx, func(row []driver.Value) error {
		found[asInt(row[0])] = asInt(row[1])
		return nil
	}, "SELECT entry, at FROM ("+query+") WHERE entry >= ?", append(values, lowest)...)
	if err != nil {
		return err
	}
	for id := now.Size; id >= lowest; id-- {
		a, err := r.aboutOrDamage(ctx, id)
		if err != nil {
			return err
		}
		damaged, err := r.damage(ctx, id)
		if err != nil {
			return err
		}
		own := a.terms()
		says := !a.At.Before(since) && !slices.ContainsFunc(terms, func(t term) bool { return !slices.Contains(own, t) })
		at, isFound := found[id]
		switch {
		case damaged != "":
			return fmt.Errorf("entry %d: %s: see guard history verify", id, damaged)
		case says != isFound || says && at != a.At.UnixNano():
			return fmt.Errorf("entry %d does not match the search index of the log: the index was changed: see guard history verify", id)
		}
	}
	return nil
}

func (l *Log) history(ctx context.Context, terms []term, since time.Time, policy, key string) (any, error) {
	query, values := search(terms, since, noBound)
	// An entry counts unless its exit says that it did not start.
	query = "WITH found AS (" + query + `), exits AS (
		SELECT found.entry AS entry, found.at AS at, (SELECT t.entry FROM terms t WHERE t.kind = 'of' AND t.value = CAST(found.entry AS TEXT)) AS exit FROM found
	), ran AS (
		SELECT entry, at FROM exits WHERE exit IS NULL OR coalesce((SELECT body ->> '$.about.started' FROM entries WHERE id = exit), 0)
	) SELECT count(*), max(at), (
		SELECT total(units) FROM (
			SELECT max(units) AS units FROM claims WHERE entry IN (SELECT entry FROM ran) AND (? = '' OR policy = ?) AND (? = '' OR key = ?)
			GROUP BY entry, policy, block, key))
	FROM ran`
	row, err := l.conn.one(ctx, query, append(values, policy, policy, key, key)...)
	if err != nil {
		return nil, err
	}
	answer := map[string]any{"count": asInt(row[0]), "last": nil, "sum": asFloat(row[2])}
	if row[1] != nil {
		answer["last"] = time.Unix(0, asInt(row[1])).UTC()
	}
	return answer, nil
}

// position is the place of an entry in the terms table, and in a list that is
// searched: by time, then by number.
type position struct{ at, entry int64 }

// noBound has all entries below it.
var noBound = position{math.MaxInt64, math.MaxInt64}

// compare orders positions from the oldest to the newest.
func (p position) compare(q position) int {
	return cmp.Or(cmp.Compare(p.at, q.at), cmp.Compare(p.entry, q.entry))
}

// search is the query for the entries that have all terms, the newest first: rows
// of (entry, at). A zero since is no bound; below is the position that all of them
// are older than.
func search(terms []term, since time.Time, below position) (string, []any) {
	first := terms[0]
	query := "SELECT t0.entry AS entry, t0.at AS at FROM terms t0 WHERE t0.kind = ? AND t0.value = ?"
	values := []any{first.kind, first.value}
	if !since.IsZero() {
		query += " AND t0.at >= ?"
		values = append(values, since.UnixNano())
	}
	if below != noBound {
		query += " AND (t0.at, t0.entry) < (?, ?)"
		values = append(values, below.at, below.entry)
	}
	for _, t := range terms[1:] {
		query += " AND EXISTS (SELECT 1 FROM terms t WHERE t.kind = ? AND t.value = ? AND t.at = t0.at AND t.entry = t0.entry)"
		values = append(values, t.kind, t.value)
	}
	return query + " ORDER BY t0.at DESC, t0.entry DESC", values
}

// question reads the arguments of a query, each once.
type question struct {
	args map[string]any
	used map[string]bool
	err  error
}

func (q *question) take(name string) any {
	if q.used == nil {
		q.used = map[string]bool{}
	}
	q.used[name] = true
	return q.args[name]
}

func (q *question) text(name string) string {
	switch v := q.take(name).(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		q.err = fmt.Errorf("%s: want a string, not %v", name, v)
		return ""
	}
}

func (q *question) seconds(name string) time.Duration {
	var seconds float64
	switch v := q.take(name).(type) {
	case nil:
		return 0
	case int64:
		seconds = float64(v)
	case int:
		seconds = float64(v)
	case float64:
		seconds = v
	default:
		q.err = fmt.Errorf("%s: want seconds, not %v", name, v)
	}
	if !(seconds >= 0) {
		q.err = fmt.Errorf("%s: want a positive number of seconds", name)
		return 0
	}
	const century = 100 * 366 * 24 * 3600
	return time.Duration(min(seconds, century) * float64(time.Second))
}

func (q *question) done() error {
	for name := range q.args {
		if !q.used[name] {
			return fmt.Errorf("it does not know %q", name)
		}
	}
	return q.err
}

// exitOf is the exit of an entry, 0 when it has none.
func exitOf(ctx context.Context, c *conn, id int64) (int64, error) {
	var exit int64
	err := c.each(ctx, func(row []driver.Value) error {
		exit = asInt(row[0])
		return nil
	}, "SELECT entry FROM terms WHERE kind = ? AND value = ? LIMIT 1", termOf, fmt.Sprint(id))
	return exit, err
}
