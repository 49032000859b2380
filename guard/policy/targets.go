package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
)

// resolution is where the path targets of one operation really lead.
type resolution struct {
	given   []string
	paths   []string // resolved, as many as given when known
	outcome outcome  // of the list of resolved paths
	names   []string // targets that are no paths
}

// words are the targets of one kind as typed; unread says why some cannot be
// read.
func (ev *evaluation) words(kind command.TargetKind) (texts []string, unread string) {
	for _, target := range ev.read.Targets {
		switch {
		case target.Kind != kind:
		case target.Word.Reading == guard.Literal:
			texts = append(texts, target.Word.Text)
		default:
			unread = firstText(unread, target.Word.Reason, "a target cannot be read before the command runs")
		}
	}
	return texts, unread
}

// resolve finds out where the targets lead, and keeps them for the panel.
func (ev *evaluation) resolve() {
	ev.resolved()
	names := ev.targets.names
	for _, name := range names {
		ev.target(guard.Target{Given: guard.Printable(name)})
	}
}

// target adds what will be hit, once.
func (ev *evaluation) target(target guard.Target) {
	if d := ev.d; !d.hit[target.Given] {
		d.hit[target.Given] = true
		d.decision.Targets = append(d.decision.Targets, target)
	}
}

// resolved is target.resolved: the paths that will be hit, absolute, with the
// links of their directories followed.
func (ev *evaluation) resolved() outcome {
	if ev.targets != nil && ev.targets.outcome.state != pending {
		return ev.targets.outcome
	}
	paths, unread := ev.words(command.PathTarget)
	names, _ := ev.words(command.NameTarget)
	ev.targets = &resolution{given: paths, names: names}
	ev.targets.outcome = ev.resolvePaths(paths, unread)
	return ev.targets.outcome
}

func (ev *evaluation) resolvePaths(paths []string, unread string) outcome {
	o := outcome{state: known}
	objects := []map[string]cty.Value{}
	if len(paths) > 0 {
		objects, o = ev.located(paths)
	}
	switch {
	case o.state != known:
		for _, given := range paths {
			ev.target(guard.Target{Given: guard.Printable(given), Detail: "not known: " + o.why()})
		}
		return o
	case unread != "":
		o = settle(unknownList(len(paths), unread), nil)
	}
	list := ev.noteTargets(paths, objects)
	if unread != "" {
		return o
	}
	return list
}

// located asks the world where paths lead.
func (ev *evaluation) located(paths []string) ([]map[string]cty.Value, outcome) {
	if ev.d.given != nil {
		return ev.d.given.located(paths, ev.op.Dir.Text), outcome{state: known}
	}
	ask := guard.Ask{Kind: "resolve", Args: map[string]any{"paths": anyOf(paths)}, Timeout: 3 * time.Second, Label: "where the targets lead"}
	switch {
	case ev.op.Dir.Reading == guard.Literal:
		ask.Args["dir"] = ev.op.Dir.Text
	case slices.ContainsFunc(paths, func(p string) bool { return !path.IsAbs(p) }):
		return nil, settle(unknownValue(firstText(ev.op.Dir.Reason, "the directory that it would run in is not known")), nil)
	}
	_, o := ev.d.fact(ask)
	if o.state == pending || o.state == errored {
		return nil, o
	}
	if !o.value.IsKnown() || o.value.IsNull() || !isSequence(o.value.Type()) || o.value.LengthInt() != len(paths) {
		if o.state == known {
			o = settle(unknownValue("the answer does not fit the question"), nil)
		}
		return nil, o
	}
	var objects []map[string]cty.Value
	list, _ := o.marked.Unmark()
	for _, one := range list.AsValueSlice() {
		parts, _ := objectParts(one)
		objects = append(objects, parts)
	}
	return objects, outcome{state: known}
}

// objectParts are the parts of a value that should be an object.
func objectParts(value cty.Value) (map[string]cty.Value, bool) {
	plain, _ := value.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !isMapping(plain.Type()) {
		return nil, false
	}
	return plain.AsValueMap(), true
}

// noteTargets keeps targets and identities, and makes the list of resolved
// paths.
func (ev *evaluation) noteTargets(paths []string, objects []map[string]cty.Value) outcome {
	d, list := &ev.d.decision, []cty.Value{}
	for i, given := range paths {
		object := objects[i]
		where, real := plainText(object["resolved"]), plainText(object["real"])
		target := guard.Target{Given: guard.Printable(given), Resolved: where, Detail: plainText(object["type"])}
		if isFalsePart(object["exists"]) {
			target.Detail = "does not exist"
		}
		ev.target(target)
		d.Identities["target "+given] = strings.TrimSpace(real + " " + plainText(object["device"]) + ":" + plainText(object["inode"]))
		value, ok := object["resolved"]
		if !ok {
			value = unknownText("where " + guard.Printable(given) + " leads could not be told")
		}
		list = append(list, value)
		ev.targets.paths = append(ev.targets.paths, where)
		ev.d.protect(given, where, real)
	}
	return settle(cty.TupleVal(list), nil)
}

