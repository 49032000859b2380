package policy

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"path"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// expectPolicy is the policy that the checks of --expect belong to; a check is
// called expect.NAME as a whole.
const expectPolicy = "expect"

// expectations compares what the operator believes with what is measured. A
// name that nothing knows is refused: it would only look as if it protected.
func (d *decider) expectations() {
	for _, expectation := range d.request.Expect {
		r, builtin := d.expectation(expectation)
		switch {
		case builtin:
		case d.named[expectation.Name]:
			continue
		default:
			r = result{status: guard.Fails, value: "not known", message: "nothing here knows " + guard.Printable(expectation.Name) + lang.DidYouMean(expectation.Name, d.set.blocks.Expectable())}
		}
		d.judge(&guard.Check{
			Policy: expectPolicy, Name: guard.Printable(expectation.Name), Status: r.status, Level: guard.HardMandatory,
			Value: r.value, Limit: r.limit, Message: r.message, Pos: "--expect",
		})
	}
}

func (d *decider) expectation(e guard.Expectation) (result, bool) {
	limit := "expected " + guard.Printable(e.Value)
	if e.Value == "" {
		return result{status: guard.Fails, limit: limit, message: "the expected value is empty"}, true
	}
	var r result
	switch e.Name {
	case "host":
		r = d.expectHost(e.Value)
	case "role":
		r = d.expectRole(e.Value)
	case "count":
		r = d.expectCount(e.Value)
	case "target":
		r = d.expectTarget(e.Value)
	default:
		if !d.set.blocks.HasIdentity(e.Name) {
			return result{}, false
		}
		r = d.expectIdentity(e.Name, e.Value)
	}
	r.limit = limit
	return r, true
}

func (d *decider) expectHost(want string) result {
	name := d.request.Host.Name
	label, _, _ := strings.Cut(name, ".")
	return same(name, name != "" && (want == name || want == label), "the name of this host is not known")
}

func same(value string, equal bool, missing string) result {
	switch {
	case value == "":
		return result{status: guard.Unknown, value: "not known", message: missing}
	case equal:
		return result{status: guard.Passes, value: guard.Printable(value)}
	default:
		return result{status: guard.Fails, value: guard.Printable(value)}
	}
}

// actingOnce: one operation at most does something lasting, so that what its
// policies measured speaks for the whole request.
func (d *decider) actingOnce() bool {
	acting := 0
	for i := range d.ops {
		if op := &d.ops[i]; !isHarmless(op) || d.set.Governs(*op) {
			acting++
		}
	}
	return acting <= 1
}

// targetsOf reads the operations by the commands that describe them, also
// those that no policy names.
func (d *decider) targetsOf() (paths []string, unread string) {
	for i := range d.ops {
		op := &d.ops[i]
		if isHarmless(op) && !d.set.Governs(*op) {
			continue
		}
		found, why := d.operands(op)
		for _, one := range found {
			if !path.IsAbs(one) && op.Dir.Reading == guard.Literal {
				one = strings.TrimSuffix(op.Dir.Text, "/") + "/" + one
			} else if !path.IsAbs(one) {
				why = cmp.Or(why, "the directory that it would run in is not known")
				continue
			}
			paths = append(paths, one)
		}
		unread = cmp.Or(unread, why)
	}
	return distinctTexts(paths), unread
}

func (d *decider) operands(op *guard.Operation) (paths []string, unread string) {
	described := false
	for _, name := range slices.Sorted(maps.Keys(d.set.blocks.Commands)) {
		declared := d.set.blocks.Commands[name].Command
		fits := slices.Contains(declared.Programs, op.Program) || op.On != "" && slices.Contains(declared.On, op.On)
		if !fits || !declared.Matches(op) {
			continue
		}
		described = true
		ev := &evaluation{d: d, op: op, command: declared, read: declared.Read(op)}
		found, why := ev.words(command.PathTarget)
		paths = append(paths, found...)
		unread = cmp.Or(unread, why)
	}
	if !described {
		unread = "nothing says which operands of " + programName(op) + " are targets"
	}
	if op.Opaque != "" {
		unread = op.Opaque
	}
	if op.Far {
		unread = op.Server + " runs it, where nothing can be measured from here"
	}
	return paths, unread
}

// distinctTexts are sorted, each once.
func distinctTexts(texts []string) []string {
	slices.Sort(texts)
	return slices.Compact(texts)
}

// measuredFact asks a fact about the targets.
func (d *decider) measuredFact(kind, unread string, paths []string, args map[string]any) lang.Outcome {
	switch {
	case unread != "":
		return lang.Settle(lang.UnknownValue(unread))
	case len(paths) == 0:
		return lang.Settle(lang.UnknownValue("the command names no path"))
	}
	args["paths"] = lang.Anys(paths)
	_, o := d.fact(guard.Ask{Kind: kind, Args: args, Label: "--expect: " + kind})
	return o
}

