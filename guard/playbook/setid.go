package playbook

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/machine"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/shell"
)

// changesUserItself: the program changes the user by the rights of its own file, which
// the kernel does not give it below an unprivileged guard.
func changesUserItself(name string) bool {
	kind := program.Of(name)
	return kind.Is(program.UserChanger) && kind.Is(program.SetUID)
}

// changers is a pattern of their names.
func changers() string {
	names := slices.DeleteFunc(program.Names(program.UserChanger), func(name string) bool { return !changesUserItself(name) })
	for i, name := range names {
		names[i] = regexp.QuoteMeta(name)
	}
	return "(" + strings.Join(names, "|") + ")"
}

// changesUser finds them in what guard does not read: a Makefile, a program of
// python. It may find one in a text that is only printed; then the way that works is
// a detour, and no harm. A line of a recipe may begin with @, - or +.
var changesUser = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|^\s*[-@+]+\s*|[\s;&|({` + "`" + `"'=])` + changers() + `(?:\s+[-\w./$"'{]|\s*$)`)
})

// namesChanger finds where a shell gives one another name, or runs it by a text or
// another program: SUDO="sudo -n", ${SUDO:-sudo}, eval "sudo …", alias rm="sudo rm".
var namesChanger = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:\b\w+=\(?["']?(?:\$\(command -v )?|\{\w+:?[-=]|\b(?:eval|alias|parallel|in)\b[^#|;&]*?[\s"'=])(?:/\S*/)?` + changers() + `(?:[\s"';)}]|$)`)
})

// changesUserAt is the program that would change the user when the command runs, and
// where that stands: "file:line", or "" for a text on the command line. "" for none.
func changesUserAt(request guard.Request) (name, where string) {
	ops := recognise(request)
	if name := changerInText(ops); name != "" {
		return name, ""
	}
	for _, file := range scriptsOf(request, ops) {
		if name, line := changerInFile(string(beginning(file, scriptSize)), request.Argv[0]); name != "" {
			return name, fmt.Sprintf("%s:%d", file, line)
		}
	}
	return "", ""
}

// changerInFile is the first program in a file that would change the user, and its line.
// A script of a shell is read: what ssh would run elsewhere, or echo print, changes
// nothing here.
func changerInFile(text, command string) (name string, line int) {
	language, errexit := shell.Hashbang(text)
	if language == "" {
		language = filepath.Base(command) // sh FILE
	}
	pattern := changesUser
	if shell.Readable(language) {
		listing := shell.List(shell.Script{Shell: language, Text: text, Errexit: errexit, Lookup: machine.Lookup})
		if listing.Flaw == nil {
			for _, step := range listing.Steps {
				if name := changerIn(step.Operation); name != "" {
					return name, step.Line
				}
			}
			pattern = namesChanger
		}
	}
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		if found := pattern().FindStringSubmatch(line); found != nil {
			return found[1], i + 1
		}
		if name := handedToFunction(line, text); name != "" {
			return name, i + 1
		}
	}
	return "", 0
}

// changerInText is the program that would change the user in a text on the command
// line, or "".
func changerInText(ops []guard.Operation) string {
	for _, op := range ops {
		if name := changerIn(op); name != "" && slices.ContainsFunc(op.Via, isShellText) {
			return name
		}
	}
	return ""
}

// changerIn is what changes the user for an operation, or "".
func changerIn(op guard.Operation) string {
	for _, word := range append(slices.Clone(op.Via), op.Path) {
		name, _, _ := strings.Cut(word, " ")
		switch name = path.Base(name); {
		case changesUserItself(name):
			return name
		case program.Of(name).HandsOver():
			return ""
		}
	}
	return ""
}

// runsItsWords finds a function that executes what it is called with.
var runsItsWords = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|[;&|{]|\b(?:then|do|else|if|exec|command|time)\s)\s*(?:!\s*)?"?\$[@*]`)
})

