package playbook

import (
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/shell"
)

// What was named counts, never the format of its file. A name that is looked up along
// PATH is a program: its policies decide it, or a person by the name of the host, and
// what it executes then is followed. A path and the known runners are playbooks.

// isPlaybook: the operation is a script by its path, a known runner, or something that
// guard cannot read; and it runs here, below guard.
func (p *Plan) isPlaybook(op guard.Operation) bool {
	if !p.runsHere(op) {
		return false
	}
	byPath := strings.Contains(op.Path, "/") && (shell.Interpreter(op) || p.isScript(op))
	return !program.Of(op.Program).HandsOver() && (op.Opaque != "" || shell.Runner(op)) || byPath && op.Opaque == ""
}

// isFollowed: the operation is a program, which may execute others.
func (p *Plan) isFollowed(op guard.Operation) bool {
	switch {
	case !p.runsHere(op), op.Program == "", op.Opaque != "", p.isPlaybook(op), policy.Harmless(op), program.Of(op.Program).Is(program.Resident):
		return false
	case shell.Leaf(op) && (p.set == nil || p.set.Governs(op)) && !p.isScript(op):
		return false // it does nothing but what it is governed for
	default:
		return p.system.Privileged() || !p.needsRights(op)
	}
}

// runsHere: it is executed below guard, where it could be supervised.
func (p *Plan) runsHere(op guard.Operation) bool {
	return op.On == "" && !op.Builtin && op.Server == "" && !slices.ContainsFunc(op.Via, p.leavesTheTree) && !p.isInteractive(op)
}

// onlyFollows: nothing of the command is a playbook, or known at its step only. Where that
// cannot be followed, or would not work then, it is what it is without.
func (p *Plan) onlyFollows(ops []guard.Operation) bool {
	return p.options.As == "" && !p.mode.interactive() && !p.atStep && !slices.ContainsFunc(ops, p.isPlaybook)
}

// isAlone: all that is supervised are programs that policies govern by their names: the
// command is decided by itself, as if it was not supervised.
func (p *Plan) isAlone(ops []guard.Operation) bool {
	return p.onlyFollows(ops) && !slices.ContainsFunc(ops, func(op guard.Operation) bool {
		return p.isFollowed(op) && !p.set.Governs(op)
	})
}

// needsRights: below an unprivileged guard the program would lose the rights that its
// file gives it, or those of a helper that it is known to start.
func (p *Plan) needsRights(op guard.Operation) bool {
	if changerIn(op) != "" || program.Of(op.Program).Is(program.SetUID) {
		return true
	}
	return process.GivesRights(p.fileOf(op))
}

// isScript: the program that was named is a file that begins with #!.
func (p *Plan) isScript(op guard.Operation) bool { return startsScript(p.fileOf(op)) }

// fileOf is the file of an operation's program, as far as it can be told before it
// starts; "" where it cannot.
func (p *Plan) fileOf(op guard.Operation) string {
	if op.Path == "" || op.Dir.Reading != guard.Literal {
		return ""
	}
	request := guard.Request{Argv: []string{op.Path}, Dir: op.Dir.Text, Env: p.request.Env}
	if !strings.Contains(op.Path, "/") {
		request.Dir = p.request.Dir
	}
	key := request.Dir + "\x00" + op.Path
	if file, known := p.files[key]; known {
		return file
	}
	file := ""
	if found, err := process.Find(request); err == nil {
		file = found.Path
	}
	if p.files == nil {
		p.files = map[string]string{}
	}
	p.files[key] = file
	return file
}
