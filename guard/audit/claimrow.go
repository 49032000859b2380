package audit

import "database/sql/driver"

// claimRow is a row of the claims table, as the bodies say that it must be.
type claimRow struct {
	entry, nr                int64
	kind, policy, block, key string
	units                    float64
	settle, at               int64
	exit, ended              number // NULL while it has not ended
	returned                 int64  // 1: it did not start
}

// number is an integer or NULL, which is none of the integers: what has no end holds
// its units. The zero number is NULL.
type number struct {
	n   int64
	set bool
}

const claimColumns = "SELECT entry, nr, kind, policy, block, key, units, settle, at, exit, ended, returned FROM claims ORDER BY entry, nr"

func claimRowOf(row []driver.Value) claimRow {
	return claimRow{
		asInt(row[0]), asInt(row[1]), asText(row[2]), asText(row[3]), asText(row[4]), asText(row[5]), asFloat(row[6]),
		asInt(row[7]), asInt(row[8]), numberOf(row[9]), numberOf(row[10]), asInt(row[11]),
	}
}

func numberOf(value driver.Value) number {
	if value == nil {
		return number{}
	}
	return number{asInt(value), true}
}

// claimRowsOf are the rows of an accepted entry before it ends.
func claimRowsOf(text string) ([]claimRow, error) {
	var b body
	if err := decode(text, &b); err != nil {
		return nil, err
	}
	if b.Intent == nil {
		return nil, errNotCanonical
	}
	rows := make([]claimRow, len(b.Intent.Decision.Claims))
	for nr, c := range b.Intent.Decision.Claims {
		rows[nr] = claimRow{
			entry: b.About.ID, nr: int64(nr), kind: string(c.Kind), policy: c.Policy, block: c.Block, key: c.Key,
			units: c.Units, settle: int64(c.Settle), at: b.About.At.UnixNano(),
		}
	}
	return rows, nil
}

// end notes the outcome.
func (r *claimRow) end(exit about) {
	r.exit, r.ended, r.returned = number{exit.ID, true}, number{exit.At.UnixNano(), true}, 1
	if exit.Started {
		r.returned = 0
	}
}
