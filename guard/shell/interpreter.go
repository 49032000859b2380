package shell

import (
	"path"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

var scriptEndings = []string{".sh", ".bash", ".zsh", ".ksh", ".csh", ".fish", ".py", ".pl", ".rb", ".js", ".mjs", ".ts", ".php", ".lua", ".tcl", ".awk", ".ps1", ".r", ".groovy", ".exs"}

// Interpreter says whether the operation runs a script host, an interpreter, a
// build tool, or something that looks like a script by its path: a known
// ending, or a relative path with a slash (./deploy, bin/migrate). It asks no
// file; a script in PATH without an ending is not told from a program.
func Interpreter(op guard.Operation) bool {
	if op.Program == "" || op.Builtin || op.On != "" {
		return false
	}
	if program.Of(op.Program).Runs() || strings.Contains(op.Path, "/") && !path.IsAbs(op.Path) {
		return true
	}
	for _, ending := range scriptEndings {
		if strings.HasSuffix(strings.ToLower(op.Program), ending) {
			return true
		}
	}
	return false
}

// Runner says whether the operation is a program that is known to run what somebody
// else wrote: sh, make, python3, ansible-playbook.
func Runner(op guard.Operation) bool {
	return !op.Builtin && op.On == "" && program.Of(op.Program).Runs()
}

// Leaf says whether a program of that name executes nothing but what it is asked for
// itself. A script of that name (a shim) may; that is for who looks at the file.
func Leaf(op guard.Operation) bool { return program.Of(op.Program).Is(program.Leaf) }
