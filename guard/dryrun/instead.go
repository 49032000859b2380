package dryrun

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blastguard/guard"
	"blastguard/guard/fileio"
	"blastguard/guard/process"
	"blastguard/guard/program"
	"blastguard/guard/shell"
)

// Instead returns the script that a command means which cannot be executed: a word that
// names no program ("guard check playbook.sh"), or a file without execute permission, as
// after a checkout that does not keep modes. says is a message about that. Both are ""
// for any other report; a file that begins like a program is not a script.
func Instead(report guard.Report) (name, says string) {
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
	why := "not a program on PATH, but a script in this directory"
	if !missing.Missing {
		why = "not a program that can be executed"
	}
	return name, fmt.Sprintf("%s is %s: it is listed as with --script%s", guard.Printable(name), why, toRun(name, file, info))
}

// toRun is how the script would be run, if it is one.
func toRun(name, file string, info os.FileInfo) string {
	ext := strings.TrimPrefix(filepath.Ext(name), ".")
	if ext == "md" || ext == "markdown" {
		return ""
	}
	const says = "; to run it: "
	head, _ := fileio.Read(file, 512) // more than the kernel reads of a #! line
	if language, _ := shell.Hashbang(string(head)); language == "" {
		if !program.Of(ext).Is(program.Shell) {
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
	return hasHashbang(name)
}

// hasHashbang: it is a regular file that begins with #!.
func hasHashbang(name string) bool {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	head, _ := fileio.Read(name, 2)
	return string(head) == "#!"
}
