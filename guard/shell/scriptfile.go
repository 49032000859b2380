package shell

import (
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
)

// Reads says which file the operation reads as a shell's script, and how:
// `bash -x FILE WORD…`, `. FILE`. The text is for the caller to fill in.
func Reads(op guard.Operation) (file string, script Script, ok bool) {
	switch {
	case op.On != "":
		return "", Script{}, false
	case op.Builtin && (op.Program == "." || op.Program == "source"):
		if len(op.Args) == 0 || op.Args[0].Reading != guard.Literal || op.Args[0].Text == "" {
			return "", Script{}, false
		}
		return op.Args[0].Text, Script{By: by(op)}, true
	}
	name := base(op.Path)
	if !program.Of(name).Is(program.Shell) || op.Program != name {
		return "", Script{}, false
	}
	flags := shellFlagsOf(op.Args)
	if flags.why != "" || flags.stops || flags.text || flags.stdin || len(flags.rest) == 0 || flags.rest[0].Reading != guard.Literal || flags.rest[0].Text == "" {
		return "", Script{}, false
	}
	script = Script{Shell: name, Args: flags.rest, Errexit: flags.errexit, By: by(op)}
	if flags.login {
		script.By.Env, script.By.EnvComplete = nil, false
	}
	return flags.rest[0].Text, script, true
}

// Executed is the script that a file is when it is executed itself. It is read
// by what its first line names; not a shell: the language says so.
func Executed(op guard.Operation, text string) Script {
	script := Script{Text: text, Args: append(guard.Lits(op.Path), op.Args...), By: by(op)}
	script.Shell, script.Errexit = Hashbang(text)
	return script
}

func by(op guard.Operation) guard.Operation {
	return guard.Operation{Via: op.Via, Account: op.Account, Dir: op.Dir, Env: op.Env, EnvComplete: op.EnvComplete}
}

// Hashbang is the program that the first line of a script names, without its
// directory, and whether a shell would be given -e there. Without a #! line it
// is "".
func Hashbang(text string) (program string, errexit bool) {
	line, found := strings.CutPrefix(text, "#!")
	if !found {
		return "", false
	}
	line, _, _ = strings.Cut(line, "\n")
	words := strings.Fields(line)
	if len(words) > 0 && base(words[0]) == "env" {
		words = afterEnv(words[1:])
	}
	if len(words) == 0 {
		return "", false
	}
	flags := shellFlagsOf(guard.Lits(words[1:]...))
	return base(words[0]), flags.errexit
}

// afterEnv takes the flags and variables of env off.
func afterEnv(words []string) []string {
	for len(words) > 0 && (strings.HasPrefix(words[0], "-") || strings.Contains(words[0], "=")) {
		words = words[1:]
	}
	return words
}
