package policy

import (
	"time"

	"blastguard/guard"
	"blastguard/guard/command"
)

// confirm adds what a person must type. A text that cannot be made is a check
// of that name that does not pass.
func (ev *evaluation) confirm() {
	for _, block := range ev.policy.confirms {
		confirmation, o := ev.confirmation(block)
		if o.state != known {
			r := undecided(o, "")
			ev.add(guard.Check{
				Name: "confirm", Status: r.status, Level: guard.HardMandatory, Value: r.value,
				Message: joined("there is no text to type", r.message), Pos: pos(block.at),
			})
			continue
		}
		ev.d.decision.Confirmations = append(ev.d.decision.Confirmations, confirmation)
		ev.d.effect = guard.Strictest(ev.d.effect, guard.Confirm)
	}
}

func (ev *evaluation) confirmation(b *block) (guard.Confirmation, outcome) {
	c := guard.Confirmation{Show: true, Unattended: b.unattended, Policy: ev.policy.name, Pos: pos(b.at)}
	var o outcome
	if x := b.attrs["type"]; x != nil {
		c.Text, o = ev.text(x, nil)
		if o.state == known {
			c.Text = ev.short(c.Text)
		}
	} else if x := b.attrs["targets"]; x != nil {
		c.Text, c.Key, o = ev.impactOf(x)
	} else {
		c.Text, c.Key, o = ev.impact()
	}
	if o.state != known {
		return c, o
	}
	if c.Show, o = ev.shown(b); o.state != known {
		return c, o
	}
	if c.Hint, o = ev.hint(b, c.Show); o.state != known {
		return c, o
	}
	if c.Delay, o = ev.duration(b, "delay"); o.state != known {
		return c, o
	}
	c.Deadline, o = ev.duration(b, "deadline")
	return c, o
}

func (ev *evaluation) shown(b *block) (bool, outcome) {
	x := b.attrs["show"]
	if x == nil {
		return true, outcome{state: known}
	}
	o := ev.eval(x, nil)
	if o.state == known && !isBool(o.value) {
		o = x.failed("show must be true or false, and is " + friendly(o.value))
	}
	return o.state == known && o.value.True(), o
}

func (ev *evaluation) hint(b *block, shown bool) (string, outcome) {
	switch x := b.attrs["hint"]; {
	case x != nil:
		return ev.text(x, nil)
	case shown:
		return "", outcome{state: known}
	case ev.d.request.Host.Name != "" && b.attrs["type"] != nil && len(b.attrs["type"].probes) == 0:
		return "what policy " + ev.policy.name + " asks for, from memory", outcome{state: known}
	default:
		return "what will be hit", outcome{state: known}
	}
}

func (ev *evaluation) duration(b *block, name string) (time.Duration, outcome) {
	x := b.attrs[name]
	if x == nil {
		return 0, outcome{state: known}
	}
	seconds, o := ev.measure(x, nil, command.ParseDuration)
	return toDuration(seconds), o
}
