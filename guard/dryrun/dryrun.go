package dryrun

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
)

// Config is what a dry run takes from the program.
type Config struct {
	// Policies are the set that decides here. They are asked for once, and only when
	// there is something to list.
	Policies func() (*policy.Set, error)
	Dir      string    // the working directory, absolute; "" when it is not known
	Stdin    io.Reader // read for the file "-"
	// Strict: what depends on what is measured counts as asked in the status.
	Strict bool
	// Lookup finds an account of this host by its name. Only scripts of a command are
	// taken to run here.
	Lookup func(string) (guard.Account, bool)
	// Same says whether one operation does only what the other was decided for. A
	// script that a decided command starts may do that once more. Nil: never.
	Same func(decided, op guard.Operation) bool
}

// Files lists scripts and runbooks that are only looked at: nothing is known of where
// they will run, who runs them, and which accounts that host has. A name "-" is
// standard input. An error says which file cannot be read; then nothing is listed.
func Files(c Config, names []string) (guard.DryRun, error) {
	r, err := newRunner(c)
	if err != nil {
		return guard.DryRun{}, err
	}
	for _, name := range names {
		if name == "" {
			return guard.DryRun{}, errors.New(`--script "": no file is named`)
		}
		if err := r.lookedAt(name); err != nil {
			return guard.DryRun{}, err
		}
	}
	return r.done(), nil
}

// runner lists scripts.
type runner struct {
	Config
	set       *policy.Set
	lookup    func(string) (guard.Account, bool) // nil: nothing is known of the accounts
	overrides []string                           // that each step would have
	command   []guard.Operation                  // that starts the scripts, as far as it is governed
	lint      bool                               // nothing is known of where the scripts will run
	seen      map[string]bool
	texts     map[string]fileText
	alike     map[string]policy.Foresight
	queue     []queued // that others read or run
	bytes     int      // of those that were listed
	out       guard.DryRun
}

const (
	maxScriptBytes = 1 << 20
	maxAllBytes    = 8 << 20
	maxFollowed    = 64   // scripts that are read because others read or run them
	maxShownText   = 2000 // bytes of a command
)

func newRunner(c Config) (*runner, error) {
	set, err := c.Policies()
	if err != nil {
		return nil, err
	}
	return &runner{
		Config: c, set: set, seen: map[string]bool{}, texts: map[string]fileText{}, alike: map[string]policy.Foresight{},
		out: guard.DryRun{Findings: []guard.DryRunFinding{}},
	}, nil
}

// text lists one text; at says where its lines stand in the file.
func (r *runner) text(file scriptFile, script shell.Script, at func(line, column int) (int, int)) {
	script.Lookup = r.lookup
	listing := shell.List(script)
	for _, step := range listing.Steps {
		next, reads := r.read(file, script, step.Operation)
		if r.isCommand(step.Operation) {
			continue
		}
		found := r.step(file, script, step, reads)
		if listing.Functions[step.Operation.Path] && len(found.Policies) == 0 {
			continue // a call of what is listed where it is defined
		}
		found.Line, found.Column = at(found.Line, found.Column)
		found.EndLine, _ = at(found.EndLine, 1)
		r.add(found)
		if reads.path != "" && reads.problem == "" {
			r.queue = append(r.queue, queued{next, reads})
		}
	}
	if flaw := listing.Flaw; flaw != nil {
		line, column := at(flaw.Line, flaw.Column)
		found := guard.DryRunFinding{File: file.shown, Line: line, Column: column, EndLine: line, Verdict: guard.IsFlawed, Reason: flaw.What}
		switch {
		case file.guessed:
			found.Verdict, found.Text = guard.CannotBeRead, "…"
			found.Reason = "nothing says that this is shell code, and it cannot be parsed as such: " + flaw.What
		case !shell.WellRead(script.Shell):
			found.Verdict, found.Text = guard.CannotBeRead, "…"
			found.Reason = fmt.Sprintf("guard cannot read the %s from here on: %s", script.Shell, flaw.What)
		}
		r.add(found)
	}
}

// isCommand: the line does only what the command that starts the script was decided for.
func (r *runner) isCommand(op guard.Operation) bool {
	return slices.ContainsFunc(r.command, func(one guard.Operation) bool { return r.Same != nil && r.Same(one, op) })
}

// queued is a script that another one reads or runs.
type queued struct {
	script shell.Script
	file   scriptFile
}

func (r *runner) add(found guard.DryRunFinding) {
	n := &r.out.Counts
	switch found.Verdict {
	case guard.WillBeRefused:
		n.Refused++
	case guard.WillBeAsked:
		n.Asked++
	case guard.WillDepend:
		n.Depends++
	case guard.CannotBeRead:
		n.Opaque++
	case guard.IsFlawed:
		n.Errors++
	default:
		n.Ungoverned++
	}
	if found.Verdict != guard.IsFlawed {
		n.Operations++
	}
	r.out.Findings = append(r.out.Findings, found)
}

// done is the dry run with its exit status, after all scripts that the listed
// ones read or run.
func (r *runner) done() guard.DryRun {
	r.follow()
	n := r.out.Counts
	switch {
	case n.Refused > 0 || n.Errors > 0:
		r.out.Status = guard.StatusRefused
	case n.Asked > 0 || n.Opaque > 0 || r.Strict && n.Depends > 0:
		r.out.Status = guard.StatusWouldAsk
	default:
		r.out.Status = guard.StatusWouldRun
	}
	return r.out
}

// nowhere is what is known of where a script will run that is only looked at.
func (r *runner) nowhere() guard.Operation {
	return guard.Operation{
		Account: guard.Account{UID: -1},
		Dir:     guard.Word{Reading: guard.OneWord, Reason: "where it will be run is not known"},
	}
}
