package playbook

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/shell"
)

// What was named counts, never the format of its file. A name that is looked up along
// PATH is a program: its policies decide it, or a person by the name of the host, and
// what it executes then is followed. A path and the known runners are playbooks.

// classifier says what an operation of the command is, before it starts.
type classifier struct {
	request guard.Request
	set     *policy.Set // decides the command; nil until it is loaded
	// privileged: below this guard a program may change the user.
	privileged func() bool
	// sharesTerminal: an interactive shell would have the terminal on which a person
	// is asked.
	sharesTerminal bool
	files          map[string]string // of programs, by directory and name
}

// recognise takes a request apart.
func recognise(request guard.Request) []guard.Operation {
	return shell.Operations(request.Argv, shell.Context{Dir: request.Dir, Env: request.Env, Account: request.Account, Lookup: machine.Lookup})
}

// isPlaybook: the operation is a script by its path, a known runner, or something that
// guard cannot read; and it runs here, below guard.
func (c *classifier) isPlaybook(op guard.Operation) bool {
	if !c.runsHere(op) {
		return false
	}
	byPath := strings.Contains(op.Path, "/") && (shell.Interpreter(op) || c.isScript(op))
	return !program.Of(op.Program).HandsOver() && (op.Opaque != "" || shell.Runner(op)) || byPath && op.Opaque == ""
}

// isFollowed: the operation is a program, which may execute others.
func (c *classifier) isFollowed(op guard.Operation) bool {
	switch {
	case !c.runsHere(op), op.Program == "", op.Opaque != "", c.isPlaybook(op), policy.Harmless(op), program.Of(op.Program).Is(program.Resident):
		return false
	case shell.Leaf(op) && (c.set == nil || c.set.Governs(op)) && !c.isScript(op):
		return false // it does nothing but what it is governed for
	default:
		return c.privileged() || !c.needsRights(op)
	}
}

// runsOthers: what the operation executes is decided when it does so.
func (c *classifier) runsOthers(op guard.Operation) bool { return c.isPlaybook(op) || c.isFollowed(op) }

// runsHere: it is executed below guard, where it could be supervised.
func (c *classifier) runsHere(op guard.Operation) bool {
	return op.On == "" && !op.Builtin && op.Server == "" && !slices.ContainsFunc(op.Via, c.leavesTheTree) && !c.isInteractive(op)
}

// isInteractive: a shell without a script, on a terminal. It takes the terminal
// for its jobs, so that nobody could be asked in between.
func (c *classifier) isInteractive(op guard.Operation) bool {
	if !program.Of(op.Program).Is(program.Shell) {
		return false
	}
	operand := func(word guard.Word) bool { return !strings.HasPrefix(word.Text, "-") }
	return c.sharesTerminal && !slices.ContainsFunc(op.Args, operand)
}

// leavesTheTree: the wrapper hands its program to a daemon, or may not change
// the user below an unprivileged guard.
func (c *classifier) leavesTheTree(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	kind := program.Of(path.Base(name))
	return kind.HandsOver() || kind.Is(program.UserChanger) && !c.privileged()
}

// needsRights: below an unprivileged guard the program would lose the rights that its
// file gives it, or those of a helper that it is known to start.
func (c *classifier) needsRights(op guard.Operation) bool {
	if changerIn(op) != "" || program.Of(op.Program).Is(program.SetUID) {
		return true
	}
	return process.GivesRights(c.fileOf(op))
}

// isScript: the program that was named is a file that begins with #!.
func (c *classifier) isScript(op guard.Operation) bool { return startsScript(c.fileOf(op)) }

// fileOf is the file of an operation's program, if it is known before it starts; else
// "".
func (c *classifier) fileOf(op guard.Operation) string {
	if op.Path == "" || op.Dir.Reading != guard.Literal {
		return ""
	}
	request := guard.Request{Argv: []string{op.Path}, Dir: op.Dir.Text, Env: c.request.Env}
	if !strings.Contains(op.Path, "/") {
		request.Dir = c.request.Dir
	}
	key := request.Dir + "\x00" + op.Path
	if file, known := c.files[key]; known {
		return file
	}
	file := ""
	if found, err := process.Find(request); err == nil {
		file = found.Path
	}
	if c.files == nil {
		c.files = map[string]string{}
	}
	c.files[key] = file
	return file
}

// isUnknown: the word is known when the shell has expanded it.
func isUnknown(word guard.Word) bool { return word.Reading != guard.Literal }
