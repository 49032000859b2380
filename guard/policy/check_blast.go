package policy

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
)

// radius is one blast radius as it was measured, for one element.
type radius struct {
	ev       *evaluation
	b        *block
	e        *each
	affected amount
	total    outcome
	texts    []string // limits, for the measure
}

// amount is how much is hit.
type amount struct {
	outcome
	n     *big.Rat // when known; otherwise a lower bound; never nil
	names []string
}

func (ev *evaluation) blastRadius(b *block, e *each) {
	r := &radius{ev: ev, b: b, e: e}
	r.affected = amountOf(b.attrs["affected"], ev.eval(b.attrs["affected"], e))
	r.total = ev.positive(b.attrs["total"], e, "total")
	if b.attrs["max"] != nil {
		ev.report(b, b.name()+".max", e, r.max())
	}
	if b.attrs["max_percent"] != nil {
		ev.report(b, b.name()+".max_percent", e, r.maxPercent())
	}
	if b.attrs["keep_at_least"] != nil {
		r.floor()
	}
	if b.budget != nil {
		r.budget()
	}
	if used := b.attrs["keep_at_least"] != nil || b.attrs["max_percent"] != nil && b.attrs["baseline"] == nil; r.total.state == errored && !used {
		ev.report(b, b.name()+".total", e, undecided(r.total, ""))
	}
	r.note()
}

// amountOf is a number, or a list whose distinct elements are counted.
func amountOf(x *expr, o outcome) amount {
	switch {
	case o.state == unknown:
		return amount{outcome: o, n: guard.Decimal(max(o.atLeast(), knownElements(o.value)))}
	case o.state != known:
		return amount{outcome: o, n: new(big.Rat)}
	case o.value.IsNull():
		return amount{outcome: x.failed("affected is null"), n: new(big.Rat)}
	case o.value.Type() == cty.Number && ratOf(o.value).Sign() < 0:
		return amount{outcome: x.failed("affected is negative: " + exactUnits(ratOf(o.value))), n: new(big.Rat)}
	case o.value.Type() == cty.Number:
		return amount{outcome: o, n: ratOf(o.value)}
	case isSequence(o.value.Type()):
		return listed(o)
	default:
		return amount{outcome: x.failed("affected must be a number or a list, and is a " + friendly(o.value)), n: new(big.Rat)}
	}
}

func listed(o outcome) amount {
	a := amount{outcome: o}
	for _, value := range distinctValues(o.value.AsValueSlice()) {
		name, ok := display(value)
		if !ok {
			name = identity(value)
		}
		a.names = append(a.names, guard.Printable(name))
	}
	a.n = new(big.Rat).SetInt64(int64(len(a.names)))
	return a
}

// knownElements are the distinct known elements of a list of which others are
// not known.
func knownElements(value cty.Value) float64 {
	if !value.IsKnown() || value.IsNull() || !isSequence(value.Type()) {
		return 0
	}
	var sure []cty.Value
	for _, element := range value.AsValueSlice() {
		if element.IsWhollyKnown() {
			sure = append(sure, element)
		}
	}
	return float64(len(distinctValues(sure)))
}

// positive is a number over zero; known and null without the attribute.
func (ev *evaluation) positive(x *expr, e *each, name string) outcome {
	if x == nil {
		return outcome{state: known, value: cty.NullVal(cty.Number)}
	}
	n, o := ev.number(x, e)
	if o.state == known && n.Sign() <= 0 {
		return x.failed(name + " is " + exactUnits(n) + ", and must be over zero")
	}
	return o
}

var hundred = big.NewRat(100, 1)

func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

// share100 is how many percent of all a part is, for people. all is over zero.
func share100(part, all *big.Rat) float64 {
	share := new(big.Rat).Mul(part, hundred)
	return nearest(share.Quo(share, all))
}

// show is the affected number for people.
func (a amount) show() string {
	if a.state != known {
		if a.n.Sign() > 0 {
			return "at least " + exactUnits(a.n)
		}
		return "not known"
	}
	return exactUnits(a.n)
}

// atMost compares what is hit, with what others hold, to a limit.
func (r *radius) atMost(others, limit *big.Rat, text string) result {
	a := r.affected
	switch {
	case a.state == errored || a.state == pending:
		return undecided(a.outcome, text)
	case plus(a.n, others).Cmp(limit) > 0:
		return result{status: guard.Fails, value: a.show(), limit: text}
	case a.state == known:
		return result{status: guard.Passes, value: a.show(), limit: text}
	default:
		u := undecided(a.outcome, text)
		u.value = a.show()
		return u
	}
}

func (r *radius) max() result {
	limit, o := r.ev.number(r.b.attrs["max"], r.e)
	if o.state != known {
		return undecided(o, "")
	}
	text := "at most " + exactUnits(limit)
	r.texts = append(r.texts, text)
	return r.atMost(new(big.Rat), limit, text)
}

