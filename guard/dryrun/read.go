package dryrun

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/program"
	"blastguard/guard/secret"
	"blastguard/guard/shell"
)

// scriptFile is a file that is listed.
type scriptFile struct {
	shown   string // as a person named it
	path    string // absolute; "" for standard input, and when there is none
	zero    string // the directory of $0; "" where it is not known
	home    string // where a script that is only looked at is taken to run: where the first one is
	problem string // why it cannot be read
	guessed bool   // nothing says that it is a shell's
}

func (r *runner) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.out.Notes, text) {
		r.out.Notes = append(r.out.Notes, text)
	}
}

// lookedAt lists a file, or standard input, that is only looked at.
func (r *runner) lookedAt(name string) error {
	r.lint = true
	if name == "-" {
		text, err := bounded(r.Stdin, "standard input")
		if err != nil {
			return err
		}
		r.script(scriptFile{shown: "-"}, shell.Script{Text: text, By: r.nowhere()})
		return nil
	}
	file := fileAt(guard.Printable(name), r.absolute(name))
	text, err := readScript(file.path)
	if err != nil {
		return fmt.Errorf("--script %s: %w", guard.Printable(name), err)
	}
	r.seen[file.path] = true
	if slices.Contains([]string{".md", ".markdown", ".mdown", ".mkd"}, strings.ToLower(filepath.Ext(name))) {
		r.runbook(file, text)
		return nil
	}
	r.script(file, shell.Script{Text: text, By: r.nowhere()})
	return nil
}

// script lists a whole file. What reads it is named by the caller, by its first
// line, or by its ending; else it is sh.
func (r *runner) script(file scriptFile, script shell.Script) {
	if script.Shell == "" {
		script.Shell, script.Errexit = shell.Hashbang(script.Text)
	}
	if script.Shell == "" {
		script.Shell = languageByName(filepath.Base(file.shown))
	}
	if !shell.Readable(script.Shell) {
		r.add(guard.DryRunFinding{
			File: file.shown, Line: 1, Column: 1, EndLine: 1, Verdict: guard.CannotBeRead, Text: firstLine(script.Text),
			Reason: "guard does not read the language of " + guard.Printable(script.Shell) + "; the programs that it executes are decided when they start",
		})
		return
	}
	r.text(file, script, func(line, column int) (int, int) { return line, column })
}

// languageByName is what a file without a #! line is taken for: sh without an
// ending, a shell by its ending, and for any other ending or well-known name a
// language that guard does not read. To read it as sh would find nothing in it,
// and look like an all-clear.
func languageByName(name string) string {
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(name), "."))
	known := program.Of(ending).Is(program.Shell)
	switch {
	case slices.Contains([]string{"Makefile", "makefile", "GNUmakefile", "Dockerfile", "Containerfile", "Jenkinsfile", "Vagrantfile", "Rakefile", "justfile"}, name):
		return name
	case ending == "" || known && ending == "sh":
		return "sh"
	case known:
		return ending
	case shell.ByEnding(ending) != "":
		return shell.ByEnding(ending)
	default:
		return "." + ending + " files"
	}
}

// besideScript is a path beside the script itself, as scripts write it:
// "$(dirname "$0")/lib.sh", "${BASH_SOURCE%/*}/lib.sh".
var besideScript = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^"?(?:\$\(dirname (?:-- )?"?\$\{?(0|BASH_SOURCE(?:\[0\])?)\}?"?\)|\$\{(0|BASH_SOURCE(?:\[0\])?)%/\*\})"?/([\w./-]+)"?$`)
})

// beside reads such a word.
func (f scriptFile) beside(word string) (path string, ok bool) {
	found := besideScript().FindStringSubmatch(word)
	if found == nil {
		return "", false
	}
	dir := f.zero
	if found[1]+found[2] != "0" {
		dir = filepath.Dir(f.path)
	}
	return filepath.Join(dir, found[3]), dir != "" && f.path != ""
}

// fileAt is a script of its own at a path.
func fileAt(shown, path string) scriptFile {
	return scriptFile{shown: shown, path: path, zero: filepath.Dir(path), home: filepath.Dir(path)}
}

