package playbook

import (
	"bytes"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/program"
	"blastguard/guard/supervise"
)

// A text on the command line (sh -c TEXT) is read before it starts. Unsupervised
// it is decided then, as a whole. Below guard what it executes is a step like that
// of a script, where every word is known; then only what is certain to be refused,
// and what might not be seen, is decided before.

// deferral says what of a text is decided at its step.
type deferral struct {
	classify *classifier
	whole    bool // nothing of it: see isUndivided
}

// defersAny: some policy governs what a text executes, and what that hits
// cannot be known before: its words are known when the shell has expanded them
// (sh -c 'rm -r "$X"'), or something in the text changes it first
// (sh -c 'mv a b; rm -r b').
func (d *deferral) defersAny(ops []guard.Operation) bool {
	for i, op := range ops {
		if (isUnknown(op.Dir) || slices.ContainsFunc(op.Args, isUnknown) || d.changedBefore(i, ops) != "") && d.defers(op) {
			return true
		}
	}
	return false
}

// changedBefore is the program of a text that may change what a governed operation
// of it hits; "" for none. In which order they come is not looked at: there are
// functions and loops.
func (d *deferral) changedBefore(one int, ops []guard.Operation) string {
	op := ops[one]
	if op.Far || !slices.ContainsFunc(op.Via, isShellText) || !d.classify.set.Governs(op) {
		return ""
	}
	for i, other := range ops {
		if i != one && mayMove(other) {
			return other.Program
		}
	}
	return ""
}

// mayMove: after the operation a path may lead to what was elsewhere before. What
// removes things, makes empty ones or changes their modes does not do that. What is
// opaque is asked about or seen itself.
func mayMove(op guard.Operation) bool {
	if op.Builtin && slices.Contains([]string{".", "source"}, op.Program) {
		return true
	}
	return op.Program != "" && op.Opaque == "" && op.On == "" && !op.Builtin && !policy.Harmless(op) && !slices.Contains([]string{
		"rm", "rmdir", "unlink", "shred", "truncate", "mkdir", "touch", "chmod", "chown", "chgrp",
		"kill", "pkill", "killall", "systemctl", "reboot", "halt", "poweroff", "shutdown",
	}, op.Program)
}

// unforeseen is an operation more where one is decided before the start although what
// it hits may change until then: a person is asked for the whole.
func (d *deferral) unforeseen(ops []guard.Operation, supervised bool) []guard.Operation {
	for i, op := range ops {
		if by := d.changedBefore(i, ops); by != "" && !(supervised && d.defers(op)) {
			return []guard.Operation{{
				Via: op.Via, Account: op.Account, Dir: op.Dir, Unseen: true,
				Opaque: by + " in the same text may change what " + op.Program + " hits",
			}}
		}
	}
	return nil
}

// defers: it is governed, guard will see it executed, and it is not certain
// already that it will be refused. What nobody waits for may be executed when guard
// is gone.
func (d *deferral) defers(op guard.Operation) bool {
	switch {
	case d.whole, !d.classify.set.Governs(op), d.classify.set.Unread(op), op.Background, op.Opaque != "", op.On != "" && !unknownFile(op), op.Builtin, slices.ContainsFunc(op.Via, d.classify.leavesTheTree),
		!slices.ContainsFunc(op.Via, givesWords), d.otherShell(op), slices.ContainsFunc(op.Via, mayDoItItself):
		return false
	}
	foresight := d.classify.set.Foresee(op)
	return len(foresight.Policies) > 0 && foresight.LiftedBy(d.classify.request.Overrides)
}

// unknownFile: a redirection that empties a file, whose name is not known. One with a
// name may be of a kind that is not seen at its step (>> on a device).
func unknownFile(op guard.Operation) bool {
	return op.On == supervise.OnTruncate && slices.ContainsFunc(op.Args, isUnknown)
}

// givesWords: what is around the operation gives it words when it runs: a text,
// whose shell expands them, or find and xargs, which find or read them.
func givesWords(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	return isShellText(via) || slices.Contains([]string{"find", "xargs"}, path.Base(name))
}

