package policy

import (
	"fmt"
	"slices"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// maxDecision is how long one call of Decide may take. What takes longer is
// denied; a decision of ten policies takes less than a millisecond.
const maxDecision = 10 * time.Second

// perWord is how much longer it may take for each word of the operations: rm of ten thousand
// names is decided name by name.
const perWord = 5 * time.Millisecond

func timeFor(ops []guard.Operation) time.Duration {
	limit := maxDecision
	for i := range ops {
		limit += time.Duration(len(ops[i].Args)) * perWord
	}
	return limit
}

// Decide says what the policies say of a request, and which facts they still
// need. While it asks, its decision denies. It is a pure function of its
// arguments; it recovers from panics, and denies then and when it takes longer
// than maxDecision, and perWord for each word of the operations.
func (s *Set) Decide(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
	return s.decideWithin(timeFor(ops), func() *decider { return newDecider(s, request, ops, measured{facts}) })
}

func (s *Set) decideWithin(limit time.Duration, start func() *decider) ([]guard.Ask, guard.Decision) {
	type answer struct {
		asks     []guard.Ask
		decision guard.Decision
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if problem := recover(); problem != nil {
				done <- answer{nil, denied(fmt.Sprintf("the decision failed: %v", problem), "report this as a bug of guard")}
			}
		}()
		asks, decision := start().decide()
		done <- answer{asks, decision}
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case got := <-done:
		return got.asks, got.decision
	case <-timer.C:
		return nil, denied(fmt.Sprintf("the policies took longer than %s to decide", limit), "look for long lists in the policies' expressions")
	}
}

func denied(what, next string) guard.Decision {
	return guard.Decision{Effect: guard.Deny, Problems: []guard.Problem{{What: what, Next: next}}}
}

func (d *decider) decide() ([]guard.Ask, guard.Decision) {
	if d.set == nil {
		return nil, denied("no policies are loaded", "guard policy validate shows why")
	}
	if len(d.ops) == 0 {
		return nil, denied("nothing could be recognised in the command", "write it without variables")
	}
	for i := range d.ops {
		effect := d.effect
		d.effect, d.saying = guard.Allow, headline{}
		d.operation(&d.ops[i])
		d.said.say(d.saying.text, d.effect)
		d.effect = guard.Strictest(effect, d.effect)
	}
	d.decision.Summary = d.said.text
	d.expectations()
	d.checkOverrides()
	return d.asks, d.finish()
}

// operation decides one program with its targets.
func (d *decider) operation(op *guard.Operation) {
	if op.Far {
		d.far(op)
		return
	}
	governors, deeds := d.set.governors(op), d.set.deeds(op)
	if (len(governors) > 0 || d.set.acting[op.Program] != nil) && onlyHelp(op) {
		return
	}
	texts := len(d.decision.Confirmations)
	evaluations := d.readBy(governors, op)
	for _, ev := range evaluations {
		if ev.read.Harmless == "" {
			d.apply(ev)
		}
	}
	d.deeds(op, deeds)
	switch {
	case len(governors) == 0:
		d.remainder(op, len(deeds) > 0)
	case op.Opaque != "":
		d.confirmHost(op)
	default:
		d.confirmUndeclared(evaluations, len(d.decision.Confirmations) > texts)
	}
}

// apply evaluates one policy on one operation.
func (d *decider) apply(ev *evaluation) {
	if !ev.applies() {
		return
	}
	d.decision.Policies = appendNew(d.decision.Policies, ev.policy.Name)
	for name := range ev.policy.Expected {
		d.named[name] = true
	}
	texts, checks := len(d.decision.Confirmations), len(d.decision.Checks)
	ev.readProblems()
	ev.requireExpected()
	ev.resolve()
	for _, block := range ev.inOrder() {
		ev.check(block)
	}
	if len(ev.read.Problems) > 0 { // that the rest is not known follows from them
		d.decision.Checks = slices.DeleteFunc(d.decision.Checks, func(check guard.Check) bool {
			checks--
			return checks < 0 && check.Status == guard.Unknown
		})
	}
	if !ev.denied && len(d.asks)+len(d.skipped) == 0 {
		ev.confirm()
	}
	ev.summarise(texts)
}

// inOrder has the roles first: a text to type may name them.
func (ev *evaluation) inOrder() []*blocks.Block {
	checks := slices.Clone(ev.policy.Checks)
	slices.SortStableFunc(checks, func(a, b *blocks.Block) int { return rank(a) - rank(b) })
	return checks
}

func rank(b *blocks.Block) int {
	if b.Kind == "role" {
		return 0
	}
	return 1
}

// applies evaluates `when`. Not known: the policy applies. An error or null: a
// check of that name refuses.
func (ev *evaluation) applies() bool {
	if ev.policy.When == nil {
		return true
	}
	o := ev.eval(ev.policy.When, nil)
	switch {
	case o.State == lang.Pending:
		return false
	case o.State == lang.Known && isBool(o.Value):
		return o.Value.True()
	case o.State == lang.Unknown:
		return true
	case o.State == lang.Known:
		o = ev.policy.When.Failed("when must be true or false, and is " + lang.Friendly(o.Value))
	}
	ev.add(guard.Check{
		Name: "when", Status: guard.Errored, Level: guard.HardMandatory,
		Message: o.Why(), Pos: blocks.Pos(ev.policy.When.Range()),
	})
	ev.d.decision.Policies = appendNew(ev.d.decision.Policies, ev.policy.Name)
	return false
}

// finish makes the decision of all that was found.
func (d *decider) finish() guard.Decision {
	decision := &d.decision
	if len(d.asks) > 0 {
		d.problem("facts are still to be measured", "", "")
	}
	d.leaveOut()
	d.mergeConfirmations()
	d.mergeClaims()
	if d.effect == guard.Confirm && len(decision.Confirmations) == 0 {
		d.problem("something must be confirmed, and there is no text to type", "report this as a bug of guard", "")
	}
	decision.Identities["host"] = d.request.Host.Name
	decision.Effect = d.effect
	return *decision
}

// leaveOut drops what was not decided, because the command is refused whatever the facts
// are that were skipped.
func (d *decider) leaveOut() {
	if len(d.skipped) == 0 {
		return
	}
	d.decision.Checks = slices.DeleteFunc(d.decision.Checks, func(check guard.Check) bool { return check.Status == guard.Unknown && check.Value == notYet })
	d.decision.Remarks = append(d.decision.Remarks, d.skipped...)
	if len(d.decision.Settled) == 0 && len(d.asks) == 0 {
		d.problem("not everything was measured", "report this as a bug of guard", "")
	}
}
