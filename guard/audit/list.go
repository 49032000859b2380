package audit

import (
	"context"
	"database/sql/driver"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard/history"
)

// maxSpellings bounds the words that the last, unfinished word of Filter.Text
// may stand for.
const maxSpellings = 64

// List returns intents with how they ended, the newest first. Exits are not
// listed by themselves. An entry that is not what was written is listed as Damaged.
func (r *Reader) List(ctx context.Context, f history.Filter) ([]history.Summary, error) {
	if f.Limit <= 0 {
		f.Limit = history.DefaultLimit
	}
	var found []history.Summary
	err := r.snapshot(ctx, func() error {
		abouts, err := r.find(ctx, f)
		for _, a := range abouts {
			s, err := r.summary(ctx, a)
			if err != nil {
				return err
			}
			found = append(found, s)
		}
		return err
	})
	if err != nil {
		return nil, explain("list", r.path, err)
	}
	return found, nil
}

func (r *Reader) find(ctx context.Context, f history.Filter) ([]about, error) {
	if wantsAll(f) {
		return r.newest(ctx, f)
	}
	alternatives, err := r.alternatives(ctx, f)
	if err != nil {
		return nil, err
	}
	below, err := r.below(ctx, &f)
	if err != nil {
		return nil, err
	}
	var all []placed
	for _, terms := range alternatives {
		found, err := r.findAll(ctx, terms, f, below)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, func(a, b placed) int { return b.compare(a.position) })
	all = slices.CompactFunc(all, func(a, b placed) bool { return a.entry == b.entry })
	var abouts []about
	for _, p := range all[:min(len(all), f.Limit)] {
		abouts = append(abouts, p.about)
	}
	return abouts, nil
}

// placed is an about with its position, which a damaged entry's own about does not say.
type placed struct {
	about
	position
}

// below is the position that all entries of a list are older than. It takes the place
// of f.Before unless that entry is not what was written: then its number must do,
// which is the same where the clock was never set back.
func (r *Reader) below(ctx context.Context, f *history.Filter) (position, error) {
	bound := noBound
	if !f.Until.IsZero() {
		bound = position{f.Until.UnixNano(), math.MinInt64}
	}
	if f.Before <= 0 {
		return bound, nil
	}
	damaged, err := r.damage(ctx, f.Before)
	if err != nil || damaged != "" {
		return bound, err
	}
	a, err := readAbout(ctx, r.conn, f.Before)
	if err != nil {
		return bound, err
	}
	if last := (position{a.At.UnixNano(), f.Before}); last.compare(bound) < 0 {
		bound = last
	}
	f.Before = 0
	return bound, nil
}

// wantsAll: every entry is wanted.
func wantsAll(f history.Filter) bool {
	return len(termsOf(f)) == 0 && f.Text == "" && f.Since.IsZero() && f.Until.IsZero()
}

// newest goes from entry to entry, so that a changed search index cannot hide any.
func (r *Reader) newest(ctx context.Context, f history.Filter) ([]about, error) {
	row, err := r.conn.one(ctx, "SELECT max(coalesce((SELECT size FROM head), 0), coalesce((SELECT max(id) FROM entries), 0))")
	if err != nil {
		return nil, err
	}
	id := asInt(row[0])
	if f.Before > 0 {
		id = min(id, f.Before-1)
	}
	var found []about
	for gone := 0; id > 0 && len(found) < f.Limit && gone < maxGone; id-- {
		a, err := r.aboutOrDamage(ctx, id)
		switch {
		case err != nil:
			return nil, err
		case a.Kind == kindExit:
			continue
		case a.Kind == entryMissing:
			gone++
		}
		found = append(found, a)
	}
	return found, nil
}

// maxGone is after how many missing entries a list has said enough.
const maxGone = 1000

// aboutOrDamage is an about of which only the number counts when the entry is gone or
// cannot be read; its Kind then says so.
func (r *Reader) aboutOrDamage(ctx context.Context, id int64) (about, error) {
	a, err := readAbout(ctx, r.conn, id)
	switch {
	case errors.Is(err, errNoRow):
		return about{ID: id, Kind: entryMissing}, nil
	case errors.Is(err, errDamaged):
		return about{ID: id, Kind: entryChanged}, nil
	case err != nil:
		return about{}, err
	case a.ID != id || a.Kind == kindExit:
		damaged, err := r.damage(ctx, id)
		if damaged != "" {
			a = about{ID: id, At: a.At, Kind: damaged}
		}
		return a, err
	}
	return a, nil
}

