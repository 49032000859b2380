package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/lang"
)

// role passes when the role of one server is known and one of those wanted,
// and so are its lag and its upstream where the block limits them. What was
// measured bad counts before what is not known: only the latter may be
// overridden by on_unknown.
func (ev *evaluation) role(b *blocks.Block, e *each) result {
	of, o := ev.object(b.Attrs["of"], e)
	wanted, wantedOutcome := ev.textList(b.Attrs["must_be"], e)
	limit := "must be " + strings.Join(wanted, " or ")
	switch {
	case wantedOutcome.State != lang.Known:
		return undecided(wantedOutcome, "")
	case o.State != lang.Known:
		ev.noteRole(b, nil, e, o)
		return undecided(o, limit)
	}
	ev.noteRole(b, of, e, ev.part(of, "role", cty.String))
	r := ev.roleIs(of, wanted, limit)
	if b.Attrs["max_lag"] != nil {
		r = worse(r, ev.lagBelow(b, e, of))
	}
	if b.Attrs["upstream_alive"] != nil {
		r = worse(r, ev.upstreamAlive(b, e, of))
	}
	return r
}

func (ev *evaluation) roleIs(of map[string]cty.Value, wanted []string, limit string) result {
	o := ev.part(of, "role", cty.String)
	if o.State != lang.Known {
		return undecided(o, limit)
	}
	role := o.Value.AsString()
	if slices.Contains(wanted, role) {
		return result{status: guard.Passes, value: role, limit: limit}
	}
	return result{status: guard.Fails, value: role, limit: limit}
}

func (ev *evaluation) lagBelow(b *blocks.Block, e *each, of map[string]cty.Value) result {
	most, o := ev.measure(b.Attrs["max_lag"], e, command.ParseDuration)
	if o.State != lang.Known {
		return undecided(o, "")
	}
	limit := "at most " + lang.Span(most) + " behind"
	lag := ev.part(of, "lag", cty.Number)
	if lag.State != lang.Known {
		lag.Reasons = []string{"lag: " + lag.Why()}
		return undecided(lag, limit)
	}
	r := result{status: guard.Fails, value: lang.Span(lang.FloatOf(lag.Value)) + " behind", limit: limit}
	if seconds := lang.FloatOf(lag.Value); seconds >= 0 && seconds <= most {
		r.status = guard.Passes
	}
	return r
}

func (ev *evaluation) upstreamAlive(b *blocks.Block, e *each, of map[string]cty.Value) result {
	want := ev.eval(b.Attrs["upstream_alive"], e)
	switch {
	case want.State != lang.Known:
		return undecided(want, "")
	case !isBool(want.Value):
		return result{message: "upstream_alive must be true or false"}
	case want.Value.False():
		return result{status: guard.Passes}
	}
	const limit = "its primary must be alive"
	alive, given := of["upstream_alive"]
	o := lang.Settle(alive)
	switch {
	case !given:
		return result{message: "the object has no upstream_alive", limit: limit}
	case o.State != lang.Known:
		o.Reasons = []string{"upstream: " + o.Why()}
		return undecided(o, limit)
	case isBool(o.Value) && o.Value.True():
		return result{status: guard.Passes, limit: limit}
	case o.IsNull():
		return result{status: guard.Fails, value: "it has no primary", limit: limit}
	default:
		return result{status: guard.Fails, value: "its primary is not alive", limit: limit}
	}
}

// object evaluates an expression that must be an object. Its parts keep what
// is not known of them.
func (ev *evaluation) object(x *blocks.Expr, e *each) (map[string]cty.Value, lang.Outcome) {
	o := ev.eval(x, e)
	if o.State == lang.Pending || o.State == lang.Errored {
		return nil, o
	}
	value, marks := o.Marked.Unmark()
	switch {
	case !value.IsKnown():
		return nil, o
	case value.IsNull():
		return nil, x.Failed("there is nothing to look at: it is null")
	case !lang.IsMapping(value.Type()):
		return nil, x.Failed("an object is needed, not a " + value.Type().FriendlyName())
	}
	parts := map[string]cty.Value{}
	for it := value.ElementIterator(); it.Next(); {
		name, part := it.Element()
		parts[lang.TextOf(name)] = part.WithMarks(marks)
	}
	return parts, lang.Outcome{State: lang.Known}
}

