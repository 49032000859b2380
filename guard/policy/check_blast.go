package policy

import (
	"fmt"
	"strings"
	"time"

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
	n     float64 // when known; otherwise a lower bound
	names []string
}

func (ev *evaluation) blastRadius(b *block, e *each) {
	r := &radius{ev: ev, b: b, e: e}
	r.affected = amountOf(ev.eval(b.attrs["affected"], e))
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
	r.note()
}

// amountOf is a number, or a list whose distinct elements are counted.
func amountOf(o outcome) amount {
	switch {
	case o.state == unknown:
		return amount{outcome: o, n: max(o.atLeast(), knownElements(o.value))}
	case o.state != known:
		return amount{outcome: o}
	case o.value.IsNull():
		return amount{outcome: failed("affected is null")}
	case o.value.Type() == cty.Number && floatOf(o.value) < 0:
		return amount{outcome: failed("affected is negative: " + units(floatOf(o.value)))}
	case o.value.Type() == cty.Number:
		return amount{outcome: o, n: floatOf(o.value)}
	case isSequence(o.value.Type()):
		return listed(o)
	default:
		return amount{outcome: failed("affected must be a number or a list, and is a " + friendly(o.value))}
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
	a.n = float64(len(a.names))
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
	if o.state == known && n <= 0 {
		return failed(name + " is " + units(n) + ", and must be over zero")
	}
	return o
}

// show is the affected number for people.
func (a amount) show() string {
	if a.state != known {
		if a.n > 0 {
			return "at least " + units(a.n)
		}
		return "not known"
	}
	return units(a.n)
}

// atMost compares what is hit, with what others hold, to a limit.
func (r *radius) atMost(others, limit float64, text string) result {
	a := r.affected
	switch {
	case a.state == errored || a.state == pending:
		return undecided(a.outcome, text)
	case a.n+others > limit:
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
	r.texts = append(r.texts, "at most "+units(limit))
	return r.atMost(0, limit, "at most "+units(limit))
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
		return undecided(base, "at most "+percent(limit))
	}
	of := floatOf(base.value)
	text := fmt.Sprintf("at most %s of %s", percent(limit), units(of))
	res := r.atMost(0, limit*of/100, text)
	if res.status == guard.Fails || res.status == guard.Passes {
		res.value = percent(r.affected.n / of * 100)
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
	total := floatOf(r.total.value)
	r.texts = append(r.texts, "floor "+units(least))
	claim := guard.Claim{Kind: guard.FloorClaim, Key: r.key(), Settle: toDuration(settle)}
	r.claimed(claim, name, total-least, func(held float64) (string, string) {
		return units(total-r.affected.n-held) + " would be left", "at least " + units(least)
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
		o = failed("per must be longer than nothing")
	}
	if o.state != known {
		ev.report(r.b, name, r.e, undecided(o, ""))
		return
	}
	claim := guard.Claim{Kind: guard.BudgetClaim, Key: key, Window: toDuration(window)}
	r.claimed(claim, name, limit, func(held float64) (string, string) {
		r.texts = append(r.texts, fmt.Sprintf("%s of %s %s on this host", units(held+r.affected.n), units(limit), perText(window)))
		return units(held+r.affected.n) + " " + perText(window), "at most " + units(limit)
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

// claimed asks the log what others hold, compares, and takes a claim. room is
// what all together may hold.
func (r *radius) claimed(claim guard.Claim, name string, room float64, show func(held float64) (value, limit string)) {
	ev := r.ev
	claim.Policy, claim.Block = ev.policy.name, r.b.name()
	if r.affected.state != known && r.affected.n <= room {
		res := undecided(r.affected.outcome, "")
		res.value = r.affected.show()
		ev.report(r.b, name, r.e, res)
		return
	}
	held, holders, o := ev.held(claim)
	if o.state != known {
		ev.report(r.b, name, r.e, undecided(o, ""))
		return
	}
	own := claimKey(claim)
	before := ev.d.spent[own]
	res := r.atMost(held+before, room, "")
	res.value, res.limit = show(held + before)
	if held > 0 && res.status != guard.Passes {
		res.message = joined(res.message, units(held)+" taken already", strings.Join(holders, "; "))
	}
	check := ev.report(r.b, name, r.e, res)
	if r.affected.state != known {
		return
	}
	ev.d.spent[own] = before + r.affected.n
	claim.Units, claim.Room, claim.Check = r.affected.n, room-r.affected.n, check.ID()
	claim.Unlimited = check.Overridden || check.Level == guard.Advisory
	ev.d.decision.Claims = append(ev.d.decision.Claims, claim)
}

func claimKey(claim guard.Claim) string {
	return strings.Join([]string{string(claim.Kind), claim.Policy, claim.Block, claim.Key}, "\x00")
}

// held is what others hold of a floor or a budget.
func (ev *evaluation) held(claim guard.Claim) (float64, []string, outcome) {
	if ev.d.given != nil {
		return ev.d.given.held(ev.policy.name, claim), nil, outcome{state: known}
	}
	args := map[string]any{"kind": string(claim.Kind), "policy": claim.Policy, "block": claim.Block, "key": claim.Key}
	if claim.Kind == guard.BudgetClaim {
		args["window"] = claim.Window.Seconds()
	} else {
		args["settle"] = claim.Settle.Seconds()
	}
	ask := guard.Ask{Kind: "claims", Args: args, Timeout: 3 * time.Second, Label: claim.Policy + ": what others have claimed"}
	_, o := ev.d.fact(ask)
	if o.state != known {
		return 0, nil, o
	}
	if o.value.IsNull() || !isMapping(o.value.Type()) {
		return 0, nil, failed("the log's answer is no object")
	}
	parts := o.value.AsValueMap()
	number := ev.part(parts, "held", cty.Number)
	if number.state != known {
		return 0, nil, number
	}
	return floatOf(number.value), textsOf(parts["holders"]), o
}

func textsOf(value cty.Value) []string {
	var texts []string
	if value == cty.NilVal || !value.IsKnown() || value.IsNull() || !isSequence(value.Type()) {
		return nil
	}
	for _, one := range value.AsValueSlice() {
		if text := textOf(one); text != "" {
			texts = append(texts, guard.Printable(text))
		}
	}
	return texts
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
		total := floatOf(r.total.value)
		text = fmt.Sprintf("%s of %s %s", text, units(total), r.b.label)
		if r.affected.state == known {
			text += " (" + percent(r.affected.n/total*100) + ")"
		}
	} else if r.affected.state == known {
		text = unitsOf(r.affected.n, r.b.label)
	} else {
		text += " " + r.b.label
	}
	text = strings.Join(append([]string{text}, r.texts...), ", ")
	d.decision.Measures = append(d.decision.Measures, guard.Measure{Policy: r.ev.policy.name, Unit: unit, Text: text})
	if r.affected.state != known {
		d.unmeasured = firstText(d.unmeasured, r.affected.why())
		return
	}
	d.affected, d.measured = d.affected+r.affected.n, true
	d.decision.Counts = append(d.decision.Counts, guard.Count{
		Name: r.ev.policy.name + ": " + unit, Value: r.affected.n, Drift: r.drift(),
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
		drift = 0 // not known: it may not grow
	}
	return max(drift, 1e-9) // zero would mean the default
}

// mergeClaims joins claims on the same thing: one command takes them together.
func (d *decider) mergeClaims() {
	var kept []guard.Claim
	at := map[string]int{}
	for _, claim := range d.decision.Claims {
		i, seen := at[claimKey(claim)]
		if !seen {
			at[claimKey(claim)] = len(kept)
			kept = append(kept, claim)
			continue
		}
		all := min(kept[i].Room+kept[i].Units, claim.Room+claim.Units)
		kept[i].Units += claim.Units
		kept[i].Room = all - kept[i].Units
		kept[i].Unlimited = kept[i].Unlimited || claim.Unlimited
	}
	d.decision.Claims = kept
}
