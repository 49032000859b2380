package dryrun

import (
	"fmt"
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
)

// step judges one operation.
func (r *runner) step(file scriptFile, script shell.Script, step shell.Step, reads scriptFile) guard.DryRunFinding {
	op := step.Operation
	seen := r.foresee(op)
	r.out.Secrets = append(r.out.Secrets, seen.Secrets...)
	r.out.Secrets = append(r.out.Secrets, secretsIn(op, step.Text)...)
	found := guard.DryRunFinding{
		File: file.shown, Line: step.Line, Column: step.Column, EndLine: step.EndLine, Text: guard.Shorten(step.Text, maxShownText), Op: &op,
		Policies: seen.Policies, Asking: seen.Asking, Commands: seen.Commands, Verdict: guard.NotGoverned, Unknown: unknownWords(op),
		Via: op.Via[min(len(script.By.Via), len(op.Via)):],
	}
	switch why := unreadable(op); {
	case seen.Refused() && op.Opaque == "":
		found.Verdict, found.Checks, found.Problems = guard.WillBeRefused, slices.Clone(seen.Checks), seen.Problems
		if r.lift(found) {
			found.Verdict = ahead(seen)
		}
	case reads.problem == "" && reads.path != "":
		found.Reads, found.Verdict = reads.shown, ahead(seen)
	case why != "" && (op.Opaque != "" || len(seen.Policies) == 0):
		found.Verdict, found.Reason = guard.CannotBeRead, why
		if reads.problem != "" {
			found.Reason += " (" + reads.problem + ")"
		}
	default:
		found.Verdict = ahead(seen)
	}
	return found
}

// ahead is what the policies say of an operation that they do not refuse.
func ahead(seen policy.Foresight) guard.Foreseen {
	switch {
	case len(seen.Asking) > 0:
		return guard.WillBeAsked
	case len(seen.Policies) > 0:
		return guard.WillDepend
	default:
		return guard.NotGoverned
	}
}

// lift applies the overrides that the step would have: all that refuses it must
// be lifted, as when it is reached.
func (r *runner) lift(found guard.DryRunFinding) bool {
	if !(policy.Foresight{Checks: found.Checks, Problems: found.Problems}).LiftedBy(r.overrides) {
		policy.SayHard(found.Checks, r.overrides)
		return false
	}
	for i := range found.Checks {
		found.Checks[i].Effect, found.Checks[i].Overridden = guard.Warn, true
	}
	return true
}

// foresee asks the policies, once for operations that are alike to them. What is
// refused is reported with its own words.
func (r *runner) foresee(op guard.Operation) policy.Foresight {
	key := fmt.Sprintf("%q %q %q %v %v %v %v %q %p", op.Program, op.Path, op.On, op.Builtin, op.Opaque != "", op.Account, op.Dir, op.Via, op.Env)
	for _, word := range op.Args {
		key += fmt.Sprintf(" %d", word.Reading)
		if word.Reading == guard.Literal {
			key += fmt.Sprintf("%q", word.Text)
		}
	}
	if known, ok := r.alike[key]; ok {
		return known
	}
	seen := r.set.Foresee(op)
	if seen.WritesOnly && !seen.Refused() && len(seen.Asking) == 0 { // scripts write files all the time
		seen = policy.Foresight{Secrets: seen.Secrets}
	}
	if !seen.Refused() && len(seen.Secrets) == 0 {
		r.alike[key] = seen
	}
	return seen
}

// unknownWords are the words that only expand when the operation runs.
func unknownWords(op guard.Operation) []string {
	var words []string
	for _, word := range op.Args {
		if word.Reading != guard.Literal && !slices.Contains(words, word.Text) {
			words = append(words, word.Text)
		}
	}
	return words
}
