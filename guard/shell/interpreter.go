package shell

import (
	"path"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

// ByEnding is the program that reads a script whose name ends so ("py", in lower case);
// "" for an ending that says nothing of that.
func ByEnding(ending string) string {
	switch ending {
	case "sh", "bash", "zsh", "ksh", "csh", "fish", "php", "lua", "awk", "groovy":
		return ending
	case "py":
		return "python3"
	case "pl":
		return "perl"
	case "rb":
		return "ruby"
	case "js", "mjs":
		return "node"
	case "ts":
		return "ts-node"
	case "tcl":
		return "tclsh"
	case "ps1":
		return "pwsh"
	case "r":
		return "Rscript"
	case "exs":
		return "elixir"
	default:
		return ""
	}
}

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
	return ByEnding(strings.TrimPrefix(path.Ext(strings.ToLower(op.Program)), ".")) != ""
}

// Runner says whether the operation is a program that is known to run what somebody
// else wrote: sh, make, python3, ansible-playbook.
func Runner(op guard.Operation) bool {
	return !op.Builtin && op.On == "" && program.Of(op.Program).Runs()
}

// Leaf says whether a program of that name executes nothing but what it is asked for
// itself. A script of that name (a shim) may; that is for who looks at the file.
func Leaf(op guard.Operation) bool { return program.Of(op.Program).Is(program.Leaf) }
