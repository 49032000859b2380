package policy

import (
	"fmt"
	"slices"
	"strings"

	"blastguard/guard"
)

// Test runs the test blocks of the set. run recognises the operations of a
// command as it is typed in a shell. Nothing of the machine is looked at.
func (s *Set) Test(run func(text string, r guard.Request) []guard.Operation) []TestResult {
	if s == nil {
		return nil
	}
	var results []TestResult
	for _, test := range s.tests {
		results = append(results, s.test(test, run))
	}
	return results
}

func (s *Set) test(t *testBlock, run func(text string, r guard.Request) []guard.Operation) TestResult {
	request := t.request
	request.Argv = []string{"sh", "-c", t.run}
	ops := run(t.run, request)
	asks, decision := s.decideWithin(maxDecision, func() *decider { return newDecider(s, request, ops, t.given) })
	result := TestResult{File: t.at.Filename, Line: t.at.Start.Line, Name: t.name, Got: decision.Effect}
	var faults []string
	for _, ask := range asks {
		faults = append(faults, "the test gives no answer to "+ask.Label)
	}
	if decision.Effect != t.expect {
		faults = append(faults, fmt.Sprintf("the decision is %s, expected %s", decision.Effect, t.expect))
	}
	faults = append(faults, t.judgeChecks(decision, &result)...)
	faults = append(faults, t.judgeText(decision)...)
	result.Passed = len(faults) == 0
	result.Messages = append(faults, explain(decision)...)
	return result
}

// judgeChecks compares the checks that did not pass with those expected. An
// error in a check is never what a test wanted.
func (t *testBlock) judgeChecks(decision guard.Decision, result *TestResult) []string {
	var faults []string
	got := map[string]bool{} // name to whether one of the expected ones covers it
	for _, check := range decision.Checks {
		if check.Status == guard.Passes {
			continue
		}
		name := nameInTest(check)
		result.Checks = appendNew(result.Checks, withoutKey(name))
		if check.Status == guard.Errored {
			faults = append(faults, fmt.Sprintf("%s is an error: %s", check.ID(), check.Message))
		}
		covered := slices.Contains(t.checks, name) || slices.Contains(t.checks, withoutKey(name))
		got[name], got[withoutKey(name)] = covered, covered || got[withoutKey(name)]
		if t.compare && !covered && check.Effect != guard.Confirm { // a flag that nothing declares refuses nothing
			faults = append(faults, check.ID()+" does not pass, and is not expected")
		}
	}
	for _, name := range t.checks {
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

func (t *testBlock) judgeText(decision guard.Decision) []string {
	if t.text == "" {
		return nil
	}
	var texts []string
	for _, confirmation := range decision.Confirmations {
		texts = append(texts, confirmation.Text)
	}
	if slices.Contains(texts, t.text) {
		return nil
	}
	return []string{fmt.Sprintf("the text to type is %q, expected %q", strings.Join(texts, `", "`), t.text)}
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