func (r *radius) maxPercent() result {
	limit, o := r.ev.number(r.b.attrs["max_percent"], r.e)
	if o.state != known {
		return undecided(o, "")
	}
	base := r.ev.positive(r.b.attrs["baseline"], r.e, "baseline")
	if r.b.attrs["baseline"] == nil {
		base = r.total
	}
	if base.state != known {
		return undecided(base, "at most "+percent(nearest(limit)))
	}
	of := ratOf(base.value)
	text := fmt.Sprintf("at most %s of %s", percent(nearest(limit)), exactUnits(of))
	share := new(big.Rat).Mul(limit, of)
	res := r.atMost(new(big.Rat), share.Quo(share, hundred), text)
	if res.status == guard.Fails || res.status == guard.Passes {
		res.value = percent(share100(r.affected.n, of))
	}
	return res
}

// floor is keep_at_least: what remains, less what others have claimed.
func (r *radius) floor() {
	ev, b := r.ev, r.b
	name := b.name() + ".keep_at_least"
	least, o := ev.number(b.attrs["keep_at_least"], r.e)
	if o.state == known && r.total.state != known {
		o = r.total
	}
	settle, settleOutcome := 60.0, outcome{state: known}
	if x := b.attrs["settle"]; x != nil {
		settle, settleOutcome = ev.measure(x, r.e, command.ParseDuration)
	}
	if o.state == known && settleOutcome.state != known {
		o = settleOutcome
	}
	if o.state != known {
		ev.report(b, name, r.e, undecided(o, ""))
		return
	}
	total := ratOf(r.total.value)
	r.texts = append(r.texts, "floor "+exactUnits(least))
	claim := guard.Claim{Kind: guard.FloorClaim, Key: r.key(), Settle: toDuration(settle)}
	r.claimed(claim, name, minus(total, least), func(held *big.Rat) (string, string) {
		return exactUnits(minus(minus(total, r.affected.n), held)) + " would be left", "at least " + exactUnits(least)
	})
}

func (r *radius) key() string {
	if r.e == nil {
		return ""
	}
	return r.e.key
}

// budget counts what was taken in a window of time, by anybody.
func (r *radius) budget() {
	ev, b := r.ev, r.b.budget
	name := r.b.name() + ".budget"
	limit, o := ev.number(b.attrs["max"], r.e)
	window, windowOutcome := ev.measure(b.attrs["per"], r.e, command.ParseDuration)
	key := r.key()
	if x := b.attrs["key"]; x != nil && o.state == known {
		key, o = ev.text(x, r.e)
	}
	switch {
	case o.state == known && windowOutcome.state != known:
		o = windowOutcome
	case o.state == known && window <= 0:
		o = b.attrs["per"].failed("per must be longer than nothing")
	}
	if o.state != known {
		ev.report(r.b, name, r.e, undecided(o, ""))
		return
	}
	claim := guard.Claim{Kind: guard.BudgetClaim, Key: key, Window: toDuration(window)}
	r.claimed(claim, name, limit, func(held *big.Rat) (string, string) {
		all := exactUnits(plus(held, r.affected.n))
		r.texts = append(r.texts, fmt.Sprintf("%s of %s %s on this host", all, exactUnits(limit), perText(window)))
		return all + " " + perText(window), "at most " + exactUnits(limit)
	})
}

// perText is a window as people say it.
func perText(seconds float64) string {
	switch seconds {
	case 60:
		return "this minute"
	case 3600:
		return "this hour"
	case 86400:
		return "this day"
	default:
		return "in " + span(seconds)
	}
}

// note keeps the measure for people, its count and its targets.
func (r *radius) note() {
	d := r.ev.d
	unit := r.b.label
	if r.e != nil {
		unit += " (" + r.e.key + ")"
	}
	text := r.affected.show()
	if r.total.state == known && !r.total.value.IsNull() {
		total := ratOf(r.total.value)
		text = fmt.Sprintf("%s of %s %s", text, exactUnits(total), r.b.label)
		if r.affected.state == known {
			text += " (" + percent(share100(r.affected.n, total)) + ")"
		}
	} else if r.affected.state == known {
		text = unitsOf(r.affected.n, r.b.label)
	} else {
		text += " " + r.b.label
	}
	text = strings.Join(append([]string{text}, r.texts...), ", ")
	d.decision.Measures = append(d.decision.Measures, guard.Measure{Policy: r.ev.policy.name, Unit: unit, Text: text})
	if r.affected.state != known {
		d.unmeasured = cmp.Or(d.unmeasured, r.affected.why())
		return
	}
	d.affected, d.measured = plus(d.affected, r.affected.n), true
	d.decision.Counts = append(d.decision.Counts, guard.Count{
		Name: r.ev.policy.name + ": " + unit, Value: floatAbove(r.affected.n), Drift: r.drift(),
	})
	for _, name := range r.affected.names {
		r.ev.target(guard.Target{Given: name, Detail: r.b.label})
	}
}

func (r *radius) drift() float64 {
	x := r.b.attrs["drift"]
	if x == nil {
		return 0
	}
	drift, o := r.ev.number(x, r.e)
	if o.state != known {
		drift = new(big.Rat) // not known: it may not grow
	}
	return max(floatBelow(drift), 1e-9) // zero would mean the default
}
