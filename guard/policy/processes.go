package policy

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// processes keeps the processes that are hit, each with what it is: a number
// alone tells a person nothing. It decides nothing, so that a process which
// cannot be looked at refuses nothing; one that has another program or start when
// it is looked at again is another one.
func (ev *evaluation) processes() {
	numbers, _ := ev.words(command.ProcessTarget)
	if len(numbers) == 0 {
		return
	}
	objects, why := ev.whatRuns(numbers)
	for i, number := range numbers {
		target := guard.Target{Given: guard.Printable(number)}
		if why != "" {
			target.Detail = "not known: " + why
		}
		if i < len(objects) {
			object, _ := objects[i].(map[string]any)
			target.Detail = processText(object)
			ev.identify("process "+target.Given, target.Detail)
		}
		ev.target(target)
	}
}

// whatRuns asks which processes the numbers are: an object for each, or why not.
// Both are empty where nothing is to be asked.
func (ev *evaluation) whatRuns(numbers []string) (objects []any, why string) {
	switch {
	case !ev.d.answers.processes():
		return nil, ""
	case slices.ContainsFunc(ev.op.Via, countsAnew):
		return nil, otherNumbers
	}
	fact, answered := ev.d.look(guard.Ask{
		Kind: "process", Args: map[string]any{"numbers": lang.Anys(numbers)}, Timeout: time.Second, Label: "which processes those are",
	})
	objects, ok := fact.Value.([]any)
	switch {
	case !answered:
		return nil, ""
	case !fact.Known:
		return nil, cmp.Or(fact.Reason, "no reason was given")
	case !ok || len(objects) != len(numbers):
		return nil, "the answer does not fit the question"
	default:
		return objects, ""
	}
}

const otherNumbers = "the number is that of a process in another namespace"

// countsAnew: below the wrapper a number may be that of another process.
func countsAnew(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	return slices.Contains([]string{"unshare", "nsenter"}, path.Base(name))
}

// processText is "postgres of user postgres since 2026-11-20T06:49:21Z".
func processText(object map[string]any) string {
	if object["exists"] == false {
		return "no such process"
	}
	name, named := object["name"].(string)
	if !named {
		return "not known: " + reasonOf(object["name"])
	}
	part := func(key string) string {
		if text, known := object[key].(string); known {
			return text
		}
		return "not known"
	}
	return guard.Printable(name) + " of user " + guard.Printable(part("user")) + " since " + part("since")
}
