package policy

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard"
)

// maxDecision is how long one call of Decide may take. What takes longer is
// denied; a decision of ten policies takes less than a millisecond.
const maxDecision = 10 * time.Second

// Decide says what the policies say of a request, and which facts they still
// need. While it asks, its decision denies. It is a pure function of its
// arguments; it recovers from panics, and denies then and when it takes longer
// than maxDecision.
func (s *Set) Decide(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
	return s.decideWithin(maxDecision, func() *decider { return newDecider(s, request, ops, measured{facts}) })
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

// decider is one call of Decide.
type decider struct {
	set        *Set
	request    guard.Request
	ops        []guard.Operation
	answers    answers
	hit        map[string]bool    // targets that are in the decision
	base       *hcl.EvalContext   // see surroundings
	locals     map[*local]outcome // of the files: no policy and no operation changes them
	bare       map[string]string  // texts to type, without the roles before them
	asks       []guard.Ask
	asked      map[string]int // key to the place in asks
	skipped    []string       // what was not measured to the end, and why
	unsure     bool           // which operations there are depends on what is still asked
	decision   guard.Decision
	effect     guard.Effect
	saying     headline            // of the operation that is being decided
	said       headline            // of the command, by its operations
	spent      map[string]*big.Rat // units that earlier operations of the request take
	named      map[string]bool     // expectations that an applying policy knows
	affected   *big.Rat            // sum of measured blast radii
	measured   bool                // some blast radius was measured
	unmeasured string              // why some other could not be
}

func newDecider(s *Set, request guard.Request, ops []guard.Operation, answers answers) *decider {
	return &decider{
		set: s, request: request, ops: ops, answers: answers, effect: guard.Allow,
		asked: map[string]int{}, bare: map[string]string{}, hit: map[string]bool{}, locals: map[*local]outcome{},
		spent: map[string]*big.Rat{}, affected: new(big.Rat), named: map[string]bool{},
		decision: guard.Decision{Identities: map[string]string{}},
	}
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
	d.decision.Policies = appendNew(d.decision.Policies, ev.policy.name)
	for name := range ev.policy.expected {
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
func (ev *evaluation) inOrder() []*block {
	blocks := slices.Clone(ev.policy.blocks)
	slices.SortStableFunc(blocks, func(a, b *block) int { return rank(a) - rank(b) })
	return blocks
}

func rank(b *block) int {
	if b.kind == "role" {
		return 0
	}
	return 1
}

// applies evaluates `when`. Not known: the policy applies. An error or null: a
// check of that name refuses.
func (ev *evaluation) applies() bool {
	if ev.policy.when == nil {
		return true
	}
	o := ev.eval(ev.policy.when, nil)
	switch {
	case o.state == pending:
		return false
	case o.state == known && isBool(o.value):
		return o.value.True()
	case o.state == unknown:
		return true
	case o.state == known:
		o = ev.policy.when.failed("when must be true or false, and is " + friendly(o.value))
	}
	ev.add(guard.Check{
		Name: "when", Status: guard.Errored, Level: guard.HardMandatory,
		Message: o.why(), Pos: pos(ev.policy.when.Range()),
	})
	ev.d.decision.Policies = appendNew(ev.d.decision.Policies, ev.policy.name)
	return false
}

// ask notes a question, once for each key. The longest timeout and the
// shortest freshness win.
func (d *decider) ask(ask guard.Ask) {
	i, seen := d.asked[ask.Key]
	if !seen {
		d.asked[ask.Key] = len(d.asks)
		d.asks = append(d.asks, ask)
		return
	}
	d.asks[i].Timeout = max(d.asks[i].Timeout, ask.Timeout)
	d.asks[i].FreshFor = min(d.asks[i].FreshFor, ask.FreshFor)
}

// problem denies for a reason that belongs to no check.
func (d *decider) problem(what, next, pos string) {
	d.refuse(guard.Problem{What: what, Next: next, Pos: pos})
}

func (d *decider) refuse(problem guard.Problem) {
	d.effect = guard.Deny
	if !slices.Contains(d.decision.Problems, problem) {
		d.decision.Problems = append(d.decision.Problems, problem)
	}
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
