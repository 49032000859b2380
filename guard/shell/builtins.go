package shell

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
)

// builtinNames are what shells do themselves and that has no effect beyond the
// shell, or the same as the program of that name.
const builtinNames = " : . [ alias bg bind break builtin caller cd chdir command compgen complete compopt continue dirs disown echo enable " +
	"eval exec exit export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd read readarray " +
	"readonly return set shift shopt source suspend test times trap true type typeset ulimit umask unalias unset wait print setopt unsetopt " +
	"emulate autoload zmodload whence where rehash unfunction unhash vared zstyle integer float private "

func isBuiltin(name string) bool {
	return !strings.Contains(name, " ") && strings.Contains(builtinNames, " "+name+" ")
}

// builtins is the table of those that do more than to be an operation.
func builtins() map[string]func(s *script, words []guard.Word, sc scene, at place) after {
	return map[string]func(s *script, words []guard.Word, sc scene, at place) after{
		"cd": changeDir, "chdir": changeDir, "pushd": changeDir, "popd": changeDir,
		"command": commandWord, "builtin": commandWord, "exec": execWord,
		"eval": evalWord, "source": sourceFile, ".": sourceFile, "trap": trapText,
		"exit": leave, "kill": killOwn,
		"alias": opaqueBuiltin("it defines an alias: later words may mean something else", func(words []guard.Word) bool {
			return slices.ContainsFunc(words, func(word guard.Word) bool {
				return word.Reading != guard.Literal || strings.Contains(word.Text, "=")
			})
		}),
		"hash":      opaqueBuiltin("it gives a program another name", hasFlag('p')),
		"enable":    opaqueBuiltin("it changes what the shell does itself", hasFlag('f')),
		"jobs":      opaqueBuiltin("it runs a program", hasFlag('x')),
		"mapfile":   opaqueBuiltin("it runs a text for what it reads", hasFlag('C')),
		"readarray": opaqueBuiltin("it runs a text for what it reads", hasFlag('C')),
		"zmodload":  opaqueBuiltin("it changes what the shell does itself", func([]guard.Word) bool { return true }),
	}
}

func opaqueBuiltin(reason string, when func([]guard.Word) bool) func(*script, []guard.Word, scene, place) after {
	return func(s *script, words []guard.Word, sc scene, at place) after {
		sc = sc.in(at)
		if when(words[1:]) {
			sc.opaque = words[0].Text + ": " + reason
		}
		s.builtin(words, sc)
		return stay(at)
	}
}

// killOwn: a shell that signals itself, what it started last, or one of its
// jobs, signals nothing that was there before: nothing is done that lasts.
func killOwn(s *script, words []guard.Word, sc scene, at place) after {
	operands := afterSignal(words[1:])
	if len(operands) > 0 && allOf(operands, isOwnProcess) {
		words = append(guard.Lits(":"), words...)
	}
	s.builtin(words, sc.in(at))
	return stay(at)
}

// afterSignal are the words after -9, -TERM, or -s and a name; what begins with
// a dash there is a group of processes.
func afterSignal(words []guard.Word) []guard.Word {
	if len(words) == 0 || words[0].Reading != guard.Literal || !strings.HasPrefix(words[0].Text, "-") {
		return words
	}
	first := words[0].Text
	words = words[1:]
	if (first == "-s" || first == "-n") && len(words) > 0 {
		words = words[1:]
	}
	if first != "--" && len(words) > 0 && words[0].Reading == guard.Literal && words[0].Text == "--" {
		words = words[1:]
	}
	return words
}

func isOwnProcess(word guard.Word) bool {
	switch strings.Trim(word.Text, `"`) {
	case "$$", "$!", "${!}", "$BASHPID":
		return true
	default:
		return word.Reading == guard.Literal && strings.HasPrefix(word.Text, "%")
	}
}

func allOf(words []guard.Word, holds func(guard.Word) bool) bool {
	return !slices.ContainsFunc(words, func(word guard.Word) bool { return !holds(word) })
}

func hasFlag(letter byte) func([]guard.Word) bool {
	return func(words []guard.Word) bool {
		return slices.ContainsFunc(words, func(word guard.Word) bool {
			return word.Reading != guard.Literal ||
				strings.HasPrefix(word.Text, "-") && strings.IndexByte(word.Text, letter) > 0
		})
	}
}

// changeDir: cd leads to its directory when it succeeds, and nowhere when not.
func changeDir(s *script, words []guard.Word, sc scene, at place) after {
	s.builtin(words, sc.in(at))
	if at == nil {
		return stay(nil)
	}
	to := s.destination(words, sc.in(at))
	return after{ok: &to, fail: at}
}

func (s *script) destination(words []guard.Word, sc scene) guard.Word {
	name, operands := words[0].Text, words[1:]
	physical := false
	for len(operands) > 0 && operands[0].Reading == guard.Literal && len(operands[0].Text) > 1 && operands[0].Text[0] == '-' {
		physical = operands[0].Text == "-P"
		known := physical || operands[0].Text == "-L" || operands[0].Text == "--"
		if !known {
			return unknownDir(name + " " + guard.Printable(operands[0].Text) + " goes somewhere that guard does not follow")
		}
		operands = operands[1:]
	}
	switch {
	case name == "popd" || len(operands) > 1 || name == "pushd" && len(operands) == 0:
		return unknownDir(name + " goes somewhere that guard does not follow")
	case len(operands) == 0:
		home := s.home("", sc)
		if home == "" {
			return unknownDir("cd goes to a home directory that is not known")
		}
		return guard.Lit(path.Clean(home))
	}
	return s.logical(operands[0], sc, physical || name == "pushd")
}

