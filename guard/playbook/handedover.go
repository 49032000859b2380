package playbook

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/program"
)

// A step may hand a command to a server: tmux, cron, another host. What that executes
// is no step of the script, so it is decided when it is handed over.

// isSeenLater: a wrapper around the operation executes it, and then it is a step by
// itself. What a server was handed is not, nor what is loaded without an exec.
func isSeenLater(op guard.Operation) bool {
	for _, via := range op.Via {
		name, _, _ := strings.Cut(via, " ")
		switch kind := program.Of(path.Base(name)); {
		case op.Server != "" && kind.HandsOver():
			return false
		case !kind.Is(program.Loader):
			return true
		}
	}
	return false
}

// isMinorElsewhere: another host or a container would do what is not asked about here
// either, but where it hits something special: single files are removed, moved, given
// another mode. Nothing can be measured there, so the words must do.
func isMinorElsewhere(set *policy.Set, op guard.Operation) bool {
	if !op.Far || set == nil {
		return false
	}
	seen := set.Foresee(op)
	switch {
	case seen.Refused():
		return false
	case len(seen.Policies) == 0:
		return true
	}
	recursive := func(word guard.Word) bool {
		return isUnknown(word) || word.Text == "--recursive" || strings.HasPrefix(word.Text, "-") && !strings.HasPrefix(word.Text, "--") && strings.ContainsAny(word.Text, "rR")
	}
	return op.Opaque == "" && !slices.ContainsFunc(op.Args, recursive) &&
		slices.Contains([]string{"rm", "rmdir", "unlink", "mv", "cp", "ln", "touch", "chmod", "chown", "chgrp", "truncate", "tee", "install", "kill", "pkill"}, op.Program)
}
