package audit

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"time"

	"blastguard/guard"
)

// unknownFor is how long the units of a floor stay claimed when nothing is
// known of the command any more: its guard is gone and left no outcome. The
// command may still run. A reboot ends it for certain.
const unknownFor = 24 * time.Hour

// maxHolders bounds the holders that a refusal names.
const maxHolders = 5

// claimed is what others hold of one floor or budget.
type claimed struct {
	units   float64
	holders []string
}

// holding is one claim that was taken.
type holding struct {
	entry int64
	units float64
	at    time.Time
	ended bool
	end   time.Time
}

// grant checks every claim of an intent against what is held. Claims of one
// intent on the same units count against each other.
func (l *Log) grant(ctx context.Context, claims []guard.Claim, at time.Time) error {
	type unit struct {
		kind               guard.ClaimKind
		policy, block, key string
	}
	own := map[unit]float64{}
	for _, claim := range claims {
		if claim.Units < 0 || claim.Units != claim.Units {
			return fmt.Errorf("claim %s: %v units cannot be claimed", claim.Check, claim.Units)
		}
		held, err := held(ctx, l.conn, claim, at)
		if err != nil {
			return fmt.Errorf("claim %s: %w", claim.Check, err)
		}
		u := unit{claim.Kind, claim.Policy, claim.Block, claim.Key}
		taken := held.units + own[u]
		own[u] += claim.Units
		if !claim.Unlimited && !(claim.Room >= 0 && taken <= claim.Room) {
			return &guard.ClaimRefused{Claim: claim, Held: taken, Holders: held.holders}
		}
	}
	return nil
}

// takeClaims records the claims of an accepted entry.
func (l *Log) takeClaims(ctx context.Context, entry int64, claims []guard.Claim, at time.Time) error {
	for nr, c := range claims {
		err := l.conn.write(ctx, 1, `INSERT INTO claims (entry, nr, kind, policy, block, key, units, settle, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			entry, nr, string(c.Kind), c.Policy, c.Block, c.Key, c.Units, int64(c.Settle), at.UnixNano())
		if err != nil {
			return err
		}
	}
	return nil
}

// endClaims notes the outcome at the claims of an entry.
func (l *Log) endClaims(ctx context.Context, entry int64, exit about, at time.Time) error {
	returned := 1
	if exit.Started {
		returned = 0
	}
	return l.conn.exec(ctx, "UPDATE claims SET exit = ?, ended = ?, returned = ? WHERE entry = ?", exit.ID, at.UnixNano(), returned, entry)
}

// held are the units that count against a claim at a moment.
func held(ctx context.Context, c *conn, claim guard.Claim, now time.Time) (claimed, error) {
	holdings, err := holdings(ctx, c, claim, now)
	if err != nil {
		return claimed{}, err
	}
	var all claimed
	for _, h := range holdings {
		who := ""
		counts := true
		a, err := readAbout(ctx, c, h.entry)
		if err != nil {
			return claimed{}, err
		}
		if claim.Kind == guard.FloorClaim && !h.ended {
			if counts, who, err = unfinished(ctx, c, h, now); err != nil {
				return claimed{}, err
			}
		}
		if !counts {
			continue
		}
		all.units += h.units
		if len(all.holders) < maxHolders {
			all.holders = append(all.holders, describe(a, h, who, now))
		}
	}
	return all, nil
}

// holdings are the claims that may count: of a budget those of its window that
// were not given back, of a floor those that have not ended, or ended less than
// settle ago. A clock that was put back makes more of them, never fewer.
func holdings(ctx context.Context, c *conn, claim guard.Claim, now time.Time) ([]holding, error) {
	const columns = "SELECT entry, units, at, ended FROM claims WHERE kind = ? AND policy = ? AND block = ? AND key = ? AND returned = 0 AND "
	key := []any{string(claim.Kind), claim.Policy, claim.Block, claim.Key}
	var all []holding
	collect := func(row []driver.Value) error {
		all = append(all, holding{asInt(row[0]), asFloat(row[1]), time.Unix(0, asInt(row[2])), row[3] != nil, time.Unix(0, asInt(row[3]))})
		return nil
	}
	switch claim.Kind {
	case guard.BudgetClaim:
		since := int64(0)
		if claim.Window > 0 { // none: for ever
			since = now.Add(-claim.Window).UnixNano()
		}
		err := c.each(ctx, collect, columns+"at > ? ORDER BY at DESC", append(key, since)...)
		return all, err
	case guard.FloorClaim:
		if err := c.each(ctx, collect, columns+"ended IS NULL ORDER BY at DESC", key...); err != nil {
			return nil, err
		}
		// Each claim settles for its own time, or this one's when it is longer.
		err := c.each(ctx, collect, columns+"ended > ? - max(settle, ?) AND ended IS NOT NULL ORDER BY ended DESC",
			append(key, now.UnixNano(), int64(claim.Settle))...)
		return all, err
	default:
		return nil, fmt.Errorf("there is no claim of kind %q", claim.Kind)
	}
}

// unfinished says whether a floor's claim without outcome still counts: while
// its guard may run, and then for a day, unless the host was started anew.
func unfinished(ctx context.Context, c *conn, h holding, now time.Time) (bool, string, error) {
	entry, err := readBody(ctx, c, h.entry)
	if err != nil {
		return false, "", err
	}
	if current := bootID(); current != "" && entry.Guard.BootID != "" && entry.Guard.BootID != current {
		return false, "", nil
	}
	switch running, known := entry.Guard.runs(); {
	case running:
		return true, "", nil
	case known:
		return now.Sub(h.at) < unknownFor, ", outcome unknown: its guard process is gone", nil
	default:
		return now.Sub(h.at) < unknownFor, ", outcome unknown", nil
	}
}

// describe is a holder as a refusal names it: "maria, entry 4711, 2 since 12s".
func describe(a about, h holding, note string, now time.Time) string {
	text := fmt.Sprintf("%s, entry %d, %s since %s", guard.Printable(a.User), h.entry,
		strconv.FormatFloat(h.units, 'f', -1, 64), max(now.Sub(h.at), 0).Truncate(time.Second))
	if h.ended {
		text += ", ended " + max(now.Sub(h.end), 0).Truncate(time.Second).String() + " ago"
	}
	return text + note
}
