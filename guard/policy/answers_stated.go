package policy

import (
	"fmt"
	"maps"
	"math/big"
	"path"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// given answers by the world that a test states.
type given struct{ *blocks.World }

func (given) processes() bool { return false }
func (given) stated() bool    { return true }
func (given) later() bool     { return false }

// look asks: what a test does not state has no answer.
func (given) look(d *decider, ask guard.Ask) (guard.Fact, bool) { return measured{}.look(d, ask) }

func (g given) probe(ev *evaluation, probe *blocks.Probe, _ guard.Ask) lang.Outcome {
	return lang.Settle(g.answer(ev.policy.Name, probe))
}

func (g given) places(ev *evaluation, paths []string) ([]any, lang.Outcome) {
	return g.located(paths, ev.op.Dir.Text), lang.Outcome{State: lang.Known}
}

// isDirectory: a test says it by a slash.
func (given) isDirectory(_ *decider, _ *guard.Operation, given string, _ bool) bool {
	return strings.HasSuffix(given, "/") || path.Base(given) == "." || path.Base(given) == ".."
}

func (g given) entries(_ *evaluation, paths []string) (float64, lang.Outcome) {
	return g.Below * float64(len(paths)), lang.Outcome{State: lang.Known}
}

func (g given) held(_ *evaluation, claim guard.Claim) (*big.Rat, []string, lang.Outcome) {
	return guard.Decimal(g.taken(claim)), nil, lang.Outcome{State: lang.Known}
}

// answer is what a test says of a probe. What it leaves out is unknown.
func (g given) answer(policy string, probe *blocks.Probe) cty.Value {
	value, ok := g.Probes[policy+"/"+probe.Name]
	if !ok {
		value, ok = g.Probes[probe.Name]
	}
	if !ok && probe.Kind.Usual != nil {
		if usual, err := lang.ToValue(probe.Kind.Usual); err == nil {
			return usual
		}
	}
	if !ok {
		return lang.UnknownValue("the test gives no value for probe " + probe.Name)
	}
	if probe.Kind.Name == "resolve" {
		return usualPlaces(value)
	}
	plain, marks := value.Unmark()
	if probe.Kind.Result == nil || !plain.IsKnown() || plain.IsNull() || !plain.Type().IsObjectType() {
		return value
	}
	parts := plain.AsValueMap()
	if parts == nil {
		parts = map[string]cty.Value{}
	}
	for _, name := range probe.Kind.Result {
		if _, given := parts[name]; !given {
			parts[name] = lang.UnknownValue(fmt.Sprintf("the test gives no %s of probe %s", name, probe.Name))
		}
	}
	return cty.ObjectVal(parts).WithMarks(marks)
}

// usualPlaces are the answers of a resolve probe: what a test does not say of a place
// is that of an ordinary one, which is no device and is mounted once.
func usualPlaces(value cty.Value) cty.Value {
	plain, marks := value.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !lang.IsSequence(plain.Type()) {
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

// taken are the units that others hold: by "UNIT", or "UNIT/KEY".
func (g given) taken(claim guard.Claim) float64 {
	unit := strings.TrimPrefix(claim.Block, "blast_radius.")
	if n, ok := g.Claims[unit+"/"+claim.Key]; ok {
		return n
	}
	return g.Claims[unit]
}

// located answers where paths lead: as the test says, or where they say.
func (g given) located(paths []string, dir string) []any {
	var objects []any
	for i, given := range paths {
		where, ok := g.Resolves[given]
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