// alternatives are lists of terms; an entry is found that has all of one list.
func (r *Reader) alternatives(ctx context.Context, f history.Filter) ([][]term, error) {
	terms := termsOf(f)
	words := wordsOf(f.Text)
	if len(words) == 0 {
		return [][]term{terms}, nil
	}
	last := len(words) - 1
	for _, word := range words[:last] {
		terms = append(terms, term{termWord, word})
	}
	spellings, err := r.spellings(ctx, words[last])
	var all [][]term
	for _, word := range spellings {
		all = append(all, append(slices.Clone(terms), term{termWord, word}))
	}
	return all, err
}

// spellings are the recorded words that begin with a prefix.
func (r *Reader) spellings(ctx context.Context, prefix string) ([]string, error) {
	var words []string
	next, comparison := prefix, ">="
	for len(words) < maxSpellings {
		row, err := r.conn.one(ctx, "SELECT value FROM terms WHERE kind = 'word' AND value "+comparison+" ? ORDER BY value LIMIT 1", next)
		if err == errNoRow {
			break
		}
		if err != nil {
			return nil, err
		}
		if next = asText(row[0]); !strings.HasPrefix(next, prefix) {
			break
		}
		words, comparison = append(words, next), ">"
	}
	return words, nil
}

func termsOf(f history.Filter) []term {
	var terms []term
	for _, t := range []term{{termVerdict, f.Verdict}, {termProgram, f.Program}, {termPolicy, f.Policy}, {termTarget, f.Target}} {
		if t.value != "" {
			terms = append(terms, t)
		}
	}
	if f.Run != 0 {
		terms = append(terms, term{termRun, strconv.FormatInt(f.Run, 10)})
	}
	switch {
	case f.User == "":
	case strings.Trim(f.User, "0123456789") == "":
		terms = append(terms, term{termUID, f.User})
	default:
		terms = append(terms, term{termUser, f.User})
	}
	return terms
}

// findAll reads the entries below a position that have all terms, page by page, until
// enough are found.
func (r *Reader) findAll(ctx context.Context, terms []term, f history.Filter, below position) ([]placed, error) {
	if len(terms) == 0 {
		terms = []term{{termDecision, ""}}
	}
	terms, err := r.rarestFirst(ctx, terms)
	if err != nil {
		return nil, err
	}
	const page = 256
	var found []placed
	for {
		query, values := search(terms, f.Since, below)
		positions, err := r.positions(ctx, query+" LIMIT ?", append(values, page))
		if err != nil {
			return nil, err
		}
		for _, p := range positions {
			if f.Before > 0 && p.entry >= f.Before {
				continue
			}
			a, err := r.aboutOrDamage(ctx, p.entry)
			if err != nil {
				return nil, err
			}
			if a.mentions(f.Text) || a.Kind == entryMissing || a.Kind == entryChanged {
				found = append(found, placed{a, p})
			}
			if len(found) == f.Limit {
				return found, nil
			}
		}
		if len(positions) < page {
			return found, nil
		}
		below = positions[len(positions)-1]
	}
}

func (r *Reader) positions(ctx context.Context, query string, values []any) ([]position, error) {
	var found []position
	err := r.conn.each(ctx, func(row []driver.Value) error {
		found = append(found, position{at: asInt(row[1]), entry: asInt(row[0])})
		return nil
	}, query, values...)
	return found, err
}

// rarestFirst puts the term that fewest entries have in front: its entries are
// gone through.
func (r *Reader) rarestFirst(ctx context.Context, terms []term) ([]term, error) {
	if len(terms) == 1 {
		return terms, nil
	}
	const enough = 5000
	best, fewest := 0, int64(enough)
	for i, t := range terms {
		row, err := r.conn.one(ctx, "SELECT count(*) FROM (SELECT 1 FROM terms WHERE kind = ? AND value = ? LIMIT ?)", t.kind, t.value, enough)
		if err != nil {
			return nil, err
		}
		if n := asInt(row[0]); n < fewest {
			best, fewest = i, n
		}
	}
	ordered := slices.Clone(terms)
	ordered[0], ordered[best] = ordered[best], ordered[0]
	return ordered, nil
}

// mentions says whether a text stands in what an entry is about.
func (a about) mentions(text string) bool {
	if text == "" {
		return true
	}
	text = strings.ToLower(text)
	for _, where := range append([]string{a.Command, a.Summary}, a.Targets...) {
		if strings.Contains(strings.ToLower(where), text) {
			return true
		}
	}
	return false
}