// isUndivided: the text makes builtins of what are programs elsewhere, its shell
// reads a file first that may, or something is expected that only the whole can be
// held against.
func isUndivided(request guard.Request, ops []guard.Operation) bool {
	if _, reads := variable(request.Env, "BASH_ENV"); reads {
		return true
	}
	ofOne := func(one guard.Expectation) bool { return one.Name != ofTheRun }
	return slices.ContainsFunc(ops, loadsBuiltins) || slices.ContainsFunc(request.Expect, ofOne)
}

// loadsBuiltins: from then on the shell may do itself what rm does, or may not wait
// for the end of a pipe.
func loadsBuiltins(op guard.Operation) bool {
	word := func(text string) bool {
		return slices.ContainsFunc(op.Args, func(arg guard.Word) bool { return isUnknown(arg) || arg.Text == text })
	}
	switch op.Program {
	case "zmodload", "enable":
		return true
	case "builtin":
		return word("zmodload") || word("enable")
	case "shopt":
		return word("lastpipe")
	}
	return false
}

// otherShell: a shell inside of another program may be another one than guard finds
// by its name, or may read a file first.
func (d *deferral) otherShell(op guard.Operation) bool {
	if !slices.ContainsFunc(op.Via[min(1, len(op.Via)):], isShellText) {
		return false
	}
	ours, set := variable(d.classify.request.Env, "PATH")
	theirs, known := op.Env["PATH"]
	_, reads := op.Env["BASH_ENV"]
	return set != known || ours != theirs || reads
}

// mayDoItItself: the wrapper may run rm without executing anything. Known not to
// are dash and bash, where they read nothing but their text, words of theirs, and
// programs that execute what they are given, and are no busybox.
func mayDoItItself(via string) bool {
	words := strings.Fields(via)
	if len(words) == 0 || strings.Contains(words[0], "/") && !filepath.IsAbs(words[0]) {
		return true
	}
	name := path.Base(words[0])
	if slices.Contains([]string{"eval", "trap", "command", "exec", "time"}, name) {
		return false
	}
	file, err := exec.LookPath(words[0])
	switch {
	case err != nil, holdsApplets(file):
		return true
	case isShellText(via):
		return !readsTextOnly(words[1:]) || !isOneOf(file, "dash", "bash")
	}
	switch name {
	case "timeout": // -f kills the shell, and not what that has started
		return hasFlag(words[1:], "f", "--kill-after", "--signal", "--preserve-status", "--verbose")
	case "sudo": // a shell of its own
		return hasFlag(words[1:], "si", "--user", "--group", "--non-interactive", "--preserve-env", "--set-home")
	case "env": // by which the rest is found
		return strings.Contains(via, "PATH=")
	}
	return !slices.Contains([]string{
		"chrt", "find", "ionice", "nice", "nohup", "setsid", "stdbuf", "taskset", "xargs",
	}, name)
}

// hasFlag: among the words is a flag of one of these letters, or a long one that is
// not exactly one of those.
func hasFlag(words []string, letters string, harmless ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		name, _, _ := strings.Cut(word, "=")
		switch {
		case strings.HasPrefix(word, "--"):
			return word != "--" && !slices.Contains(harmless, name)
		default:
			return strings.HasPrefix(word, "-") && strings.ContainsAny(word, letters)
		}
	})
}

// isOneOf: the file, behind all links, has one of these names, or is a version of one.
func isOneOf(file string, names ...string) bool {
	behind, err := filepath.EvalSymlinks(file)
	return err == nil && slices.Contains(names, program.Bare(path.Base(behind)))
}

// holdsApplets: the file is busybox or toybox, by whatever name.
func holdsApplets(file string) bool {
	const most = 4 << 20
	if isOneOf(file, "busybox", "toybox") {
		return true
	}
	text := beginning(file, most)
	return len(text) == 0 || bytes.Contains(text, []byte("BusyBox v")) || bytes.Contains(text, []byte("toybox "))
}

// readsTextOnly: none of a shell's flags makes it interactive, which takes the
// terminal, or a login shell, which reads files that may load builtins.
func readsTextOnly(flags []string) bool {
	for _, flag := range flags {
		switch {
		case strings.HasPrefix(flag, "--"):
			if !slices.Contains([]string{"--", "--posix", "--norc", "--noprofile"}, flag) {
				return false
			}
		case strings.HasPrefix(flag, "-"), strings.HasPrefix(flag, "+"):
			if strings.ContainsAny(flag, "ilm") {
				return false
			}
		case flag == "monitor", flag == "lastpipe":
			return false
		}
	}
	return true
}
