package policy

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// resolution is where the path targets of one operation really lead.
type resolution struct {
	given   []string
	paths   []string     // resolved, as many as given when known
	outcome lang.Outcome // of the list of resolved paths, as expressions see it
	told    lang.Outcome // whether guard itself knows all of them
	places  []cty.Value  // for each of paths all names of what is there
	names   []string     // targets that are no paths, processes at the end
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
			unread = cmp.Or(unread, target.Word.Reason, "a target cannot be read before the command runs")
		}
	}
	return texts, unread
}

// resolve finds out where the targets lead, and keeps them for the panel.
func (ev *evaluation) resolve() {
	ev.resolved()
	names, _ := ev.words(command.NameTarget)
	for _, name := range names {
		ev.target(guard.Target{Given: guard.Printable(name)})
	}
	ev.processes()
}

// target adds what will be hit, once.
func (ev *evaluation) target(target guard.Target) {
	if d, key := ev.d, target.Given+"\x00"+target.Resolved; !d.hit[key] {
		d.hit[key] = true
		d.decision.Targets = append(d.decision.Targets, target)
	}
}

// identify notes what must be the same when measured again. Two operations may
// give the same name to different files: all of them are kept.
func (ev *evaluation) identify(name, value string) {
	identities := ev.d.decision.Identities
	was, seen := identities[name]
	switch {
	case !seen:
		identities[name] = value
	case !slices.Contains(strings.Split(was, "; "), value):
		identities[name] = was + "; " + value
	}
}

// resolved is target.resolved: the paths that will be hit, absolute, with the
// links of their directories followed.
func (ev *evaluation) resolved() lang.Outcome {
	if ev.targets != nil && ev.targets.outcome.State != lang.Pending {
		return ev.targets.outcome
	}
	paths, unread := ev.words(command.PathTarget)
	names, _ := ev.words(command.NameTarget)
	numbers, _ := ev.words(command.ProcessTarget)
	ev.targets = &resolution{given: paths, names: append(names, numbers...)}
	ev.targets.told = lang.Outcome{State: lang.Known}
	ev.targets.outcome = ev.resolvePaths(paths, unread)
	return ev.targets.outcome
}

// names is target.names: for each target the list of its resolved path, of its other
// names (of a directory that is mounted in several places), and of the names of what
// is mounted below it.
func (ev *evaluation) names() lang.Outcome {
	if o := ev.resolved(); o.State != lang.Known {
		return o
	}
	return lang.Settle(cty.TupleVal(ev.targets.places))
}

func (ev *evaluation) resolvePaths(paths []string, unread string) lang.Outcome {
	o := lang.Outcome{State: lang.Known}
	var objects []any
	if len(paths) > 0 {
		objects, o = ev.located(paths)
	}
	if o.State != lang.Known {
		ev.targets.told = o
		for _, given := range paths {
			ev.target(guard.Target{Given: guard.Printable(given), Detail: "not known: " + o.Why()})
		}
		return o
	}
	list := ev.noteTargets(paths, objects)
	if unread != "" {
		ev.targets.told = lang.Settle(lang.UnknownList(len(paths), unread))
		return ev.targets.told
	}
	return list
}

// places is the answer to a resolve question as a list of n objects.
func (d *decider) places(ask guard.Ask, n int) ([]any, lang.Outcome) {
	fact, answered := d.look(ask)
	if !answered {
		return nil, lang.Waiting()
	}
	objects, ok := fact.Value.([]any)
	switch {
	case !fact.Known:
		return nil, lang.Settle(lang.UnknownValue(fact.Reason))
	case !ok || len(objects) != n:
		return nil, lang.Settle(lang.UnknownValue("the answer does not fit the question"))
	default:
		return objects, lang.Outcome{State: lang.Known}
	}
}

// noteTargets keeps targets and identities, and makes the list of resolved
// paths.
func (ev *evaluation) noteTargets(paths []string, objects []any) lang.Outcome {
	list := make([]cty.Value, 0, len(paths))
	for i, given := range paths {
		object, _ := objects[i].(map[string]any)
		where, told := object["resolved"].(string)
		real, _ := object["real"].(string)
		target := guard.Target{Given: guard.Printable(given), Resolved: where, Detail: plainPart(object["type"])}
		value := lang.ExactText(where)
		switch {
		case !told || where == "":
			value = lang.UnknownText(guard.Printable(given) + ": " + reasonOf(object["resolved"]))
			target.Detail = "not known: " + reasonOf(object["resolved"])
			ev.targets.told = lang.Settle(value)
		case object["exists"] == false:
			target.Detail = "does not exist"
		}
		ev.target(target)
		ev.identify("target "+given, identityOf(object, real))
		list = append(list, value)
		ev.targets.paths = append(ev.targets.paths, where)
		ev.targets.places = append(ev.targets.places, allNames(value, object))
		places := append([]string{where}, otherNames(object["names"])...)
		if !ev.actsOnLinks() {
			places = append(append(places, real), otherNames(object["real_names"])...)
		}
		ev.protect(guard.Printable(given), ev.staysBelow(i, object), places...)
	}
	return lang.Settle(cty.TupleVal(list))
}

// identityOf is which file a path leads to, in words: a link put in the place of a
// directory must be seen as one.
func identityOf(object map[string]any, real string) string {
	file := strings.TrimSpace(real + " " + plainPart(object["device"]) + ":" + plainPart(object["inode"]))
	switch {
	case object["exists"] == false:
		return "nothing"
	case object["type"] == "symlink" && real == "":
		return "a link to nothing, " + file
	case object["type"] == "symlink":
		return "a link to " + file
	default:
		return file
	}
}

// allNames are a target's resolved path and its other names.
func allNames(where cty.Value, object map[string]any) cty.Value {
	list := []cty.Value{where}
	for _, key := range []string{"names", "holds"} {
		if unmeasured, is := object[key].(guard.Unmeasured); is {
			list = append(list, lang.UnknownText(cmp.Or(unmeasured.Reason, "its other names are not known")))
		}
		for _, name := range otherNames(object[key]) {
			list = append(list, lang.ExactText(name))
		}
	}
	return cty.TupleVal(list)
}

// otherNames are the texts of a list of plain values.
func otherNames(list any) []string {
	values, _ := list.([]any)
	var texts []string
	for _, value := range values {
		if text, is := value.(string); is {
			texts = append(texts, text)
		}
	}
	return texts
}

// plainPart is a part of a plain object for people; "" when it is not known.
func plainPart(part any) string {
	switch part.(type) {
	case string, int64, uint64, float64, int:
		return fmt.Sprint(part)
	default:
		return ""
	}
}

func reasonOf(part any) string {
	if unmeasured, ok := part.(guard.Unmeasured); ok && unmeasured.Reason != "" {
		return unmeasured.Reason
	}
	return "where it leads could not be told"
}

// objectParts are the parts of a value that should be an object.
func objectParts(value cty.Value) (map[string]cty.Value, bool) {
	plain, _ := value.Unmark()
	if !plain.IsKnown() || plain.IsNull() || !lang.IsMapping(plain.Type()) {
		return nil, false
	}
	return plain.AsValueMap(), true
}
