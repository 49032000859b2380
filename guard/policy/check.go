package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// result is what became of one check on one element.
type result struct {
	status  guard.Status
	value   string
	limit   string
	message string
	pos     string // of an error: the attribute, or the part of it
}

// notYet is the value of a check that waits for a fact.
const notYet = "not measured yet"

// undecided is the result of an outcome that has no known value.
func undecided(o outcome, limit string) result {
	switch o.state {
	case unknown:
		return result{status: guard.Unknown, value: "not known", limit: limit, message: o.why()}
	case pending:
		return result{status: guard.Unknown, value: notYet, limit: limit}
	default:
		return result{status: guard.Errored, limit: limit, message: o.why(), pos: o.pos}
	}
}

// worse is the result that decides of two: an error, then what was measured
// outside its limit, then what is not known.
func worse(a, b result) result {
	if severity(b.status) < severity(a.status) {
		return b
	}
	return a
}

func severity(status guard.Status) int {
	switch status {
	case guard.Passes:
		return 3
	case guard.Unknown:
		return 2
	case guard.Fails:
		return 1
	default:
		return 0
	}
}

// check evaluates one block, for each of its elements.
func (ev *evaluation) check(b *block) {
	elements, o := ev.elements(b.attrs["for_each"])
	if o.state != known {
		if b.kind == "role" && o.state == unknown {
			ev.noteRole(b, nil, nil, o)
		}
		for _, name := range b.checkNames() {
			ev.report(b, name, nil, undecided(o, ""))
		}
		return
	}
	for i := range elements {
		e := &elements[i]
		if b.attrs["for_each"] == nil {
			e = nil
		}
		switch b.kind {
		case "rule":
			ev.report(b, b.name(), e, ev.rule(b, e))
		case "role":
			ev.report(b, b.name(), e, ev.role(b, e))
		case "backup":
			ev.report(b, b.name(), e, ev.backup(b, e))
		case "blast_radius":
			ev.blastRadius(b, e)
		default:
			ev.report(b, b.name(), e, result{message: "no such check"})
		}
	}
}

// rule passes only when its condition is known and true.
func (ev *evaluation) rule(b *block, e *each) result {
	o := ev.eval(b.attrs["condition"], e)
	switch {
	case o.state != known:
		return undecided(o, "")
	case !isBool(o.value):
		return result{message: "the condition must be true or false, and is " + friendly(o.value)}
	case o.value.True():
		return result{status: guard.Passes}
	default:
		return result{status: guard.Fails}
	}
}

// report adds the check with its level, its message and its place.
func (ev *evaluation) report(b *block, name string, e *each, r result) guard.Check {
	if e != nil {
		name += "[" + e.key + "]"
	}
	check := guard.Check{
		Name: name, Status: r.status, Level: b.level, Value: r.value, Limit: r.limit, Message: r.message,
		Evidence: ev.evidenceOf(b), Pos: cmp.Or(r.pos, pos(b.at)),
	}
	if condition := b.attrs["condition"]; condition != nil && b.attrs["error_message"] == nil && r.status != guard.Passes && r.status != guard.Errored {
		check.Message = withReason(ev.d.set.source(condition.Range()), r.message)
	}
	if message := b.attrs["error_message"]; message != nil && r.status != guard.Passes {
		check.Message = withReason(ev.render(message, e), r.message)
	}
	if r.status == guard.Unknown && b.onUnknown != nil {
		check.Level = *b.onUnknown
	}
	return ev.add(check)
}

// add judges a check and keeps it.
func (ev *evaluation) add(check guard.Check) guard.Check {
	check.Policy = ev.policy.name
	ev.d.judge(&check)
	ev.denied = ev.denied || check.Effect == guard.Deny
	if check.Status == guard.Fails && check.Effect == guard.Deny && !ev.d.unsure {
		ev.d.decision.Settled = append(ev.d.decision.Settled, check.ID())
	}
	return check
}

// judge turns status, level and override into the check's effect.
func (d *decider) judge(check *guard.Check) {
	switch {
	case check.Status == guard.Passes:
		check.Effect = guard.Allow
	case check.Level == guard.Advisory:
		check.Effect = guard.Warn
	case check.Level == guard.SoftMandatory && d.overrides(check.ID()):
		check.Effect, check.Overridden = guard.Warn, true
	default:
		check.Effect = guard.Deny
	}
	d.effect = guard.Strictest(d.effect, check.Effect)
	d.decision.Checks = append(d.decision.Checks, *check)
}

// overrides says whether a check is overridden: by its name, with a reason.
func (d *decider) overrides(id string) bool {
	return strings.TrimSpace(d.request.Reason) != "" && slices.Contains(d.request.Overrides, id)
}

// checkOverrides refuses overrides that name no check at all: a misspelt name must
// not look as if it had worked. One that was not needed is only said.
func (d *decider) checkOverrides() {
	if len(d.asks) > 0 {
		return
	}
	if len(d.request.Overrides) > 0 && strings.TrimSpace(d.request.Reason) == "" {
		d.problem("an override needs a reason", "add --reason TEXT", "")
		return
	}
	for _, id := range d.request.Overrides {
		d.checkOverride(id)
	}
}

