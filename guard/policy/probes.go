package policy

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// probe is the answer to a question of the policy, or pending when it must be
// measured first.
func (ev *evaluation) probe(name string) lang.Outcome {
	if o, done := ev.probes[name]; done {
		return o
	}
	probe := ev.policy.Probes[name]
	if probe == nil {
		return lang.Failed("the policy has no probe called " + name)
	}
	o := ev.answer(probe)
	if o.State != lang.Pending {
		ev.probes[name] = o
	}
	return o
}

func (ev *evaluation) answer(probe *blocks.Probe) lang.Outcome {
	if probe.ForEach == nil {
		return ev.question(probe, nil)
	}
	elements, o := ev.elements(probe.ForEach)
	if o.State != lang.Known {
		return o
	}
	values, worst := map[string]cty.Value{}, lang.Known
	var reasons []string
	for i := range elements {
		one := ev.question(probe, &elements[i])
		values[elements[i].key] = one.Marked
		if one.State == lang.Pending || one.State == lang.Errored {
			worst = min(worst, one.State)
			reasons = append(reasons, one.Reasons...)
		}
	}
	if worst != lang.Known {
		return lang.Outcome{State: worst, Value: cty.DynamicVal, Marked: cty.DynamicVal, Reasons: reasons}
	}
	return lang.Settle(cty.ObjectVal(values))
}

// question asks for one fact. Arguments that are not known make the answer
// unknown; an error in one is an error.
func (ev *evaluation) question(probe *blocks.Probe, e *each) lang.Outcome {
	ask := guard.Ask{Kind: probe.Kind.Name, Args: map[string]any{}, Label: fmt.Sprintf("%s: %s %s", ev.policy.Name, probe.Kind.Name, probe.Name)}
	for _, name := range slices.Sorted(maps.Keys(probe.Attrs)) {
		if name == "if_empty" {
			continue // evaluated when it is needed
		}
		if o := ev.argument(&ask, probe, name, e); o.State != lang.Known {
			return o
		}
	}
	if probe.Attrs["operands"] != nil {
		operands, _ := ask.Args["operands"].([]any)
		if len(operands) == 0 {
			return ev.withoutOperands(probe, e)
		}
		argv, _ := ask.Args["argv"].([]any)
		ask.Args["argv"] = slices.Concat(argv, operands)
		delete(ask.Args, "operands")
	}
	if o := ev.directory(&ask, probe.Kind); o.State != lang.Known {
		return o
	}
	if o := ev.environment(&ask, probe.Kind); o.State != lang.Known {
		return o
	}
	return ev.d.answers.probe(ev, probe, ask)
}

// withoutOperands is the answer of a program that is not run: without operands
// it might tell of everything instead of nothing.
func (ev *evaluation) withoutOperands(probe *blocks.Probe, e *each) lang.Outcome {
	if answer := probe.Attrs["if_empty"]; answer != nil {
		return ev.eval(answer, e)
	}
	return lang.Settle(lang.UnknownValue("there are no operands for probe " + probe.Name + ", and without any it is not run: if_empty says what the answer is then"))
}

// argument evaluates one attribute of a probe into the question.
func (ev *evaluation) argument(ask *guard.Ask, probe *blocks.Probe, name string, e *each) lang.Outcome {
	if name == "timeout" || name == "fresh_for" {
		seconds, o := ev.measure(probe.Attrs[name], e, command.ParseDuration)
		if name == "timeout" {
			ask.Timeout = lang.Duration(seconds)
		} else {
			ask.FreshFor = lang.Duration(seconds)
		}
		return o
	}
	i := slices.IndexFunc(probe.Kind.Params, func(param guard.ProbeParam) bool { return param.Name == name })
	if i < 0 {
		return lang.Failed("a " + probe.Kind.Name + " probe takes no " + name)
	}
	o := ev.eval(probe.Attrs[name], e)
	if o.State != lang.Known {
		o.Reasons = []string{fmt.Sprintf("%s of probe %s: %s", name, probe.Name, o.Why())}
		if o.State == lang.Unknown {
			o.Marked = lang.UnknownValue(o.Why())
			o.Value = cty.DynamicVal
		}
		return o
	}
	value, err := blocks.ParamValue(probe.Kind.Params[i], o.Value)
	if err == nil && value == nil && name == "dir" && probe.Kind.Anywhere {
		err = fmt.Errorf("it is null")
	}
	if err != nil {
		return lang.Failed(fmt.Sprintf("%s of probe %s: %v", name, probe.Name, err))
	}
	if value != nil {
		ask.Args[name] = value
	}
	return o
}

