package playbook

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/fileio"
	"blastguard/guard/program"
)

// isTransparent: nothing that lasts is hidden in the program itself, so that it
// need not be confirmed as a whole. An interpreter (python) removes files
// without executing anything, and a program is what it is.
func (c *classifier) isTransparent(op guard.Operation) bool {
	switch {
	case !c.isPlaybook(op):
		return false // a name is a program, whatever its file is
	case program.Of(op.Program).Is(program.Executor):
		return true
	case op.Program == "":
		return slices.ContainsFunc(op.Via, isShellText) // a text that only the shell can read
	case program.Of(op.Program).Is(program.Language):
		return false // also python3 by a script of pyenv, which executes it
	}
	return program.Of(c.interpreter(op)).Is(program.Executor)
}

// isShellText: what could not be read is in a text that a shell runs, as behind
// "bash -c".
func isShellText(via string) bool {
	name, rest, _ := strings.Cut(via, " ")
	return program.Of(path.Base(name)).Is(program.Executor) && strings.HasPrefix(rest, "-")
}

// actsElsewhere: most of what the program does is not done by executing
// programs here. It is supervised, and confirmed as before.
func actsElsewhere(op guard.Operation) bool {
	if inlineCode(op) {
		return true
	}
	return program.Of(op.Program).Is(program.Elsewhere)
}

// inlineCode: an interpreter, not a shell, with its code on the command line:
// python3 -c 'shutil.rmtree(…)' executes nothing.
func inlineCode(op guard.Operation) bool {
	kind := program.Of(op.Program)
	if !kind.Is(program.Language) {
		return false
	}
	return slices.ContainsFunc(op.Args, func(word guard.Word) bool {
		return word.Reading != guard.Literal || slices.Contains([]string{"-c", "-e", "-E", "-r", "-p"}, word.Text)
	}) || kind.Is(program.Filter)
}

// interpreter is the program that a script's #! line names, behind env; "" when
// it is none.
func (c *classifier) interpreter(op guard.Operation) string {
	name := op.Path
	switch {
	case strings.Contains(name, "/") && !filepath.IsAbs(name) && op.Dir.Reading == guard.Literal:
		name = filepath.Join(op.Dir.Text, name)
	}
	if !filepath.IsAbs(name) {
		return ""
	}
	line, found := bytes.CutPrefix(beginning(name, scriptSize), []byte("#!"))
	if !found {
		return ""
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	words := strings.Fields(string(line))
	if len(words) > 0 && path.Base(words[0]) == "env" {
		words = words[1:]
		if len(words) > 0 && words[0] == "-S" {
			words = words[1:]
		}
	}
	// A flag of env may take the next word; what then follows is not known.
	if len(words) == 0 || strings.HasPrefix(words[0], "-") || strings.Contains(words[0], "=") {
		return ""
	}
	return path.Base(words[0])
}

// scriptSize is how much is read of a script, in bytes.
const scriptSize = 1 << 20

// startsScript: the file begins with #!.
func startsScript(name string) bool {
	return bytes.HasPrefix(beginning(name, 2), []byte("#!"))
}

// beginning is the start of a regular file, as far as it can be read. A named pipe is not
// even opened: who waits to write into it would write to nobody.
func beginning(name string, most int) []byte {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	text, _ := fileio.Read(name, most)
	return text
}