func (d *decider) checkOverride(id string) {
	var failing []string
	passes := false
	for i := range d.decision.Checks {
		check := &d.decision.Checks[i]
		if check.Status == guard.Passes {
			passes = passes || check.ID() == id
			continue
		}
		failing = append(failing, check.ID())
		if check.ID() != id {
			continue
		}
		if check.Level == guard.HardMandatory {
			check.Message = joined(check.Message, "it is hard-mandatory and cannot be overridden")
		}
		return
	}
	declared, _ := d.set.Overridable(id)
	switch {
	case passes:
		d.remark("--override " + guard.Printable(id) + " was not needed: the check passes")
		return
	case declared:
		d.remark("--override " + guard.Printable(id) + " was not needed: the check is not about this")
		return
	}
	next := "leave it out"
	if len(failing) > 0 {
		next = "what does not pass: " + strings.Join(failing, ", ")
	}
	d.problem(fmt.Sprintf("--override %s names no check that does not pass", guard.Printable(id)), next, "")
}

// remark says something that changes nothing.
func (d *decider) remark(text string) {
	d.decision.Remarks = appendNew(d.decision.Remarks, text)
}

func joined(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), "; ")
}

func withReason(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + ": " + reason
}

// render is a text for people: parts that are not known, or errors, print as
// "?".
func (ev *evaluation) render(x *expr, e *each) string {
	if x == nil {
		return ""
	}
	template, ok := x.Expression.(*hclsyntax.TemplateExpr)
	if !ok {
		return ev.renderPart(x, e)
	}
	var b strings.Builder
	for _, part := range template.Parts {
		b.WriteString(ev.renderPart(&expr{Expression: part, probes: x.probes, locals: x.locals, target: x.target, impact: x.impact}, e))
	}
	return guard.Printable(b.String())
}

func (ev *evaluation) renderPart(x *expr, e *each) string {
	if text, joins := ev.renderJoin(x, e); joins {
		return text
	}
	o := ev.eval(x, e)
	text, ok := display(o.value)
	if o.state != known || !ok {
		return "?"
	}
	return text
}

// renderJoin writes the elements of a join() that are known, and "?" for the others.
func (ev *evaluation) renderJoin(x *expr, e *each) (text string, joins bool) {
	call, joins := x.Expression.(*hclsyntax.FunctionCallExpr)
	if !joins || call.Name != "join" || len(call.Args) != 2 || call.ExpandFinal {
		return "", false
	}
	part := func(argument hclsyntax.Expression) *expr {
		return &expr{Expression: argument, probes: x.probes, locals: x.locals, target: x.target, impact: x.impact}
	}
	between, list := ev.eval(part(call.Args[0]), e), ev.eval(part(call.Args[1]), e)
	values, ok, err := elements("join", list.value)
	if textOf(between.value) == "" && between.state != known || list.state != known && list.state != unknown || !ok || err != nil {
		return "?", true
	}
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = "?"
		if value.IsWhollyKnown() {
			if text, ok := display(value); ok {
				texts[i] = text
			}
		}
	}
	return strings.Join(texts, textOf(between.value)), true
}

// summarise says what the command does, as the policy has it: of several the first
// one of those that decide. texts is how many there were to type before.
func (ev *evaluation) summarise(texts int) {
	weight := guard.Allow
	switch {
	case ev.denied:
		weight = guard.Deny
	case len(ev.d.decision.Confirmations) > texts:
		weight = guard.Confirm
	}
	if ev.policy.summary == nil || !ev.d.saying.outweighs(weight) {
		return
	}
	text := ev.render(ev.policy.summary, nil)
	switch {
	case ev.op.Opaque != "":
		text = guard.Printable(ev.op.Program + ": " + ev.op.Opaque)
	case strings.HasSuffix(text, " "): // what it names is not there, or empty
		text = ev.op.Program + " " + guard.ShowWords(ev.op.Args)
	}
	ev.d.saying.say(text, weight)
}

// headline is what something does, by the strictest of those who say it.
type headline struct {
	text   string
	weight guard.Effect
}

// outweighs says whether what decides so says more than what was said until now.
func (h *headline) outweighs(weight guard.Effect) bool {
	return h.text == "" || guard.Strictest(weight, h.weight) != h.weight
}

// say keeps a text of somebody who decides so.
func (h *headline) say(text string, weight guard.Effect) {
	if text != "" && h.outweighs(weight) {
		h.text, h.weight = text, weight
	}
}

// readProblems refuses a command line that cannot be what was meant.
func (ev *evaluation) readProblems() {
	for _, problem := range ev.read.Problems {
		ev.denied = true
		ev.d.problem(fmt.Sprintf("%s: %s", ev.op.Program, problem), "see how command "+ev.command.Name+" is declared", ev.command.Pos)
	}
}

// requireExpected refuses when a name that must be stated is not.
func (ev *evaluation) requireExpected() {
	for _, name := range ev.policy.expects {
		stated := slices.ContainsFunc(ev.d.request.Expect, func(e guard.Expectation) bool { return e.Name == name })
		if stated {
			continue
		}
		ev.add(guard.Check{
			Name: "expect." + name, Status: guard.Fails, Level: ev.policy.level, Value: "not stated", Limit: "must be stated",
			Message: "add --expect " + name + "=VALUE", Pos: pos(ev.policy.at),
		})
	}
}