func (d *decider) expectRole(want string) result {
	if !d.answers.stated() && len(d.decision.Roles) > 0 && d.actingOnce() {
		return rolesAre(d.decision.Roles, want)
	}
	paths, unread := d.targetsOf()
	o := d.measuredFact("datadir", unread, paths, map[string]any{})
	if o.State != lang.Known && o.State != lang.Unknown || o.Value.IsNull() || !o.Value.IsKnown() {
		return undecided(o, "")
	}
	ev := &evaluation{d: d}
	parts, _ := objectParts(o.Marked)
	found, ok := parts["found"]
	if !ok {
		return result{status: guard.Unknown, value: "not known", message: "the answer has no databases"}
	}
	list, _ := found.Unmark()
	if !list.IsKnown() || list.IsNull() || !lang.IsSequence(list.Type()) {
		return undecided(lang.Settle(found), "")
	}
	var roles []guard.Role
	for _, one := range list.AsValueSlice() {
		object, _ := objectParts(one)
		role := ev.part(object, "role", cty.String)
		roles = append(roles, guard.Role{Role: lang.TextOf(role.Value), Detail: role.Why()})
	}
	return rolesAre(roles, want)
}

func rolesAre(roles []guard.Role, want string) result {
	if len(roles) == 0 {
		return result{status: guard.Fails, value: "no database is hit"}
	}
	all := result{status: guard.Passes, value: want}
	for _, role := range roles {
		all = worse(all, same(role.Role, role.Role == want, role.Detail))
	}
	return all
}

func (d *decider) expectCount(text string) result {
	want, ok := new(big.Rat).SetString(text)
	if !ok || !lang.PlainNumber(text) || strings.Contains(text, "/") {
		return result{status: guard.Fails, message: "the expected count is no number"}
	}
	if d.unmeasured != "" {
		return result{status: guard.Unknown, value: "not known", message: d.unmeasured}
	}
	if d.measured && d.actingOnce() {
		return same(lang.ExactUnits(d.affected), d.affected.Cmp(want) == 0, "")
	}
	paths, unread := d.targetsOf()
	o := d.measuredFact("tree", unread, paths, map[string]any{"limit": int64(maxCounted)})
	if o.State == lang.Pending || o.State == lang.Errored {
		return undecided(o, "")
	}
	ev := &evaluation{d: d}
	parts, ok := objectParts(o.Marked)
	if !ok {
		return undecided(o, "")
	}
	entries := ev.part(parts, "entries", cty.Number)
	switch {
	case entries.State == lang.Known:
		return same(lang.ExactUnits(lang.RatOf(entries.Value)), lang.RatOf(entries.Value).Cmp(want) == 0, "")
	case guard.Decimal(entries.AtLeast()).Cmp(want) > 0:
		return result{status: guard.Fails, value: "at least " + lang.Units(entries.AtLeast())}
	default:
		return undecided(entries, "")
	}
}

// expectTarget: the one resolved target, or one name that is no path.
func (d *decider) expectTarget(want string) result {
	paths, unread := d.targetsOf()
	if len(paths) == 0 && unread == "" && len(d.decision.Targets) == 1 {
		return same(d.decision.Targets[0].Given, d.decision.Targets[0].Given == want, "")
	}
	if unread != "" || len(paths) == 0 {
		return result{status: guard.Unknown, value: "not known", message: cmp.Or(unread, "the command names no path")}
	}
	objects, o := d.places(guard.Ask{Kind: "resolve", Args: map[string]any{"paths": lang.Anys(paths)}, Label: "--expect: target"}, len(paths))
	if o.State != lang.Known {
		return undecided(o, "")
	}
	all := result{status: guard.Passes, value: want}
	for _, one := range objects {
		object, _ := one.(map[string]any)
		where, _ := object["resolved"].(string)
		all = worse(all, same(where, where == path.Clean(want), reasonOf(object["resolved"])))
	}
	return all
}

func (d *decider) expectIdentity(name, want string) result {
	identity, why := d.identityFor(name)
	if identity == nil {
		return result{status: guard.Unknown, value: "not known", message: why}
	}
	_, o := d.fact(guard.Ask{
		Kind: "exec", Args: map[string]any{"argv": lang.Anys(identity.Argv), "decode": "lines"},
		Timeout: identity.Timeout, Label: fmt.Sprintf("--expect: %s", name),
	})
	if o.State != lang.Known {
		return undecided(o, "")
	}
	lines := textsOf(o.Value)
	if len(lines) != 1 {
		return result{status: guard.Unknown, value: "not known", message: strings.Join(identity.Argv, " ") + " did not print one line"}
	}
	return same(lines[0], lines[0] == want, "")
}

// identityFor is how to ask for the context, account … of the programs in the
// request; nil, with the reason, when that would not be theirs.
func (d *decider) identityFor(name string) (found *blocks.Identity, why string) {
	for i := range d.ops {
		for _, identity := range d.set.blocks.Identities {
			if identity.Name != name || !slices.Contains(identity.Programs, d.ops[i].Program) {
				continue
			}
			if why := chosenIn(identity, &d.ops[i]); why != "" {
				return nil, why
			}
			if found != nil && !slices.Equal(found.Argv, identity.Argv) {
				return nil, "several programs here have their own " + name
			}
			found = identity
		}
	}
	if found == nil {
		why = "no program here has a " + name + " that guard can ask for"
	}
	return found, why
}

// chosenIn: the command may name its own context or account, or runs where
// another one is set.
func chosenIn(identity *blocks.Identity, op *guard.Operation) string {
	for _, word := range op.Args {
		for _, flag := range identity.ChosenBy {
			if word.Reading == guard.Literal && strings.HasPrefix(word.Text, flag) {
				return "the command chooses it itself with " + guard.Printable(word.Text)
			}
		}
		if word.Reading != guard.Literal {
			return "some of its words are only known when it runs"
		}
	}
	if len(op.Via) > 0 {
		return "behind " + strings.Join(op.Via, ", ") + " another one may be set"
	}
	return ""
}
