package policy

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// readBy reads an operation by the command of each governor.
func (d *decider) readBy(governors []governor, op *guard.Operation) []*evaluation {
	all := make([]*evaluation, len(governors))
	for i, g := range governors {
		all[i] = newEvaluation(d, g, op)
	}
	return all
}

// confirmUndeclared asks about flags that the commands do not declare: nobody
// knows what they do, so that the operation is confirmed at least, also where no
// policy applies or another flag makes it a dry run. asked: a text of the
// operation is asked for already, and the flags stand beside it.
func (d *decider) confirmUndeclared(all []*evaluation, asked bool) {
	for _, ev := range all {
		flags := undeclaredBy(ev, all)
		if len(flags) == 0 {
			continue
		}
		d.decision.Policies = appendNew(d.decision.Policies, ev.policy.Name)
		ev.doubtFlags(flags)
		if asked || len(d.asks) > 0 {
			continue
		}
		ev.resolve()
		texts := len(d.decision.Confirmations)
		asked = ev.confirmFlags(flags)
		ev.summarise(texts)
	}
}

// undeclaredBy are the flags that the command of one evaluation does not
// declare, nor that of another one.
func undeclaredBy(ev *evaluation, all []*evaluation) []string {
	if ev.command.OtherFlags {
		return nil
	}
	var flags []string
	for _, flag := range ev.read.Undeclared {
		if !slices.ContainsFunc(all, func(other *evaluation) bool { return !slices.Contains(other.read.Undeclared, flag) }) {
			flags = append(flags, flag)
		}
	}
	return flags
}

// doubtFlags keeps a check for the panel, once for each command, that refuses
// nothing by itself.
func (ev *evaluation) doubtFlags(flags []string) {
	limit := "not understood by command " + ev.command.Name
	if slices.ContainsFunc(ev.d.decision.Checks, func(check guard.Check) bool { return check.Limit == limit }) {
		return
	}
	ev.d.decision.Checks = append(ev.d.decision.Checks, guard.Check{
		Policy: ev.policy.Name, Name: "undeclared", Status: guard.Fails, Level: guard.Advisory, Effect: guard.Confirm,
		Value: guard.Printable(strings.Join(flags, " ")), Limit: limit, Pos: ev.command.Pos,
	})
	ev.d.effect = guard.Strictest(ev.d.effect, guard.Confirm)
}

// confirmFlags asks for what will be hit or, where that cannot be told, for the
// name of the host. It says whether there is a text now.
func (ev *evaluation) confirmFlags(flags []string) bool {
	text, key, o := ev.impact()
	switch {
	case o.State == lang.Pending:
		return false
	case o.State != lang.Known && ev.d.request.Host.Name == "":
		ev.d.problem("the name of this host is not known, so there is no text to type", "look at hostname", "")
		return false
	case o.State != lang.Known:
		text, key = ev.short(ev.d.request.Host.Name), ""
	}
	ev.d.decision.Confirmations = append(ev.d.decision.Confirmations, guard.Confirmation{
		Text: text, Key: key, Show: true, Policy: ev.policy.Name, Pos: ev.command.Pos,
		Hint: guard.Printable(strings.Join(flags, " ")) + " is not understood by command " + ev.command.Name,
	})
	return true
}
