package policy

import (
	"math/big"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// decider is one call of Decide.
type decider struct {
	set        *Set
	request    guard.Request
	ops        []guard.Operation
	answers    answers
	hit        map[string]bool                // targets that are in the decision
	base       *hcl.EvalContext               // see surroundings
	locals     map[*blocks.Local]lang.Outcome // of the files: no policy and no operation changes them
	bare       map[string]string              // texts to type, without the roles before them
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
		asked: map[string]int{}, bare: map[string]string{}, hit: map[string]bool{}, locals: map[*blocks.Local]lang.Outcome{},
		spent: map[string]*big.Rat{}, affected: new(big.Rat), named: map[string]bool{},
		decision: guard.Decision{Identities: map[string]string{}},
	}
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

func appendNew(list []string, name string) []string {
	if slices.Contains(list, name) {
		return list
	}
	return append(list, name)
}