// logical enters a directory by the shell's rules: .. takes a name off.
func (s *script) logical(to guard.Word, sc scene, physical bool) guard.Word {
	if to.Reading != guard.Literal || to.Text == "" || physical {
		return enter(sc.dir, to)
	}
	if to.Text == "-" || to.Text[0] == '+' {
		return unknownDir("cd goes back to where guard does not know")
	}
	dotted := strings.HasPrefix(to.Text, "./") || strings.HasPrefix(to.Text, "../") || to.Text == "." || to.Text == ".."
	if !path.IsAbs(to.Text) && !dotted && (sc.env["CDPATH"] != "" || s.seen.assigned["CDPATH"] || s.seen.dynamic) {
		return unknownDir("CDPATH may lead cd elsewhere")
	}
	switch {
	case path.IsAbs(to.Text):
		return guard.Lit(path.Clean(to.Text))
	case sc.dir.Reading != guard.Literal:
		return sc.dir
	default:
		return guard.Lit(path.Join(sc.dir.Text, to.Text))
	}
}

// commandWord: command and builtin run the rest, without functions; command
// -v and -V only tell.
func commandWord(s *script, words []guard.Word, sc scene, at place) after {
	flags := &scanner{flags: flagsOf("-p -v -V")}
	flags.scan(words[1:])
	switch {
	case flags.why != "":
		s.r.opaque(words, sc.in(at), words[0].Text+": "+flags.why)
		return s.lost(at)
	case len(flags.rest) == 0 || flags.has("-v") || flags.has("-V"):
		s.builtin(words, sc.in(at))
		return stay(at)
	case flags.rest[0].Reading == guard.Literal:
		if act, ok := builtins()[flags.rest[0].Text]; ok {
			return act(s, flags.rest, sc, at)
		}
		s.plainRun(flags.rest, sc, at)
		return stay(at)
	default:
		s.r.run(flags.rest, sc.in(at))
		return s.lost(at)
	}
}

// execWord: exec runs the rest in place of the shell; without a program it only
// redirects.
func execWord(s *script, words []guard.Word, sc scene, at place) after {
	flags := &scanner{flags: flagsOf("-c -l -a=")}
	flags.scan(words[1:])
	inner := sc.in(at)
	switch {
	case flags.why != "":
		s.r.opaque(words, inner, "exec: "+flags.why)
		return s.lost(at)
	case len(flags.rest) == 0:
		s.builtin(words, inner)
		return stay(at)
	}
	if flags.has("-c") {
		inner.env, inner.envComplete = map[string]string{}, true
	}
	s.r.run(flags.rest, inner)
	return stay(at)
}

// evalWord reads the words of eval, joined, as text of this same shell.
func evalWord(s *script, words []guard.Word, sc scene, at place) after {
	text := joined(words[1:])
	inner := sc.in(at)
	inner.via = inner.inside("eval").via
	inner.forgetEnv()
	s.r.text(source{shell: s.src.shell, text: text}, inner)
	return s.lost(at)
}

func sourceFile(s *script, words []guard.Word, sc scene, at place) after {
	inner := sc.in(at)
	inner.opaque = words[0].Text + ": runs the commands of a file, which guard does not read"
	s.builtin(words, inner)
	return s.lost(at)
}

// trapText reads the text that a trap runs, wherever that will be.
func trapText(s *script, words []guard.Word, sc scene, at place) after {
	s.builtin(words, sc.in(at))
	operands := words[1:]
	options := len(operands) == 0 || operands[0].Text != "--"
	if !options {
		operands = operands[1:]
	}
	if len(operands) < 2 && !slices.ContainsFunc(operands, func(word guard.Word) bool { return word.Reading == guard.AnyNumber }) {
		return stay(at)
	}
	text := operands[0]
	if text.Reading == guard.Literal && (text.Text == "" || text.Text == "-" || options && isTrapOption(text.Text)) {
		return stay(at)
	}
	inner := sc.in(at)
	if s.moves {
		inner.dir = unknownDir("a trap runs wherever the shell is then")
	}
	inner.via = inner.inside("trap").via
	inner.forgetEnv()
	s.r.text(source{shell: s.src.shell, text: text}, inner)
	return stay(at)
}

// isTrapOption: -l and -p list. zsh knows no options of trap, and runs any other text
// that begins with a dash.
func isTrapOption(word string) bool {
	return word == "--help" || len(word) > 1 && word[0] == '-' && strings.Trim(word[1:], "lpP") == ""
}

// leave: nothing follows an exit.
func leave(s *script, words []guard.Word, sc scene, at place) after {
	s.builtin(words, sc.in(at))
	if len(words) > 2 || len(words) == 2 && words[1].Reading == guard.AnyNumber {
		return stay(at) // too many arguments: the shell may go on
	}
	return stay(nil)
}
