package playbook

import (
	"os"
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/program"
	"blastguard/guard/shell"
)

// A package manager that is stopped half-way leaves the host worse than either end.
// What policies call a transaction is decided before it starts. Of what it then runs
// nothing is refused for a missing answer: a step that would be asked about runs, and
// its entry says why nobody was asked. Only what is measured to be wrong is refused,
// alone: the program gets an error, and the run goes on.

// transactions finds what must not be stopped half-way.
type transactions struct {
	policies func() (Policies, error)
	above    func(pid int) [][]string // the command lines from a process up to the supervised command
	path     []string                 // the directories of PATH
}

// around is the program, from the process up to the supervised command, that is in a
// transaction; "" for none.
func (t transactions) around(pid int) string {
	files, err := t.policies() // once: a guarded shell reads them anew
	if err != nil {
		return ""
	}
	for _, line := range t.above(pid) {
		for _, words := range calledAs(line, t.installed) {
			ops := shell.Operations(words, shell.Context{Dir: "/"})
			set, err := files.Decides(ops)
			if err != nil {
				return ""
			}
			for _, op := range ops {
				if len(op.Via) == 0 && set.Transaction(op) {
					return op.Program
				}
			}
		}
	}
	return ""
}

// calledAs are the command lines as which a process may be known: its own, and that
// of the program which it interprets (python3 /usr/bin/dnf install x). installed says
// whether a program is what its name says.
func calledAs(line []string, installed func(string) bool) [][]string {
	for len(line) > 0 && line[len(line)-1] == "" { // what is left of a longer line below a title
		line = line[:len(line)-1]
	}
	if len(line) == 1 { // npm writes its whole line into one word
		line = strings.Fields(line[0])
	}
	if len(line) == 0 || line[0] == "" {
		return nil
	}
	var forms [][]string
	if installed(line[0]) {
		forms = append(forms, line)
	}
	kind := program.Of(path.Base(line[0]))
	for i, word := range line[1:] {
		rest := line[i+1:] // from the word on
		switch {
		case word == "-m" && len(rest) > 1 && kind.Is(program.Language): // python3 -m pip
			return append(forms, rest[1:])
		case strings.HasPrefix(word, "-") && !strings.HasPrefix(word, "--") && strings.HasSuffix(word, "c"), word == "-e":
			return forms // a text on the command line
		case strings.HasPrefix(word, "-"):
		case strings.Contains(word, "/") && kind.Is(program.Shell|program.Language):
			if installed(word) {
				forms = append(forms, rest)
			}
			return forms
		default:
			return forms
		}
	}
	return forms
}

// installed: the program was found by its name along PATH, or stands where programs do. A
// script of that name in a working directory is somebody's own.
func (t transactions) installed(program string) bool {
	if !strings.Contains(program, "/") {
		return true
	}
	dir := path.Dir(program)
	switch {
	case !path.IsAbs(program):
		return false
	case slices.Contains(t.path, dir), strings.HasSuffix(dir, "/node_modules/.bin"), isThere(path.Join(path.Dir(dir), "pyvenv.cfg")):
		return true
	}
	return slices.ContainsFunc([]string{"/bin", "/gnu", "/nix", "/opt", "/sbin", "/snap", "/usr"}, func(root string) bool {
		return strings.HasPrefix(dir+"/", root+"/")
	})
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// hinders: the step would be asked about or refused.
func hinders(report guard.Report) bool {
	return report.Err != nil || report.Decision.Effect != guard.Allow && report.Decision.Effect != guard.Warn
}

// unhindered is the report of a step inside a transaction: what is only not known, or
// would be asked, does not stop it.
func unhindered(report guard.Report, inside string) guard.Report {
	if report.Err != nil || !hinders(report) || isWrong(report.Decision) {
		return report
	}
	report.Answer = &guard.Answer{Yes: true, How: "transaction", Why: "it is a step of " + inside + ", which is not stopped half-way"}
	decision := &report.Decision
	decision.Effect, decision.Confirmations = guard.Allow, nil
	decision.Checks = append([]guard.Check(nil), decision.Checks...)
	for i := range decision.Checks {
		if check := &decision.Checks[i]; check.Effect == guard.Deny || check.Effect == guard.Confirm {
			check.Effect, decision.Effect = guard.Warn, guard.Warn
		}
	}
	decision.Claims = append([]guard.Claim(nil), decision.Claims...)
	for i := range decision.Claims {
		decision.Claims[i].Unlimited = true
	}
	return report
}

// isWrong: something is known to be wrong, and may not be overridden by anybody.
func isWrong(decision guard.Decision) bool {
	for _, check := range decision.Checks {
		if check.Effect == guard.Deny && check.Level == guard.HardMandatory && check.Status == guard.Fails {
			return true
		}
	}
	for _, problem := range decision.Problems {
		if problem.Measured {
			return true
		}
	}
	return false
}