// part is one attribute of an object, of a type and not null.
func (ev *evaluation) part(of map[string]cty.Value, name string, want cty.Type) lang.Outcome {
	value, ok := of[name]
	if !ok {
		return lang.Failed("the object has no " + name)
	}
	o := lang.Settle(value)
	switch {
	case o.State != lang.Known:
		return o
	case o.Value.IsNull():
		return lang.Failed(name + " does not apply: it is null")
	case !o.Value.Type().Equals(want):
		return lang.Failed(fmt.Sprintf("%s must be a %s, and is a %s", name, want.FriendlyName(), lang.Friendly(o.Value)))
	default:
		return o
	}
}

// textList evaluates a text or a list of texts.
func (ev *evaluation) textList(x *blocks.Expr, e *each) ([]string, lang.Outcome) {
	o := ev.eval(x, e)
	if o.State != lang.Known {
		return nil, o
	}
	values := []cty.Value{o.Value}
	if !o.Value.IsNull() && lang.IsSequence(o.Value.Type()) {
		values = o.Value.AsValueSlice()
	}
	var texts []string
	for _, value := range values {
		if lang.TextOf(value) == "" {
			return nil, x.Failed("a text or a list of texts is needed, not " + emptyOr(value))
		}
		texts = append(texts, value.AsString())
	}
	if len(texts) == 0 {
		return nil, x.Failed("a text or a list of texts is needed, not an empty list")
	}
	return texts, o
}

// noteRole keeps what was found, for the panel, the text to type and the
// comparison after the confirmation.
func (ev *evaluation) noteRole(b *blocks.Block, of map[string]cty.Value, e *each, role lang.Outcome) {
	found := guard.Role{Of: ev.policy.Name, Evidence: ev.evidenceOf(b)}
	if e != nil {
		found.Of = e.key
	}
	for _, name := range []string{"path", "name", "host"} {
		if text := lang.TextOf(of[name]); of[name] != cty.NilVal && text != "" {
			found.Of = text
			break
		}
	}
	if role.State == lang.Known {
		found.Role = lang.TextOf(role.Value)
	} else {
		found.Detail = "not known: " + role.Why()
	}
	found.Instance = instanceOf(of)
	d := ev.d
	d.decision.Identities["role "+found.Of] = found.Role
	if identity, ok := of["identity"]; ok {
		if o := lang.Settle(identity); o.State == lang.Known && !o.Value.IsNull() {
			text, _ := lang.Display(o.Value)
			d.decision.Identities["database "+found.Of] = text
		}
	}
	found.Detail = joined(found.Detail, serverDetail(of, found.Role))
	ev.roles = append(ev.roles, found)
	d.decision.Roles = append(d.decision.Roles, found)
}

// instanceOf is what tells a server from others of its host; "" when nothing does.
func instanceOf(of map[string]cty.Value) string {
	for _, name := range []string{"path", "data_directory", "name", "host", "port"} {
		part, given := of[name]
		if !given {
			continue
		}
		if o := lang.Settle(part); o.State == lang.Known && !o.Value.IsNull() {
			if text, _ := lang.Display(o.Value); text != "" && name == "port" {
				return "port " + text
			} else if text != "" {
				return text
			}
		}
	}
	return ""
}

// serverDetail is what else a person should see of a server: how far it is behind,
// whether it runs, where, and what it follows.
func serverDetail(of map[string]cty.Value, role string) string {
	has := func(name string) (cty.Value, bool) {
		part, given := of[name]
		if !given {
			return cty.NilVal, false
		}
		o := lang.Settle(part)
		return o.Value, o.State == lang.Known && !o.Value.IsNull()
	}
	var said []string
	if lag, told := has("lag"); told && role != "" && lag.Type() == cty.Number {
		said = append(said, lang.Span(lang.FloatOf(lag))+" behind")
	}
	if runs, told := has("running"); told && isBool(runs) && runs.True() {
		said = append(said, "a server is running in it")
	} else if told && isBool(runs) {
		said = append(said, "no server runs in it")
	}
	if port, told := has("port"); told {
		text, _ := lang.Display(port)
		said = append(said, "port "+text)
	}
	if upstream, told := has("upstream"); told {
		text, _ := lang.Display(upstream)
		verb := "follows "
		if role == "former" {
			verb = "replaced by "
		}
		said = append(said, verb+text)
	}
	return strings.Join(said, ", ")
}
