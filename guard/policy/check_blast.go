package policy

import (
	"cmp"
	"fmt"
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// radius is one blast radius as it was measured, for one element.
type radius struct {
	ev       *evaluation
	b        *blocks.Block
	e        *each
	affected amount
	total    lang.Outcome
	texts    []string // limits, for the measure
}

// amount is how much is hit.
type amount struct {
	lang.Outcome
	n     *big.Rat // when known; otherwise a lower bound; never nil
	names []string
}

func (ev *evaluation) blastRadius(b *blocks.Block, e *each) {
	r := &radius{ev: ev, b: b, e: e}
	r.affected = amountOf(b.Attrs["affected"], ev.eval(b.Attrs["affected"], e))
	r.total = ev.positive(b.Attrs["total"], e, "total")
	if b.Attrs["max"] != nil {
		ev.report(b, b.Name()+".max", e, r.max())
	}
	if b.Attrs["max_percent"] != nil {
		ev.report(b, b.Name()+".max_percent", e, r.maxPercent())
	}
	if b.Attrs["keep_at_least"] != nil {
		r.floor()
	}
	if b.Budget != nil {
		r.budget()
	}
	if used := b.Attrs["keep_at_least"] != nil || b.Attrs["max_percent"] != nil && b.Attrs["baseline"] == nil; r.total.State == lang.Errored && !used {
		ev.report(b, b.Name()+".total", e, undecided(r.total, ""))
	}
	r.note()
}

// amountOf is a number, or a list whose distinct elements are counted.
func amountOf(x *blocks.Expr, o lang.Outcome) amount {
	switch {
	case o.State == lang.Unknown:
		return amount{Outcome: o, n: guard.Decimal(max(o.AtLeast(), knownElements(o.Value)))}
	case o.State != lang.Known:
		return amount{Outcome: o, n: new(big.Rat)}
	case o.Value.IsNull():
		return amount{Outcome: x.Failed("affected is null"), n: new(big.Rat)}
	case o.Value.Type() == cty.Number && lang.RatOf(o.Value).Sign() < 0:
		return amount{Outcome: x.Failed("affected is negative: " + lang.ExactUnits(lang.RatOf(o.Value))), n: new(big.Rat)}
	case o.Value.Type() == cty.Number:
		return amount{Outcome: o, n: lang.RatOf(o.Value)}
	case lang.IsSequence(o.Value.Type()):
		return listed(o)
	default:
		return amount{Outcome: x.Failed("affected must be a number or a list, and is a " + lang.Friendly(o.Value)), n: new(big.Rat)}
	}
}

func listed(o lang.Outcome) amount {
	a := amount{Outcome: o}
	for _, value := range lang.DistinctValues(o.Value.AsValueSlice()) {
		name, ok := lang.Display(value)
		if !ok {
			name = lang.Identity(value)
		}
		a.names = append(a.names, guard.Printable(name))
	}
	a.n = new(big.Rat).SetInt64(int64(len(a.names)))
	return a
}

// knownElements are the distinct known elements of a list of which others are
// not known.
func knownElements(value cty.Value) float64 {
	if !value.IsKnown() || value.IsNull() || !lang.IsSequence(value.Type()) {
		return 0
	}
	var sure []cty.Value
	for _, element := range value.AsValueSlice() {
		if element.IsWhollyKnown() {
			sure = append(sure, element)
		}
	}
	return float64(len(lang.DistinctValues(sure)))
}

// positive is a number over zero; known and null without the attribute.
func (ev *evaluation) positive(x *blocks.Expr, e *each, name string) lang.Outcome {
	if x == nil {
		return lang.Outcome{State: lang.Known, Value: cty.NullVal(cty.Number)}
	}
	n, o := ev.number(x, e)
	if o.State == lang.Known && n.Sign() <= 0 {
		return x.Failed(name + " is " + lang.ExactUnits(n) + ", and must be over zero")
	}
	return o
}

var hundred = big.NewRat(100, 1)

func plus(a, b *big.Rat) *big.Rat  { return new(big.Rat).Add(a, b) }
func minus(a, b *big.Rat) *big.Rat { return new(big.Rat).Sub(a, b) }

// share100 is how many percent of all a part is, for people. all is over zero.
func share100(part, all *big.Rat) float64 {
	share := new(big.Rat).Mul(part, hundred)
	return lang.Nearest(share.Quo(share, all))
}

// show is the affected number for people.
func (a amount) show() string {
	if a.State != lang.Known {
		if a.n.Sign() > 0 {
			return "at least " + lang.ExactUnits(a.n)
		}
		return "not known"
	}
	return lang.ExactUnits(a.n)
}

// atMost compares what is hit, with what others hold, to a limit.
func (r *radius) atMost(others, limit *big.Rat, text string) result {
	a := r.affected
	switch {
	case a.State == lang.Errored || a.State == lang.Pending:
		return undecided(a.Outcome, text)
	case plus(a.n, others).Cmp(limit) > 0:
		return result{status: guard.Fails, value: a.show(), limit: text}
	case a.State == lang.Known:
		return result{status: guard.Passes, value: a.show(), limit: text}
	default:
		u := undecided(a.Outcome, text)
		u.value = a.show()
		return u
	}
}

func (r *radius) max() result {
	limit, o := r.ev.number(r.b.Attrs["max"], r.e)
	if o.State != lang.Known {
		return undecided(o, "")
	}
	text := "at most " + lang.ExactUnits(limit)
	r.texts = append(r.texts, text)
	return r.atMost(new(big.Rat), limit, text)
}

func (r *radius) maxPercent() result {
	limit, o := r.ev.number(r.b.Attrs["max_percent"], r.e)
	if o.State != lang.Known {
		return undecided(o, "")
	}
	base := r.ev.positive(r.b.Attrs["baseline"], r.e, "baseline")
	if r.b.Attrs["baseline"] == nil {
		base = r.total
	}
	if base.State != lang.Known {
		return undecided(base, "at most "+lang.Percent(lang.Nearest(limit)))
	}
	of := lang.RatOf(base.Value)
	text := fmt.Sprintf("at most %s of %s", lang.Percent(lang.Nearest(limit)), lang.ExactUnits(of))
	share := new(big.Rat).Mul(limit, of)
	res := r.atMost(new(big.Rat), share.Quo(share, hundred), text)
	if res.status == guard.Fails || res.status == guard.Passes {
		res.value = lang.Percent(share100(r.affected.n, of))
	}
	return res
}

// floor is keep_at_least: what remains, less what others have claimed.
func (r *radius) floor() {
	ev, b := r.ev, r.b
	name := b.Name() + ".keep_at_least"
	least, o := ev.number(b.Attrs["keep_at_least"], r.e)
	if o.State == lang.Known && r.total.State != lang.Known {
		o = r.total
	}
	settle, settleOutcome := 60.0, lang.Outcome{State: lang.Known}
	if x := b.Attrs["settle"]; x != nil {
		settle, settleOutcome = ev.measure(x, r.e, command.ParseDuration)
	}
	if o.State == lang.Known && settleOutcome.State != lang.Known {
		o = settleOutcome
	}
	if o.State != lang.Known {
		ev.report(b, name, r.e, undecided(o, ""))
		return
	}
	total := lang.RatOf(r.total.Value)
	r.texts = append(r.texts, "floor "+lang.ExactUnits(least))
	claim := guard.Claim{Kind: guard.FloorClaim, Key: r.key(), Settle: lang.Duration(settle)}
	r.claimed(claim, name, minus(total, least), func(held *big.Rat) (string, string) {
		return lang.ExactUnits(minus(minus(total, r.affected.n), held)) + " would be left", "at least " + lang.ExactUnits(least)
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
	ev, b := r.ev, r.b.Budget
	name := r.b.Name() + ".budget"
	limit, o := ev.number(b.Attrs["max"], r.e)
	window, windowOutcome := ev.measure(b.Attrs["per"], r.e, command.ParseDuration)
	key := r.key()
	if x := b.Attrs["key"]; x != nil && o.State == lang.Known {
		key, o = ev.text(x, r.e)
	}
	switch {
	case o.State == lang.Known && windowOutcome.State != lang.Known:
		o = windowOutcome
	case o.State == lang.Known && window <= 0:
		o = b.Attrs["per"].Failed("per must be longer than nothing")
	}
	if o.State != lang.Known {
		ev.report(r.b, name, r.e, undecided(o, ""))
		return
	}
	claim := guard.Claim{Kind: guard.BudgetClaim, Key: key, Window: lang.Duration(window)}
	r.claimed(claim, name, limit, func(held *big.Rat) (string, string) {
		all := lang.ExactUnits(plus(held, r.affected.n))
		r.texts = append(r.texts, fmt.Sprintf("%s of %s %s on this host", all, lang.ExactUnits(limit), perText(window)))
		return all + " " + perText(window), "at most " + lang.ExactUnits(limit)
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
		return "in " + lang.Span(seconds)
	}
}

// note keeps the measure for people, its count and its targets.
func (r *radius) note() {
	d := r.ev.d
	unit := r.b.Label
	if r.e != nil {
		unit += " (" + r.e.key + ")"
	}
	text := r.affected.show()
	if r.total.State == lang.Known && !r.total.Value.IsNull() {
		total := lang.RatOf(r.total.Value)
		text = fmt.Sprintf("%s of %s %s", text, lang.ExactUnits(total), r.b.Label)
		if r.affected.State == lang.Known {
			text += " (" + lang.Percent(share100(r.affected.n, total)) + ")"
		}
	} else if r.affected.State == lang.Known {
		text = lang.UnitsOf(r.affected.n, r.b.Label)
	} else {
		text += " " + r.b.Label
	}
	text = strings.Join(append([]string{text}, r.texts...), ", ")
	d.decision.Measures = append(d.decision.Measures, guard.Measure{Policy: r.ev.policy.Name, Unit: unit, Text: text})
	if r.affected.State != lang.Known {
		d.unmeasured = cmp.Or(d.unmeasured, r.affected.Why())
		return
	}
	d.affected, d.measured = plus(d.affected, r.affected.n), true
	d.decision.Counts = append(d.decision.Counts, guard.Count{
		Name: r.ev.policy.Name + ": " + unit, Value: lang.FloatAbove(r.affected.n), Drift: r.drift(),
	})
	for _, name := range r.affected.names {
		r.ev.target(guard.Target{Given: name, Detail: r.b.Label})
	}
}

func (r *radius) drift() float64 {
	x := r.b.Attrs["drift"]
	if x == nil {
		return 0
	}
	drift, o := r.ev.number(x, r.e)
	if o.State != lang.Known {
		drift = new(big.Rat) // not known: it may not grow
	}
	return max(lang.FloatBelow(drift), 1e-9) // zero would mean the default
}