// callsWithChanger finds "run sudo …".
var callsWithChanger = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[;&|({]|\b(?:then|do|else|if)\s)\s*([\w:.-]+)\s+(?:/\S*/)?` + changers() + `(?:\s|$)`)
})

// handedToFunction is what changes the user in a line "run sudo …", where run is a
// function of the script, and one executes its words; or "".
func handedToFunction(line, script string) string {
	call := callsWithChanger().FindStringSubmatch(line)
	if call == nil {
		return ""
	}
	name := regexp.QuoteMeta(call[1])
	definition := regexp.MustCompile(`(?m)(?:^|[;&{])\s*` + name + `\s*\(\s*\)|\bfunction\s+` + name + `(?:[\s({]|$)`)
	at := definition.FindStringIndex(script)
	if at == nil || !runsItsWords().MatchString(strings.ReplaceAll(bodyAt(script[at[1]:]), "\\\n", " ")) {
		return ""
	}
	return call[2]
}

// bodyAt is the body of a function, from behind its name: as far as its line has the
// closing brace, or to the next that begins a line.
func bodyAt(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if strings.Contains(line, "}") {
		return line
	}
	body, _, _ := strings.Cut(text, "\n}")
	return body
}

// scriptsOf are the files that the command is known to read its steps from.
func scriptsOf(request guard.Request, ops []guard.Operation) []string {
	names := []string{executableOf(request)}
	if base := program.Bare(filepath.Base(request.Argv[0])); base == "make" || base == "gmake" {
		names = append(names, makefiles(request.Argv[1:], request.Dir)...)
	}
	for _, op := range ops {
		if !program.Of(op.Program).Is(program.Shell | program.Language | program.Executor) {
			continue // what others read is no script
		}
		for _, word := range op.Args {
			if word.Reading == guard.Literal && word.Text != "" && !strings.HasPrefix(word.Text, "-") {
				names = append(names, inDirectory(request.Dir, word.Text))
				break
			}
		}
	}
	var texts []string
	for _, name := range names {
		// A program of the machine holds words of every kind.
		if text := beginning(name, scriptSize); len(text) > 0 && !strings.HasPrefix(string(text), "\x7fELF") {
			texts = append(texts, name)
		}
	}
	return texts
}

// makeLine is how the command line of make is read, as far as it says which files it
// reads and where.
func makeLine() *command.Command {
	take := func(name string, short string, long ...string) command.Flag {
		return command.Flag{Name: name, Short: []string{short}, Long: long, Type: command.List}
	}
	return &command.Command{
		Name: "make", Flags: []command.Flag{
			take("directory", "C", "directory"), take("file", "f", "file", "makefile"),
			take("include", "I", "include-dir"), take("old", "o", "old-file", "assume-old"), take("new", "W", "what-if", "new-file", "assume-new"),
		},
		Operands: []command.Operand{{Name: "goals", Type: command.List}},
	}
}

// makefiles are the files that make would look for: what its -f name, or the usual
// ones, in the directory of its -C.
func makefiles(args []string, dir string) []string {
	read := makeLine().Read(&guard.Operation{Program: "make", Path: "make", Args: guard.Lits(args...)})
	for _, name := range listed(read.Args["directory"]) {
		dir = inDirectory(dir, name)
	}
	files := listed(read.Args["file"])
	if len(files) == 0 {
		files = []string{"GNUmakefile", "makefile", "Makefile"}
	}
	for i, name := range files {
		files[i] = inDirectory(dir, name)
	}
	return files
}

// listed are the words of a list, as far as they are known.
func listed(value command.Value) []string {
	var words []string
	values, _ := value.V.([]command.Value)
	for _, one := range values {
		if word, known := one.V.(string); known {
			words = append(words, word)
		}
	}
	return words
}

// inDirectory is a name as a command in dir would mean it.
func inDirectory(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// executableOf is the file that the command names, or "".
func executableOf(request guard.Request) string {
	found, err := process.Find(request)
	if err != nil {
		return ""
	}
	return found.Path
}
