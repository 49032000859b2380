package policy

import (
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
)

// Test runs the test blocks of the set. run recognises the operations of a
// command as it is typed in a shell. Nothing of the machine is looked at.
func (s *Set) Test(run func(text string, r guard.Request) []guard.Operation) []TestResult {
	if s == nil {
		return nil
	}
	var results []TestResult
	for _, test := range s.blocks.Tests {
		results = append(results, s.test(test, run))
	}
	return results
}

func (s *Set) test(t *blocks.Test, run func(text string, r guard.Request) []guard.Operation) TestResult {
	request := t.Request
	request.Argv = []string{"sh", "-c", t.Run}
	ops := run(t.Run, request)
	asks, decision := s.decideWithin(maxDecision, func() *decider { return newDecider(s, request, ops, given{t.Given}) })
	result := TestResult{File: t.At.Filename, Line: t.At.Start.Line, Name: t.Name, Got: decision.Effect}
	var faults []string
	for _, ask := range asks {
		faults = append(faults, "the test gives no answer to "+ask.Label)
	}
	if decision.Effect != t.Expect {
		faults = append(faults, fmt.Sprintf("the decision is %s, expected %s", decision.Effect, t.Expect))
	}
	faults = append(faults, judgeChecks(t, decision, &result)...)
	faults = append(faults, judgeText(t, decision)...)
	result.Passed = len(faults) == 0
	result.Messages = append(faults, explain(decision)...)
	return result
}

// judgeChecks compares the checks that did not pass with those expected. An
// error in a check is never what a test wanted.
func judgeChecks(t *blocks.Test, decision guard.Decision, result *TestResult) []string {
	var faults []string
	got := map[string]bool{} // name to whether one of the expected ones covers it
	for _, check := range decision.Checks {
		if check.Status == guard.Passes {
			continue
		}
		name := nameInTest(check)
		result.Checks = appendNew(result.Checks, blocks.WithoutKey(name))
		if check.Status == guard.Errored {
			faults = append(faults, fmt.Sprintf("%s is an error: %s", check.ID(), check.Message))
		}
		covered := slices.Contains(t.Checks, name) || slices.Contains(t.Checks, blocks.WithoutKey(name))
		got[name], got[blocks.WithoutKey(name)] = covered, covered || got[blocks.WithoutKey(name)]
		if t.Compare && !covered && check.Effect != guard.Confirm { // a flag that nothing declares refuses nothing
			faults = append(faults, check.ID()+" does not pass, and is not expected")
		}
	}
	for _, name := range t.Checks {
		if !got[name] {
			faults = append(faults, name+" is expected not to pass, and passes or was not checked")
		}
	}
	return faults
}

// nameInTest is how a test names a check: without the policy, but for those of
// --expect.
func nameInTest(check guard.Check) string {
	if check.Policy == expectPolicy {
		return check.ID()
	}
	return check.Name
}

func judgeText(t *blocks.Test, decision guard.Decision) []string {
	if t.Text == "" {
		return nil
	}
	var texts []string
	for _, confirmation := range decision.Confirmations {
		texts = append(texts, confirmation.Text)
	}
	if slices.Contains(texts, t.Text) {
		return nil
	}
	return []string{fmt.Sprintf("the text to type is %q, expected %q", strings.Join(texts, `", "`), t.Text)}
}

// explain says what decided.
func explain(decision guard.Decision) []string {
	var lines []string
	for _, problem := range decision.Problems {
		lines = append(lines, joined(problem.What, problem.Next))
	}
	for _, check := range decision.Checks {
		if check.Status != guard.Passes {
			lines = append(lines, fmt.Sprintf("%s %s: %s (%s)", check.ID(), check.Status, joined(check.Value, check.Limit, check.Message), check.Pos))
		}
	}
	return lines
}