// directory says where relative paths start, if the kind of probe wants to
// know it: in the directory of the operation.
func (ev *evaluation) directory(ask *guard.Ask, kind guard.ProbeKind) lang.Outcome {
	fine := lang.Outcome{State: lang.Known}
	takes := slices.ContainsFunc(kind.Params, func(param guard.ProbeParam) bool { return param.Name == "dir" })
	if _, set := ask.Args["dir"]; set || !takes || kind.Anywhere {
		return fine
	}
	if ev.op.Dir.Reading == guard.Literal {
		ask.Args["dir"] = ev.op.Dir.Text
		return fine
	}
	if slices.ContainsFunc(slices.Sorted(maps.Keys(ask.Args)), func(name string) bool { return hasRelative(ask.Args[name]) }) {
		return lang.Settle(lang.UnknownValue("the directory that it would run in is not known"))
	}
	return fine
}

// environment gives the question the variables of the operation, which may be others than
// those of the request: env AWS_PROFILE=prod. One that the policy names must be known.
func (ev *evaluation) environment(ask *guard.Ask, kind guard.ProbeKind) lang.Outcome {
	if kind.Environ == nil || ev.d.answers.stated() {
		return lang.Outcome{State: lang.Known}
	}
	named := []string{}
	if list, ok := ask.Args["env"].([]any); ok {
		for _, name := range list {
			named = append(named, fmt.Sprint(name))
		}
	}
	ours := map[string]string{}
	for _, variable := range ev.d.request.Env {
		if name, value, ok := strings.Cut(variable, "="); ok && (guard.NamedBy(kind.Environ, name) || guard.NamedBy(named, name)) {
			ours[name] = value
		}
	}
	theirs := map[string]string{}
	for name, value := range ev.op.Env {
		if guard.NamedBy(kind.Environ, name) || guard.NamedBy(named, name) {
			theirs[name] = value
		}
	}
	if !ev.op.EnvComplete {
		for _, name := range named {
			if _, set := ev.op.Env[name]; !set {
				return lang.Settle(lang.UnknownValue("variable " + guard.Printable(name) + " of the command is not known: write NAME=VALUE before the program itself"))
			}
		}
		forgotten := len(theirs) == 0 // as behind sudo: nothing is said about any of them
		for _, name := range slices.Sorted(maps.Keys(ours)) {
			switch _, set := theirs[name]; {
			case forgotten:
				theirs[name] = ours[name]
			case !set:
				return lang.Settle(lang.UnknownValue("variable " + guard.Printable(name) + " of the command is not known: the text sets it"))
			}
		}
	}
	ask.Env = []string{}
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		ask.Env = append(ask.Env, name+"="+theirs[name])
	}
	if !maps.Equal(ours, theirs) {
		ask.Key = otherEnvironment(ask.Env)
	}
	return lang.Outcome{State: lang.Known}
}

// salt makes what stands for variables in a key mean nothing elsewhere.
var salt = sync.OnceValue(rand.Text)

// otherEnvironment is a text that is equal for equal variables in this process.
func otherEnvironment(variables []string) string {
	sum := sha256.Sum256([]byte(salt() + "\x00" + strings.Join(variables, "\x00")))
	return " in another environment " + hex.EncodeToString(sum[:8])
}

func hasRelative(arg any) bool {
	switch v := arg.(type) {
	case string:
		return !path.IsAbs(v)
	case []any:
		return slices.ContainsFunc(v, hasRelative)
	default:
		return false
	}
}

// fact looks for the answer to a question, or asks it.
func (d *decider) fact(ask guard.Ask) (guard.Fact, lang.Outcome) {
	fact, answered := d.look(ask)
	if !answered {
		return fact, lang.Waiting()
	}
	for _, secret := range fact.Secrets {
		d.decision.Secrets = appendNew(d.decision.Secrets, secret)
	}
	value, err := lang.FactValue(fact)
	if err != nil {
		value = lang.UnknownValue(err.Error())
	}
	return fact, lang.Settle(value)
}

// look finds the fact, or notes the question.
func (d *decider) look(ask guard.Ask) (fact guard.Fact, answered bool) {
	return d.answers.look(d, ask)
}

// keyOf is equal for equal questions.
func keyOf(ask guard.Ask) string {
	args := lang.Canonical(ask.Args)
	if len(args) > 200 {
		sum := sha256.Sum256([]byte(args))
		args = hex.EncodeToString(sum[:])
	}
	return ask.Kind + " " + args
}

// evidenceOf are the lines that say where the values of a block come from.
func (ev *evaluation) evidenceOf(b *blocks.Block) []string {
	var lines []string
	seen := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(b.Attrs)) {
		for _, probe := range ev.probesBehind(b.Attrs[name], 0) {
			if !seen[probe] {
				seen[probe] = true
				lines = append(lines, ev.evidence[probe]...)
			}
		}
	}
	return lines
}

// probesBehind are the probes of an expression, also through locals.
func (ev *evaluation) probesBehind(x *blocks.Expr, depth int) []string {
	if x == nil || depth > lang.MaxDepth {
		return nil
	}
	probes := slices.Clone(x.Probes)
	for _, name := range x.Locals {
		if named, ok := ev.policy.Locals[name]; ok {
			probes = append(probes, ev.probesBehind(named.Expr, depth+1)...)
		}
	}
	return probes
}