// read says which script the operation reads or runs, if that is a file that is
// known.
func (r *runner) read(from scriptFile, script shell.Script, op guard.Operation) (shell.Script, scriptFile) {
	name, next, ok := shell.Reads(op)
	executed := false
	if !ok && op.Builtin && (op.Program == "source" || op.Program == ".") && len(op.Args) > 0 {
		if name, ok = from.beside(op.Args[0].Text); ok {
			next.By = op
			next.By.Args, next.By.Opaque = nil, ""
		}
	}
	if !ok && op.On == "" && !op.Builtin && strings.Contains(op.Path, "/") && op.Program != "" && (op.Opaque == "") {
		name, ok, executed = op.Path, shell.Interpreter(op), true
	}
	if !ok {
		return shell.Script{}, scriptFile{}
	}
	path, why := r.where(from, op, name)
	if path == "" {
		return shell.Script{}, scriptFile{problem: why}
	}
	text, err := r.contents(path)
	file := fileAt(r.shownPath(path), path)
	file.home = from.home
	switch {
	case err != nil:
		file.problem = err.Error()
		return shell.Script{}, file
	case executed:
		next = shell.Executed(op, text)
		if !shell.Readable(next.Shell) {
			return shell.Script{}, scriptFile{}
		}
	case next.Shell == "": // source
		next.Shell, file.zero = script.Shell, from.zero
	}
	next.Text = text
	return next, file
}

// where is the file that a name in a script means: in the directory that the
// operation runs in or, where that is not known and the script is only looked
// at, beside the first script.
func (r *runner) where(from scriptFile, op guard.Operation, name string) (path, why string) {
	switch {
	case r.lint && filepath.IsAbs(name) && !besideDir(from, name):
		return "", "it is a file on the host that this will run on"
	case filepath.IsAbs(name):
		return filepath.Clean(name), ""
	case op.Dir.Reading == guard.Literal:
		return filepath.Join(op.Dir.Text, name), ""
	case r.lint && from.home != "":
		return filepath.Join(from.home, name), ""
	default:
		return "", "the directory is not known"
	}
}

// besideDir: the file is in the script's own directory, or below it.
func besideDir(from scriptFile, name string) bool {
	below := func(dir string) bool { return dir != "" && strings.HasPrefix(filepath.Clean(name), dir+"/") }
	return below(from.home) || below(from.zero) || from.path != "" && below(filepath.Dir(from.path))
}

// follow lists the scripts that others read or run, each once.
func (r *runner) follow() {
	for len(r.queue) > 0 {
		next := r.queue[0]
		r.queue = r.queue[1:]
		switch {
		case r.seen[next.file.path]:
			continue
		case len(r.seen) >= maxFollowed || r.bytes+len(next.script.Text) > maxAllBytes:
			r.note("%s: not listed: too many scripts read each other", next.file.shown)
			continue
		}
		r.seen[next.file.path] = true
		r.bytes += len(next.script.Text)
		r.script(next.file, next.script)
	}
}

// fileText is what reading a file gave, kept so that each is read once.
type fileText struct {
	text string
	err  error
}

func (r *runner) contents(path string) (string, error) {
	known, ok := r.texts[path]
	if !ok {
		known.text, known.err = readScript(path)
		r.texts[path] = known
	}
	return known.text, known.err
}

// shownPath is a path as a person in this directory would name it.
func (r *runner) shownPath(path string) string {
	if relative, err := filepath.Rel(r.Dir, path); err == nil && r.Dir != "" && !strings.HasPrefix(relative, "..") {
		return guard.Printable(relative)
	}
	return guard.Printable(path)
}

func (r *runner) absolute(name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(r.Dir, name)
}

// readScript reads a regular file of a bounded size.
func readScript(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", plainError(err)
	case !info.Mode().IsRegular():
		return "", errors.New("it is no regular file")
	case info.Size() > maxScriptBytes:
		return "", fmt.Errorf("it is larger than %d bytes", maxScriptBytes)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", plainError(err)
	}
	defer file.Close()
	return bounded(file, "it")
}

func bounded(from io.Reader, what string) (string, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxScriptBytes+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read: %w", err)
	case len(text) > maxScriptBytes:
		return "", fmt.Errorf("%s is larger than %d bytes", what, maxScriptBytes)
	default:
		return string(text), nil
	}
}

// plainError is the cause without the path, which stands beside it.
func plainError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// secretsIn are the secrets in the words of an operation, and in its source.
func secretsIn(op guard.Operation, text string) []string {
	argv := []string{op.Program}
	for _, word := range op.Args {
		argv = append(argv, word.Text)
	}
	return append(secret.Found(argv), secret.Found([]string{text})...)
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return line
}