// protect refuses an operation on guard's own log, key and policies, or on a
// directory above them.
func (d *decider) protect(given string, places ...string) {
	for _, protected := range d.set.protect {
		for _, place := range places {
			if place != "" && (isInside(protected, place) || isInside(place, protected)) {
				d.problem(guard.Printable(given)+" holds what guard needs to work: "+protected, "choose another target, or break glass", "")
				return
			}
		}
	}
}

func plainText(value cty.Value) string {
	if value == cty.NilVal {
		return ""
	}
	plain, _ := value.Unmark()
	text, _ := display(plain)
	return text
}

func isFalsePart(value cty.Value) bool {
	if value == cty.NilVal {
		return false
	}
	plain, _ := value.Unmark()
	return plain.IsKnown() && isBool(plain) && plain.False()
}

// tree counts what lies below the paths.
func (ev *evaluation) tree(paths []string) (entries float64, o outcome) {
	if ev.d.given != nil {
		return ev.d.given.entries * float64(len(paths)), outcome{state: known}
	}
	ask := guard.Ask{
		Kind: "tree", Args: map[string]any{"paths": anyOf(paths), "limit": int64(maxCounted)},
		Label: "how much lies below the targets",
	}
	if ev.op.Dir.Reading == guard.Literal {
		ask.Args["dir"] = ev.op.Dir.Text
	}
	_, o = ev.d.fact(ask)
	if o.state == pending || o.state == errored {
		return 0, o
	}
	parts, ok := objectParts(o.marked)
	if !ok {
		return 0, o
	}
	number := ev.part(parts, "entries", cty.Number)
	if number.state != known {
		return number.atLeast(), number
	}
	return floatOf(number.value), number
}

// maxCounted is how many entries are counted for a text or an expectation.
const maxCounted = 1_000_000

// impact is the text that names what will be hit, when the policy does not say
// what to type; key is the same without numbers that may move.
func (ev *evaluation) impact() (text, key string, o outcome) {
	host := ev.d.request.Host.Name
	if host == "" {
		return "", "", settle(unknownText("the name of this host is not known"), nil)
	}
	if len(ev.roles) > 0 {
		return ev.roleImpact(host)
	}
	resolved := ev.resolved()
	switch {
	case resolved.state != known:
		return "", "", resolved
	case len(ev.targets.paths) == 1:
		text = host + ":" + ev.targets.paths[0]
	case len(ev.targets.paths) > 1:
		return ev.manyImpact(host)
	default:
		return ev.nameImpact(host)
	}
	text = ev.short(text)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) roleImpact(host string) (text, key string, o outcome) {
	var words []string
	for _, role := range ev.roles {
		if role.Role == "" {
			return "", "", settle(unknownText("the role of "+role.Of+" is "+role.Detail), nil)
		}
		words = appendNew(words, role.Role)
	}
	text = ev.short(strings.Join(words, "+") + " " + host)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) manyImpact(host string) (text, key string, o outcome) {
	entries, o := ev.tree(ev.targets.given)
	shown := units(entries) + " entries"
	switch {
	case o.state == pending || o.state == errored:
		return "", "", o
	case o.state == unknown && entries > 0:
		shown = "over " + shown
	case o.state == unknown:
		return "", "", o
	default:
		ev.d.decision.Counts = append(ev.d.decision.Counts, guard.Count{Name: ev.policy.name + ": entries", Value: entries})
	}
	text = fmt.Sprintf("%s: %d targets, %s", host, len(ev.targets.paths), shown)
	key = fmt.Sprintf("%s: %d targets %s", host, len(ev.targets.paths), digest(ev.targets.paths...))
	text = ev.short(text)
	return text, key, outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

func (ev *evaluation) nameImpact(host string) (text, key string, o outcome) {
	_, unread := ev.words(command.NameTarget)
	if unread != "" {
		return "", "", settle(unknownText(unread), nil)
	}
	switch names := ev.targets.names; len(names) {
	case 0:
		text = host
	case 1:
		text = host + ": " + names[0]
	default:
		text = fmt.Sprintf("%s: %d targets %s", host, len(names), digest(names...))
	}
	text = ev.short(text)
	return text, "", outcome{state: known, value: cty.StringVal(text), marked: cty.StringVal(text)}
}

// maxTyped is how long a text to type may be, in bytes.
const maxTyped = 80

// short keeps a text as it is when a person can type it, and otherwise makes
// one that still depends on all of it.
func (ev *evaluation) short(text string) string {
	if len(text) <= maxTyped && guard.Printable(text) == text && strings.TrimSpace(text) == text && text != "" {
		return text
	}
	host := guard.Printable(ev.d.request.Host.Name)
	if len(host) > 40 {
		host, _, _ = strings.Cut(host, ".")
		host = host[:min(len(host), 40)]
	}
	n := max(1, len(ev.d.decision.Targets))
	return fmt.Sprintf("%s: %s %s", host, count(n, "target"), digest(text))
}

func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:])[:6]
}
