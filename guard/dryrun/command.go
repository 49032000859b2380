package dryrun

import (
	"path/filepath"
	"slices"

	"blastguard/guard"
	"blastguard/guard/shell"
)

// Command lists the scripts that a command would start with, after it was decided; nil
// when it starts none, or could not be decided at all. A line that does only what
// the command was decided for is not listed again.
func Command(c Config, report guard.Report) (*guard.DryRun, error) {
	if report.Err != nil {
		return nil, nil
	}
	var r *runner
	for _, op := range report.Operations {
		if !mayBeScript(op) {
			continue
		}
		script, file, ok := scriptOf(report, op)
		if !ok {
			continue
		}
		if r == nil {
			var err error
			if r, err = newRunner(c); err != nil {
				return nil, err
			}
			r.startedBy(report)
		}
		r.started(script, file)
	}
	if r == nil {
		return nil, nil
	}
	run := r.done()
	return &run, nil
}

// startedBy says which command the scripts are started by.
func (r *runner) startedBy(report guard.Report) {
	r.lookup = r.Lookup
	r.command = slices.DeleteFunc(slices.Clone(report.Operations), func(op guard.Operation) bool { return !r.set.Governs(op) })
	if slices.ContainsFunc(report.Operations, func(op guard.Operation) bool { return op.Supervised }) { // else there are no steps
		r.overrides = report.Request.Overrides
	}
}

func mayBeScript(op guard.Operation) bool { return op.On == "" && !op.Builtin && op.Program != "" }

// scriptOf is the script that an operation of the command starts, and its file:
// the argument of a shell, or a file with a #! line.
func scriptOf(report guard.Report, op guard.Operation) (shell.Script, scriptFile, bool) {
	if name, script, ok := shell.Reads(op); ok && op.Dir.Reading == guard.Literal {
		return script, fileAt(guard.Printable(name), inDirectory(op.Dir.Text, name)), true
	}
	file := scriptFile{shown: guard.Printable(op.Path)}
	switch {
	case op.Path == report.Request.Argv[0]:
		file.path = report.Executable.Path
	case op.Dir.Reading == guard.Literal:
		file.path = inDirectory(op.Dir.Text, op.Path)
	}
	if file.path == "" || !hasHashbang(file.path) {
		return shell.Script{}, file, false
	}
	text, err := readScript(file.path)
	if err != nil {
		return shell.Script{}, file, false
	}
	return shell.Executed(op, text), fileAt(file.shown, file.path), true
}

// started lists a script that the command starts.
func (r *runner) started(script shell.Script, file scriptFile) {
	text, err := readScript(file.path)
	if err != nil {
		r.note("%s: not listed: %v", file.shown, err)
		return
	}
	r.seen[file.path] = true
	script.Text = text
	r.script(file, script)
}

// inDirectory is a name as a command in dir would mean it.
func inDirectory(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}
