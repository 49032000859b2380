package playbook

import (
	"fmt"
	"slices"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// Of what a person states with --expect, a script as a whole has a host; a step
// of it may have a role. Everything else is about one command.
const (
	ofTheRun  = "host"
	ofTheStep = "role"
)

// expectations are those of a name.
func expectations(all []guard.Expectation, name string) []guard.Expectation {
	return slices.DeleteFunc(slices.Clone(all), func(one guard.Expectation) bool { return one.Name != name })
}

// runExpects decides a supervised command by what is expected of it as a whole. An
// expectation that would never be compared is refused: it would only seem to protect.
// If something besides a script runs that is not a step, everything that is expected
// must be known before. A program that was named is one command, also when it
// is supervised; only its role shows at the steps.
func runExpects(isScript func(guard.Operation) bool, decide decision) decision {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		if slices.ContainsFunc(ops, func(op guard.Operation) bool { return !op.Supervised }) {
			return decide(request, ops, facts)
		}
		if !slices.ContainsFunc(ops, isScript) {
			request.Expect = slices.DeleteFunc(slices.Clone(request.Expect), func(one guard.Expectation) bool { return one.Name == ofTheStep })
			return decide(request, ops, facts)
		}
		for _, one := range request.Expect {
			if one.Name != ofTheRun && one.Name != ofTheStep {
				return nil, refused(request, guard.Problem{
					What: fmt.Sprintf("--expect %s is about one command, and this is a script", guard.Printable(one.Name)),
					Next: "with a script only host and role can be expected; put the others before the command in the script: guard --expect …",
				})
			}
		}
		request.Expect = expectations(request.Expect, ofTheRun)
		return decide(request, ops, facts)
	}
}

// stepExpects decides a step: when it hits databases, they must have the role
// that is expected.
func stepExpects(decide decision) decision {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		expected := expectations(request.Expect, ofTheStep)
		request.Expect = nil
		asks, decided := decide(request, ops, facts)
		if len(asks) > 0 || len(decided.Roles) == 0 || len(expected) == 0 {
			return asks, decided
		}
		request.Expect = expected
		return decide(request, ops, facts)
	}
}

// refused denies a command for one reason, before any policy decides it. What is secret
// in it is masked.
func refused(request guard.Request, problem guard.Problem) guard.Decision {
	return guard.Decision{
		Effect: guard.Deny, Problems: []guard.Problem{problem}, Secrets: secret.Found(request.Argv),
		Summary: guard.CommandLine(secret.New(nil).Argv(request.Argv)),
	}
}
