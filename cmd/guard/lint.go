package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/process"
	"blastguard/guard/shell"

	"github.com/spf13/cobra"
)

// commandOrScripts: check takes a command, or the files of scripts.
func commandOrScripts(o *options) cobra.PositionalArgs {
	return func(cmd *cobra.Command, argv []string) error {
		switch {
		case len(o.scripts) == 0:
			return needsCommand(cmd, argv)
		case len(argv) > 0:
			return fmt.Errorf("--script looks at files and takes no command, and %s stands behind it; each file has a --script of its own", guard.Printable(argv[0]))
		case len(o.expect)+len(o.overrides) > 0:
			return errors.New("--script decides nothing, so that --expect and --override have no meaning beside it")
		default:
			return nil
		}
	}
}

// scriptInstead is the script that was meant by a word that names no program, "guard
// check playbook.sh", or a file that cannot be executed as it is, as after a checkout
// that keeps no modes; and what to say of that. It is "" for any other report. A file
// that begins like a program is none.
func scriptInstead(report guard.Report) (name, says string) {
	var missing *guard.NotRunnable
	argv := report.Request.Argv
	if !errors.As(report.Err, &missing) || len(argv) != 1 || missing.Missing && strings.Contains(argv[0], "/") {
		return "", ""
	}
	if len(report.Request.Expect)+len(report.Request.Overrides) > 0 {
		return "", ""
	}
	name = argv[0]
	file := inDirectory(report.Request.Dir, name)
	info, err := os.Stat(file)
	if err != nil || !info.Mode().IsRegular() || !looksLikeScript(file) && !errors.Is(missing, process.ErrNoHashbang) {
		return "", ""
	}
	why := "no program here, and a script in this directory"
	if !missing.Missing {
		why = "no program that can be executed"
	}
	return name, fmt.Sprintf("%s is %s: it is listed as by --script%s", guard.Printable(name), why, toRun(name, file, info))
}

// toRun is how the script would be run, if it is one.
func toRun(name, file string, info os.FileInfo) string {
	ext := strings.TrimPrefix(filepath.Ext(name), ".")
	if ext == "md" || ext == "markdown" {
		return ""
	}
	const says = "; to run it: "
	if language, _ := shell.Hashbang(string(beginning(file, 512))); language == "" {
		if _, known := shell.IsShell(ext); !known {
			ext = "sh"
		}
		return says + "guard " + guard.CommandLine([]string{ext, name})
	}
	if !strings.Contains(name, "/") {
		name = "./" + name
	}
	word := guard.CommandLine([]string{name})
	if info.Mode()&0o111 == 0 {
		return says + "chmod +x " + word + " && guard " + word // its #! line may have options
	}
	return says + "guard " + word
}

// looksLikeScript: by its name or its #! line it is one, or a runbook.
func looksLikeScript(name string) bool {
	switch filepath.Ext(name) {
	case ".sh", ".bash", ".zsh", ".ksh", ".md", ".markdown":
		return true
	}
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer file.Close()
	head := make([]byte, 2)
	n, _ := file.Read(head)
	return string(head[:n]) == "#!"
}

// lint lists the scripts of --script.
func lint(w world, o options) error {
	p, err := findPlaces(w, o.places)
	if err != nil {
		return err
	}
	set, info, err := loadPolicies(w, p, o.places, nil)
	if err != nil {
		return err
	}
	d := newDryRunner(w, set, o.strict)
	for _, name := range o.scripts {
		if name == "" {
			return errors.New(`--script "": no file is named`)
		}
		if err := d.lintFile(name); err != nil {
			return err
		}
	}
	run := d.done()
	if o.json {
		masked, err := maskJSON(lintReport{info, run}, run.secrets)
		if err == nil {
			err = printJSON(w.stdout, masked)
		}
		if err != nil {
			return err
		}
	} else if err := printDryRun(w, o, run); err != nil {
		return err
	}
	return ended{ending{status: run.Status}}
}

// dryRunOf lists the scripts that a command would start with; nil when it is
// none, or cannot be decided at all.
func dryRunOf(w world, o options, report guard.Report) (*dryRun, error) {
	if report.Err != nil || !slices.ContainsFunc(report.Operations, mayBeScript) {
		return nil, nil
	}
	p, err := findPlaces(w, o.places)
	if err != nil {
		return nil, err
	}
	var d *dryRunner
	for _, op := range report.Operations {
		script, file, ok := scriptOf(report, op)
		if !ok {
			continue
		}
		if d == nil {
			set, _, err := loadPolicies(w, p, o.places, nil)
			if err != nil {
				return nil, err
			}
			d = newDryRunner(w, set, o.strict)
			d.lookup = machine.Lookup
			d.command = slices.DeleteFunc(slices.Clone(report.Operations), func(op guard.Operation) bool { return !set.Governs(op) })
			if slices.ContainsFunc(report.Operations, isSupervised) { // else there are no steps
				d.overrides = o.overrides
			}
		}
		d.started(script, file)
	}
	if d == nil {
		return nil, nil
	}
	run := d.done()
	return &run, nil
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
	if file.path == "" || !startsScript(file.path) {
		return shell.Script{}, file, false
	}
	text, err := readScript(file.path)
	if err != nil {
		return shell.Script{}, file, false
	}
	return shell.Executed(op, text), fileAt(file.shown, file.path), true
}

// started lists a script that the command starts.
func (d *dryRunner) started(script shell.Script, file scriptFile) {
	text, err := readScript(file.path)
	if err != nil {
		d.note("%s: not listed: %v", file.shown, err)
		return
	}
	d.seen[file.path] = true
	script.Text = text
	d.script(file, script)
}
