package policy

import (
	"math/big"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// claimed asks the log what others hold, compares, and takes a claim. room is
// what all together may hold.
func (r *radius) claimed(claim guard.Claim, name string, room *big.Rat, show func(held *big.Rat) (value, limit string)) {
	ev := r.ev
	claim.Policy, claim.Block = ev.policy.Name, r.b.Name()
	if r.affected.State != lang.Known && r.affected.n.Cmp(room) <= 0 {
		res := undecided(r.affected.Outcome, "")
		res.value = r.affected.show()
		ev.report(r.b, name, r.e, res)
		return
	}
	held, holders, o := ev.held(claim)
	if o.State != lang.Known {
		ev.report(r.b, name, r.e, undecided(o, ""))
		return
	}
	own := claimKey(claim)
	before := ev.d.spent[own]
	if before == nil {
		before = new(big.Rat)
	}
	res := r.atMost(plus(held, before), room, "")
	res.value, res.limit = show(plus(held, before))
	if held.Sign() > 0 && res.status != guard.Passes {
		res.message = joined(res.message, lang.ExactUnits(held)+" taken already", strings.Join(holders, "; "))
	}
	check := ev.report(r.b, name, r.e, res)
	if r.affected.State != lang.Known {
		return
	}
	ev.d.spent[own] = plus(before, r.affected.n)
	claim.Units, claim.Room, claim.Check = lang.FloatAbove(r.affected.n), lang.FloatBelow(minus(room, r.affected.n)), check.ID()
	claim.Unlimited = check.Overridden || check.Level == guard.Advisory
	ev.d.decision.Claims = append(ev.d.decision.Claims, claim)
}

func claimKey(claim guard.Claim) string {
	return strings.Join([]string{string(claim.Kind), claim.Policy, claim.Block, claim.Key}, "\x00")
}

func textsOf(value cty.Value) []string {
	var texts []string
	if value == cty.NilVal || !value.IsKnown() || value.IsNull() || !lang.IsSequence(value.Type()) {
		return nil
	}
	for _, one := range value.AsValueSlice() {
		if text := lang.TextOf(one); text != "" {
			texts = append(texts, guard.Printable(text))
		}
	}
	return texts
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
