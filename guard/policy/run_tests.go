package policy

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

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
	asks, decision := s.decideWithin(maxDecision, func() *decider {
		d := newDecider(s, request, ops, guard.Facts{})
		d.given = t.given
		return d
	})
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

// answer is what a test says of a probe. What it leaves out is unknown.
func (g *given) answer(policy string, probe *probeBlock) cty.Value {
	value, ok := g.probes[policy+"/"+probe.name]
	if !ok {
		value, ok = g.probes[probe.name]
	}
	if !ok && probe.kind.Usual != nil {
		if usual, err := toValue(probe.kind.Usual); err == nil {
			return usual
		}
	}
	if !ok {
		return unknownValue("the test gives no value for probe " + probe.name)
	}
	if probe.kind.Name == "resolve" {
		return usualPlaces(value)
	}
	plain, marks := value.Unmark()
	if probe.kind.Result == nil || !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() {
		return value
	}
	parts := plain.AsValueMap()
	if parts == nil {
		parts = map[string]cty.Value{}
	}
	for _, name := range probe.kind.Result {
		if _, given := parts[name]; !given {
			parts[name] = unknownValue(fmt.Sprintf("the test gives no %s of probe %s", name, probe.name))
		}
	}
	return cty.ObjectVal(parts).WithMarks(marks)
}

// usualPlaces are the answers of a resolve probe: what a test does not say of a place
// is that of an ordinary one, which is no device and is mounted once.
func usualPlaces(value cty.Value) cty.Value {
	plain, marks := value.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !isSequence(plain.Type()) {
		return value
	}
	places := []cty.Value{}
	for _, place := range plain.AsValueSlice() {
		inner, own := place.Unmark()
		if !inner.IsKnown() || inner.IsNull() || !inner.Type().IsObjectType() {
			places = append(places, place)
			continue
		}
		parts := map[string]cty.Value{
			"rdev": cty.NullVal(cty.String), "disk": cty.NullVal(cty.String), "char": cty.NullVal(cty.String), "kernel": cty.NullVal(cty.String),
			"names": cty.EmptyTupleVal, "real_names": cty.EmptyTupleVal, "holds": cty.EmptyTupleVal, "disks": cty.EmptyTupleVal,
		}
		maps.Copy(parts, inner.AsValueMap())
		if _, said := parts["real"]; !said && parts["resolved"] != cty.NilVal {
			parts["real"] = parts["resolved"]
		}
		places = append(places, cty.ObjectVal(parts).WithMarks(own))
	}
	return cty.TupleVal(places).WithMarks(marks)
}

// held are the units that others hold: by "UNIT", or "UNIT/KEY".
func (g *given) held(_ string, claim guard.Claim) float64 {
	unit := strings.TrimPrefix(claim.Block, "blast_radius.")
	if n, ok := g.claims[unit+"/"+claim.Key]; ok {
		return n
	}
	return g.claims[unit]
}

// located answers where paths lead: as the test says, or where they say.
func (g *given) located(paths []string, dir string) []any {
	var objects []any
	for i, given := range paths {
		where, ok := g.resolves[given]
		if !ok {
			where = given
			if !path.IsAbs(where) {
				where = path.Join(dir, where)
			}
			where = path.Clean(where)
		}
		objects = append(objects, map[string]any{
			"given": given, "resolved": where, "real": where, "exists": true,
			"type": "directory", "device": uint64(1), "inode": uint64(i + 2),
		})
	}
	return objects
}
