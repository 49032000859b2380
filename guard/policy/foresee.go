package policy

import (
	"slices"
	"time"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// Foresight is what the policies say of an operation before it is reached:
// nothing is measured, and neither the host, the operator nor the time are
// known.
type Foresight struct {
	// Policies govern the operation, unless what is measured later says that
	// they do not apply; in the order of the files. Empty: nothing governs it.
	Policies []string
	Commands []string // by which they know it
	// WritesOnly: they are only about what it does to paths, as of any program that
	// writes a file, and not about its program.
	WritesOnly bool
	// Asking are those of them that have it confirmed whatever is measured: it will
	// be asked about, if it is not refused.
	Asking []string
	// Checks fail whatever is measured, wherever it runs: it will be refused.
	Checks []guard.Check
	// Problems refuse it likewise: a command line whose words are all known,
	// and that cannot be what was meant.
	Problems []guard.Problem
	// Secrets are argument values that must not be shown or written.
	Secrets []string
}

// Refused: it cannot be allowed as it stands.
func (f Foresight) Refused() bool { return len(f.Checks) > 0 || len(f.Problems) > 0 }

// Foresee says what governs an operation and whether it is certain to be
// refused. It is a pure function, asks for no facts, and takes an operation that
// it fails on for governed.
func (s *Set) Foresee(op guard.Operation) Foresight {
	if !s.Governs(op) || s == nil {
		return Foresight{}
	}
	done := make(chan Foresight, 1)
	go func() {
		d := newDecider(s, guard.Request{}, []guard.Operation{op}, ahead{})
		foresight := Foresight{}
		defer func() {
			if recover() != nil {
				foresight = d.everyGovernor(&op)
			}
			done <- foresight
		}()
		foresight = d.foresee(&op)
	}()
	timer := time.NewTimer(maxDecision)
	defer timer.Stop()
	select {
	case foresight := <-done:
		return foresight
	case <-timer.C:
		return newDecider(s, guard.Request{}, nil, ahead{}).everyGovernor(&op)
	}
}

// everyGovernor are all policies that name the operation's command.
func (d *decider) everyGovernor(op *guard.Operation) Foresight {
	var f Foresight
	for _, g := range d.set.governors(op) {
		f.add(g)
	}
	for _, deed := range d.set.deeds(op) {
		for _, g := range d.set.byOn[deed.Does] {
			f.add(g)
		}
	}
	return f
}

func (f *Foresight) add(g governor) {
	f.Policies = appendNew(f.Policies, g.policy.Name)
	f.Commands = appendNew(f.Commands, g.command.Name)
}

func (d *decider) foresee(op *guard.Operation) Foresight {
	var f Foresight
	if onlyHelp(op) {
		return f
	}
	governors := d.set.governors(op)
	evaluations := d.readBy(governors, op)
	for i, ev := range evaluations {
		if len(undeclaredBy(ev, evaluations)) > 0 {
			f.add(governors[i])
			f.Asking = appendNew(f.Asking, ev.policy.Name)
		}
		d.foreseeOne(&f, governors[i], ev)
	}
	f.WritesOnly = len(f.Policies) == 0
	deeds := d.set.deeds(op)
	for _, derived := range d.derived(op, deeds) {
		for _, g := range d.set.governors(&derived) {
			d.foreseeOne(&f, g, newEvaluation(d, g, &derived))
		}
	}
	for _, deed := range deeds { // also of paths that are not known
		for _, g := range d.set.byOn[deed.Does] {
			f.add(g)
		}
	}
	f.WritesOnly = f.WritesOnly && len(f.Policies) > 0
	f.Secrets = d.decision.Secrets
	if allRead(op) {
		f.Problems = d.decision.Problems
	}
	for _, check := range d.decision.Checks {
		if check.Effect == guard.Deny && d.certain(check, op) {
			f.Checks = append(f.Checks, check)
		}
	}
	return f
}

func (d *decider) foreseeOne(f *Foresight, g governor, ev *evaluation) {
	if ev.read.Harmless != "" {
		return
	}
	applies := ev.foreseen()
	if applies.State == lang.Known && applies.Value.False() {
		return
	}
	f.add(g)
	if applies.State != lang.Known || ev.op.Opaque != "" {
		return
	}
	if len(g.policy.Confirms) > 0 {
		f.Asking = appendNew(f.Asking, g.policy.Name)
	}
	ev.readProblems()
	ev.resolve()
	for _, block := range ev.inOrder() {
		ev.check(block)
	}
}

// foreseen evaluates `when`, as far as that can be.
func (ev *evaluation) foreseen() lang.Outcome {
	if ev.policy.When == nil {
		return lang.Outcome{State: lang.Known, Value: cty.True}
	}
	o := ev.eval(ev.policy.When, nil)
	if o.State == lang.Known && !isBool(o.Value) {
		return lang.Outcome{State: lang.Unknown}
	}
	return o
}

// certain: the check does not pass for what it knows, not for what it does not.
func (d *decider) certain(check guard.Check, op *guard.Operation) bool {
	switch check.Status {
	case guard.Fails:
		return true
	case guard.Errored:
		return allRead(op)
	default:
		return false
	}
}

// allRead: no word of the operation is unknown. What is wrong with a command
// line may be another thing when it is (dd if="$F").
func allRead(op *guard.Operation) bool {
	return !slices.ContainsFunc(op.Args, func(word guard.Word) bool { return word.Reading != guard.Literal })
}

// later is a variable that is only known when the operation runs.
func (ev *evaluation) later(name string) cty.Value {
	return lang.UnknownValue(name + " is only known when it runs")
}
