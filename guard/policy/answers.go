package policy

import (
	"math/big"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// answers are what a decision knows of the world. Decide is one function of them: what
// was measured now, what a test states, and what is known ahead of a run differ in
// nothing else.
type answers interface {
	// look answers a question of guard's own; false: it is noted, and must be measured
	// first.
	look(d *decider, ask guard.Ask) (fact guard.Fact, answered bool)
	// probe answers the question of a policy's probe.
	probe(ev *evaluation, probe *blocks.Probe, ask guard.Ask) lang.Outcome
	// places are where paths lead: one object for each.
	places(ev *evaluation, paths []string) ([]any, lang.Outcome)
	// isDirectory: the path leads to a directory.
	isDirectory(d *decider, op *guard.Operation, given string, linkItself bool) bool
	// entries is how many files and directories lie below the paths.
	entries(ev *evaluation, paths []string) (float64, lang.Outcome)
	// held is what others hold of a floor or a budget, and who.
	held(ev *evaluation, claim guard.Claim) (*big.Rat, []string, lang.Outcome)
	// processes: it can be asked what the numbers of processes stand for.
	processes() bool
	// stated: they are those of a test, of the machine nothing is asked.
	stated() bool
	// later: when, where and by whom it runs is not known yet.
	later() bool
}

func (ev *evaluation) located(paths []string) ([]any, lang.Outcome) {
	return ev.d.answers.places(ev, paths)
}

func (ev *evaluation) tree(paths []string) (float64, lang.Outcome) {
	return ev.d.answers.entries(ev, paths)
}

func (ev *evaluation) held(claim guard.Claim) (*big.Rat, []string, lang.Outcome) {
	return ev.d.answers.held(ev, claim)
}

func (d *decider) isDirectory(op *guard.Operation, given string, linkItself bool) bool {
	return d.answers.isDirectory(d, op, given, linkItself)
}
