package policy

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// confirm adds what a person must type. A text that cannot be made is a check
// of that name that does not pass.
func (ev *evaluation) confirm() {
	for _, block := range ev.policy.Confirms {
		confirmation, o := ev.confirmation(block)
		if o.State != lang.Known {
			r := undecided(o, "")
			ev.add(guard.Check{
				Name: "confirm", Status: r.status, Level: guard.HardMandatory, Value: r.value,
				Message: joined("there is no text to type", r.message), Pos: blocks.Pos(block.At),
			})
			continue
		}
		ev.d.decision.Confirmations = append(ev.d.decision.Confirmations, confirmation)
		ev.d.effect = guard.Strictest(ev.d.effect, guard.Confirm)
	}
}

func (ev *evaluation) confirmation(b *blocks.Block) (guard.Confirmation, lang.Outcome) {
	c := guard.Confirmation{Show: true, Unattended: b.Unattended, Policy: ev.policy.Name, Pos: blocks.Pos(b.At)}
	var o lang.Outcome
	if x := b.Attrs["type"]; x != nil {
		c.Text, o = ev.text(x, nil)
		if o.State == lang.Known {
			c.Text = ev.short(c.Text)
		}
	} else if x := b.Attrs["targets"]; x != nil {
		c.Text, c.Key, o = ev.impactOf(x)
	} else {
		c.Text, c.Key, o = ev.impact()
	}
	if o.State != lang.Known {
		return c, o
	}
	if c.Show, o = ev.shown(b); o.State != lang.Known {
		return c, o
	}
	if c.Hint, o = ev.hint(b, c.Show); o.State != lang.Known {
		return c, o
	}
	if c.Delay, o = ev.duration(b, "delay"); o.State != lang.Known {
		return c, o
	}
	c.Deadline, o = ev.duration(b, "deadline")
	return c, o
}

func (ev *evaluation) shown(b *blocks.Block) (bool, lang.Outcome) {
	x := b.Attrs["show"]
	if x == nil {
		return true, lang.Outcome{State: lang.Known}
	}
	o := ev.eval(x, nil)
	if o.State == lang.Known && !isBool(o.Value) {
		o = x.Failed("show must be true or false, and is " + lang.Friendly(o.Value))
	}
	return o.State == lang.Known && o.Value.True(), o
}

func (ev *evaluation) hint(b *blocks.Block, shown bool) (string, lang.Outcome) {
	switch x := b.Attrs["hint"]; {
	case x != nil:
		return ev.text(x, nil)
	case shown:
		return "", lang.Outcome{State: lang.Known}
	case ev.d.request.Host.Name != "" && b.Attrs["type"] != nil && len(b.Attrs["type"].Probes) == 0:
		return "what policy " + ev.policy.Name + " asks for, from memory", lang.Outcome{State: lang.Known}
	default:
		return "what will be hit", lang.Outcome{State: lang.Known}
	}
}

func (ev *evaluation) duration(b *blocks.Block, name string) (time.Duration, lang.Outcome) {
	x := b.Attrs[name]
	if x == nil {
		return 0, lang.Outcome{State: lang.Known}
	}
	seconds, o := ev.measure(x, nil, command.ParseDuration)
	return lang.Duration(seconds), o
}

// maxTexts is how many texts a person types for one command.
const maxTexts = 3

func (d *decider) mergeConfirmations() {
	var kept []guard.Confirmation
	for _, one := range d.decision.Confirmations {
		i := slices.IndexFunc(kept, func(other guard.Confirmation) bool {
			return d.covers(other.Text, one.Text) || d.covers(one.Text, other.Text)
		})
		if i < 0 {
			kept = append(kept, one)
			continue
		}
		if !d.covers(kept[i].Text, one.Text) {
			kept[i], one = one, kept[i]
		}
		kept[i] = stricter(kept[i], one)
	}
	d.decision.Confirmations = kept
	if len(kept) > maxTexts {
		d.problem(fmt.Sprintf("it would take %d different texts to confirm this", len(kept)), "split the command", "")
	}
}

// covers: who types one text has typed the other with it, which has no role before
// it.
func (d *decider) covers(text, other string) bool {
	return text == other || d.bare[text] == other
}

// stricter joins two confirmations of which the first covers the second.
func stricter(a, b guard.Confirmation) guard.Confirmation {
	a.Show = a.Show && b.Show
	a.Hint = cmp.Or(a.Hint, b.Hint)
	a.Delay = max(a.Delay, b.Delay)
	if b.Deadline > 0 && (a.Deadline == 0 || b.Deadline < a.Deadline) {
		a.Deadline = b.Deadline
	}
	if a.Unattended != b.Unattended {
		a.Unattended = stricterUnattended(a.Unattended, b.Unattended)
	}
	return a
}

// stricterUnattended: no person beats a matching text, a text beats limits.
func stricterUnattended(a, b guard.Unattended) guard.Unattended {
	for _, mode := range []guard.Unattended{guard.UnattendedDeny, guard.UnattendedText, guard.UnattendedLimits} {
		if a == mode || b == mode {
			return mode
		}
	}
	return guard.UnattendedDeny
}
