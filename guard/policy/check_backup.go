package policy

import (
	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// backup passes when a backup is known to be new and large enough. No backup
// at all (null) fails.
func (ev *evaluation) backup(b *blocks.Block, e *each) result {
	of, o := ev.object(b.Attrs["of"], e)
	if o.State != lang.Known {
		return undecided(o, "")
	}
	for _, name := range []string{"time", "bytes"} {
		if value, given := of[name]; given && lang.Settle(value).IsNull() {
			return result{status: guard.Fails, value: "no backup", limit: "there must be one"}
		}
	}
	var results []result
	if b.Attrs["max_age"] != nil {
		results = append(results, ev.newEnough(b, e, of))
	}
	if b.Attrs["min_size"] != nil {
		results = append(results, ev.largeEnough(b, e, of))
	}
	return together(results)
}

// together is the worst of several results; the values of passing ones are
// shown side by side.
func together(results []result) result {
	var all result
	for i, r := range results {
		switch {
		case i == 0:
			all = r
		case r.status == guard.Passes && all.status == guard.Passes:
			all.value, all.limit = all.value+", "+r.value, all.limit+", "+r.limit
		case r.status == all.status:
			all.value, all.limit, all.message = joined(all.value, r.value), joined(all.limit, r.limit), joined(all.message, r.message)
		default:
			all = worse(all, r)
		}
	}
	return all
}

func (ev *evaluation) newEnough(b *blocks.Block, e *each, of map[string]cty.Value) result {
	most, o := ev.measure(b.Attrs["max_age"], e, command.ParseDuration)
	if o.State != lang.Known {
		return undecided(o, "")
	}
	limit := "at most " + lang.Span(most) + " old"
	taken := ev.part(of, "time", cty.Number)
	if taken.State != lang.Known {
		return undecided(taken, limit)
	}
	if ev.d.request.Time.IsZero() {
		return result{status: guard.Unknown, value: "not known", limit: limit, message: "the time is not known"}
	}
	age := float64(ev.d.request.Time.UnixNano())/1e9 - lang.FloatOf(taken.Value)
	switch {
	case age < -maxSkew:
		return result{status: guard.Unknown, value: "not known", limit: limit, message: "the backup's time lies " + lang.Span(-age) + " in the future: look at the clocks"}
	case age <= most:
		return result{status: guard.Passes, value: lang.Span(max(0, age)) + " old", limit: limit}
	default:
		return result{status: guard.Fails, value: lang.Span(age) + " old", limit: limit}
	}
}

// maxSkew is how many seconds a file may seem newer than the request: one that
// is written just then.
const maxSkew = 1

func (ev *evaluation) largeEnough(b *blocks.Block, e *each, of map[string]cty.Value) result {
	least, r := ev.leastSize(b, e, of)
	if r.status != guard.Passes {
		return r
	}
	limit := "at least " + lang.Size(least)
	bytes := ev.part(of, "bytes", cty.Number)
	if bytes.State != lang.Known {
		if low := bytes.AtLeast(); low > 0 && low >= least {
			return result{status: guard.Passes, value: "at least " + lang.Size(low), limit: limit}
		}
		return undecided(bytes, limit)
	}
	r = result{status: guard.Fails, value: lang.Size(lang.FloatOf(bytes.Value)), limit: limit}
	if lang.FloatOf(bytes.Value) >= least {
		r.status = guard.Passes
	}
	return r
}

// leastSize is min_size in bytes, with the status Passes when it is known.
func (ev *evaluation) leastSize(b *blocks.Block, e *each, of map[string]cty.Value) (float64, result) {
	o := ev.eval(b.Attrs["min_size"], e)
	if o.State != lang.Known {
		return 0, undecided(o, "")
	}
	share, is, err := blocks.ShareOf(o.Value)
	switch {
	case err != nil:
		return 0, result{message: "min_size: " + err.Error()}
	case !is:
		bytes, err := lang.MeasureOf(o.Value, command.ParseSize)
		if err != nil {
			return 0, result{message: err.Error()}
		}
		return bytes, result{status: guard.Passes}
	}
	before, r := ev.predecessor(of, lang.TextOf(o.Value))
	return before * share / 100, r
}

// predecessor is the size of the backup before this one.
func (ev *evaluation) predecessor(of map[string]cty.Value, share string) (float64, result) {
	limit := "at least " + share + " of its predecessor"
	previous, given := of["previous"]
	if !given {
		return 0, result{message: "the object has no previous, the sizes of earlier backups", limit: limit}
	}
	first := previous
	if plain, marks := previous.Unmark(); plain.IsKnown() && !plain.IsNull() && lang.IsSequence(plain.Type()) {
		if plain.LengthInt() == 0 {
			return 0, result{status: guard.Unknown, value: "not known", limit: limit, message: "it has no predecessor"}
		}
		first = plain.AsValueSlice()[0].WithMarks(marks)
	}
	o := ev.part(map[string]cty.Value{"previous": first}, "previous", cty.Number)
	switch {
	case o.State != lang.Known:
		return 0, undecided(o, limit)
	case lang.FloatOf(o.Value) <= 0:
		return 0, result{status: guard.Unknown, value: "not known", limit: limit, message: "its predecessor is empty"}
	default:
		return lang.FloatOf(o.Value), result{status: guard.Passes}
	}
}
