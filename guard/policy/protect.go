package policy

import (
	"slices"
	"strings"

	"blastguard/guard"
)

// protect refuses an operation on guard's own log, key and policies, or on a
// directory above them. Where things are only moved into, a directory above
// them is no target.
func (ev *evaluation) protect(given string, into bool, places ...string) {
	for _, protected := range ev.d.set.protect {
		for _, place := range places {
			if place != "" && (isInside(place, protected) || !into && isInside(protected, place)) {
				ev.d.problem(given+" holds what guard needs to work: "+protected, "choose another target", "")
				return
			}
		}
	}
}

// actsOnLinks: the program removes or renames a link, not what it leads to.
func (ev *evaluation) actsOnLinks() bool {
	return slices.Contains([]string{"rm", "rmdir", "unlink", "mv"}, ev.op.Program)
}

// movesInto: the path is the directory at the end of a line of mv. With a
// target directory named by a flag, or an unknown word, none is.
func (ev *evaluation) movesInto(i int, object map[string]any) bool {
	named := func(word guard.Word) bool {
		return word.Reading != guard.Literal || strings.HasPrefix(word.Text, "-") && strings.Contains(word.Text, "t")
	}
	return ev.op.Program == "mv" && i > 0 && i == len(ev.targets.given)-1 &&
		object["type"] == "directory" && !slices.ContainsFunc(ev.op.Args, named)
}
