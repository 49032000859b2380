package policy

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// ahead is what is known before a script runs. Every fact is unknown: what is decided
// without it ("arg.delete && …") is then certain.
type ahead struct{ measured }

func (ahead) processes() bool { return false }
func (ahead) later() bool     { return true }

func (ahead) look(*decider, guard.Ask) (guard.Fact, bool) {
	return guard.Fact{Reason: "it is measured when it runs"}, true
}

// places: some paths lead where they say, whenever that is.
func (a ahead) places(ev *evaluation, paths []string) ([]any, lang.Outcome) {
	if !slices.ContainsFunc(paths, isElsewhere) {
		return exactPlaces(paths), lang.Outcome{State: lang.Known}
	}
	return a.measured.places(ev, paths)
}

// isElsewhere: links may lead the path elsewhere. The root and what lies right
// below it have no directory that could be a link.
func isElsewhere(name string) bool {
	return !path.IsAbs(name) || path.Clean(name) != name || strings.Count(name, "/") != 1
}

// exactPlaces are paths that lead where they say, as the answer to where they
// lead. What they are is not known; a directory refuses the least.
func exactPlaces(paths []string) []any {
	places := make([]any, len(paths))
	for i, name := range paths {
		places[i] = map[string]any{"resolved": name, "type": "directory"} // mv moves into one
	}
	return places
}
