package policy

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// protect refuses an operation on guard's own log, key and policies, or on a
// directory above them unless what is below stays as it is.
func (ev *evaluation) protect(given string, stays bool, places ...string) {
	if ev.d.answers.later() {
		return // where guard's own files will be is not known
	}
	for _, protected := range ev.d.set.protect {
		for _, place := range places {
			if place != "" && (lang.IsInside(place, protected) || !stays && lang.IsInside(protected, place)) {
				ev.d.refuse(guard.Problem{What: given + " holds what guard needs to work: " + protected, Next: "choose another target", Measured: true})
				return
			}
		}
	}
}

// actsOnLinks: the program removes or renames a link, not what it leads to.
func (ev *evaluation) actsOnLinks() bool {
	if slices.Contains([]string{command.Writes, command.Edits, command.Appends}, ev.op.On) {
		return false
	}
	return ev.op.On == command.Replaces || ev.op.On == command.Removes || slices.Contains([]string{"rm", "rmdir", "unlink", "mv"}, ev.op.Program)
}

// staysBelow: what lies below the path is not touched.
func (ev *evaluation) staysBelow(i int, object map[string]any) bool {
	return ev.movesInto(i, object) || ev.changesAlone() || ev.writesInto(object)
}

// writesInto: the path is a directory into which something is written.
func (ev *evaluation) writesInto(object map[string]any) bool {
	return slices.Contains([]string{command.Writes, command.Edits, command.Appends}, ev.op.On) && object["type"] == "directory"
}

// changesAlone: the owner or the mode of the path itself is changed.
func (ev *evaluation) changesAlone() bool {
	return slices.Contains([]string{"chmod", "chown", "chgrp"}, ev.op.Program) && !ev.hasFlag("R", "r")
}

// movesInto: the path is the directory at the end of a line of mv. With a
// target directory named by a flag, or an unknown word, none is.
func (ev *evaluation) movesInto(i int, object map[string]any) bool {
	return ev.op.Program == "mv" && i > 0 && i == len(ev.targets.given)-1 &&
		object["type"] == "directory" && !ev.hasFlag("t", "t")
}

// hasFlag: some word is, or may be, a flag with this letter, or a long one that
// begins so.
func (ev *evaluation) hasFlag(letter, long string) bool {
	return slices.ContainsFunc(ev.op.Args, func(word guard.Word) bool {
		name, isLong := strings.CutPrefix(word.Text, "--")
		switch {
		case word.Reading != guard.Literal:
			return true
		case isLong:
			return strings.HasPrefix(name, long)
		default:
			return strings.HasPrefix(word.Text, "-") && strings.Contains(word.Text, letter)
		}
	})
}
