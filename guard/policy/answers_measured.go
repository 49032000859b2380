package policy

import (
	"cmp"
	"math/big"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
)

// measured are the facts so far. What is missing is asked for.
type measured struct{ facts guard.Facts }

func (measured) processes() bool { return true }
func (measured) stated() bool    { return false }
func (measured) later() bool     { return false }

func (m measured) look(d *decider, ask guard.Ask) (fact guard.Fact, answered bool) {
	ask.Key = keyOf(ask) + ask.Key
	fact, answered = m.facts[ask.Key]
	switch {
	case !answered:
		d.ask(ask)
	case fact.Skipped:
		d.skipped = appendNew(d.skipped, fact.Reason)
	}
	return fact, answered && !fact.Skipped
}

func (measured) probe(ev *evaluation, probe *probeBlock, ask guard.Ask) outcome {
	fact, o := ev.d.fact(ask)
	ev.evidence[probe.name] = append(ev.evidence[probe.name], fact.Evidence...)
	return o
}

// places asks where paths lead: one object for each. The answer is
// guard's own and as long as the command, so that it is not bounded as the
// facts of policies are.
func (measured) places(ev *evaluation, paths []string) ([]any, outcome) {
	ask := guard.Ask{Kind: "resolve", Args: map[string]any{"paths": anyOf(paths)}, Timeout: 3 * time.Second, Label: "where the targets lead"}
	switch {
	case ev.op.Dir.Reading == guard.Literal:
		ask.Args["dir"] = ev.op.Dir.Text
	case slices.ContainsFunc(paths, func(p string) bool { return !path.IsAbs(p) }):
		return nil, settle(unknownValue(cmp.Or(ev.op.Dir.Reason, "the directory that it would run in is not known")))
	}
	return ev.d.places(ask, len(paths))
}

// isDirectory: the path leads to a directory. While that is asked for, and where
// it cannot be told, it is none; what cannot be told is refused where the path is
// decided. A link is followed unless it is what is hit.
func (measured) isDirectory(d *decider, op *guard.Operation, given string, linkItself bool) bool {
	ev := &evaluation{d: d, op: op}
	for range 2 {
		objects, o := d.answers.places(ev, []string{given})
		if o.state != known {
			d.unsure = d.unsure || o.state == pending
			return false
		}
		object, _ := objects[0].(map[string]any)
		real, _ := object["real"].(string)
		if object["type"] != "symlink" || real == "" || linkItself && !strings.HasSuffix(given, "/") {
			return object["type"] == "directory"
		}
		given = real
	}
	return false
}

func (measured) entries(ev *evaluation, paths []string) (entries float64, o outcome) {
	ask := guard.Ask{
		Kind: "tree", Args: map[string]any{"paths": anyOf(paths), "limit": int64(maxCounted)},
		Label: "how much lies below the targets",
	}
	if ev.op.Dir.Reading == guard.Literal {
		ask.Args["dir"] = ev.op.Dir.Text
	}
	_, o = ev.d.fact(ask)
	if o.state == pending || o.state == errored {
		return 0, o
	}
	parts, ok := objectParts(o.marked)
	if !ok {
		return 0, o
	}
	number := ev.part(parts, "entries", cty.Number)
	if number.state != known {
		return number.atLeast(), number
	}
	return floatOf(number.value), number
}

// held is what others hold of a floor or a budget.
func (measured) held(ev *evaluation, claim guard.Claim) (*big.Rat, []string, outcome) {
	args := map[string]any{"kind": string(claim.Kind), "policy": claim.Policy, "block": claim.Block, "key": claim.Key}
	if claim.Kind == guard.BudgetClaim {
		args["window"] = claim.Window.Seconds()
	} else {
		args["settle"] = claim.Settle.Seconds()
	}
	ask := guard.Ask{Kind: "claims", Args: args, Timeout: 3 * time.Second, Label: claim.Policy + ": what others have claimed"}
	_, o := ev.d.fact(ask)
	if o.state != known {
		return new(big.Rat), nil, o
	}
	if o.value.IsNull() || !isMapping(o.value.Type()) {
		return new(big.Rat), nil, failed("the log's answer is no object")
	}
	parts := o.value.AsValueMap()
	number := ev.part(parts, "held", cty.Number)
	if number.state != known {
		return new(big.Rat), nil, number
	}
	return ratOf(number.value), textsOf(parts["holders"]), o
}
