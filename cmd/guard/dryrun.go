package main

import (
	"fmt"
	"slices"

	"blastguard/guard"
	"blastguard/guard/playbook"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
)

// foresight is what a dry run says of one operation.
type foresight string

const (
	willBeRefused foresight = "refused"    // whatever is measured
	willBeAsked   foresight = "asked"      // whatever is measured, if it is not refused
	itDepends     foresight = "depends"    // on what is measured when it is reached
	isOpaque      foresight = "opaque"     // it cannot be read before it runs
	isUngoverned  foresight = "ungoverned" // no policy speaks of it
	isFlawed      foresight = "error"      // the text cannot be read from here on
)

// finding is one line of a dry run.
type finding struct {
	File     string           `json:"file"`
	Line     int              `json:"line"`
	Column   int              `json:"column"`
	EndLine  int              `json:"end_line"`
	Verdict  foresight        `json:"verdict"`
	Text     string           `json:"text"`
	Policies []string         `json:"policies,omitempty"`
	Asking   []string         `json:"asking,omitempty"`
	Commands []string         `json:"commands,omitempty"`
	Reason   string           `json:"reason,omitempty"`
	Unknown  []string         `json:"unknown,omitempty"`
	Reads    string           `json:"reads,omitempty"`
	Checks   []guard.Check    `json:"checks,omitempty"`
	Problems []guard.Problem  `json:"problems,omitempty"`
	Op       *guard.Operation `json:"operation,omitempty"`
	via      []string         // wrappers inside the script
}

// counts are of operations; errors are texts that cannot be read.
type counts struct {
	Operations int `json:"operations"`
	Refused    int `json:"refused"`
	Asked      int `json:"asked"`
	Depends    int `json:"depends"`
	Opaque     int `json:"opaque"`
	Ungoverned int `json:"ungoverned"`
	Errors     int `json:"errors"`
}

// dryRun is what a script, or several, would do, line by line.
type dryRun struct {
	Status   int       `json:"status"`
	Counts   counts    `json:"counts"`
	Findings []finding `json:"findings"`
	Notes    []string  `json:"notes,omitempty"`
	secrets  []string
}

// lintReport is what `guard check --script --json` prints. Fields are only ever
// added.
type lintReport struct {
	Policies guard.PolicySet `json:"policies"`
	dryRun
}

// dryRunner lists scripts. It reads their files and nothing else: no probe is
// asked and no program is run.
type dryRunner struct {
	w         world
	set       *policy.Set
	lookup    func(string) (guard.Account, bool)
	overrides []string          // that each step would have
	command   []guard.Operation // that starts the scripts, as far as it is governed
	lint      bool              // nothing is known of where the scripts will run
	strict    bool              // what depends on what is measured counts as asked
	seen      map[string]bool
	texts     map[string]fileText
	alike     map[string]policy.Foresight
	queue     []queued // that others read or run
	bytes     int      // of those that were listed
	out       dryRun
}

const (
	maxScriptBytes = 1 << 20
	maxAllBytes    = 8 << 20
	maxFollowed    = 64   // scripts that are read because others read or run them
	maxShownText   = 2000 // bytes of a command
)

func newDryRunner(w world, set *policy.Set, strict bool) *dryRunner {
	return &dryRunner{w: w, set: set, strict: strict, seen: map[string]bool{}, texts: map[string]fileText{}, alike: map[string]policy.Foresight{}, out: dryRun{Findings: []finding{}}}
}

// text lists one text; at says where its lines stand in the file.
func (d *dryRunner) text(file scriptFile, script shell.Script, at func(line, column int) (int, int)) {
	script.Lookup = d.lookup
	listing := shell.List(script)
	for _, step := range listing.Steps {
		next, reads := d.read(file, script, step.Operation)
		if d.isCommand(step.Operation) {
			continue
		}
		found := d.step(file, script, step, reads)
		if listing.Functions[step.Operation.Path] && len(found.Policies) == 0 {
			continue // a call of what is listed where it is defined
		}
		found.Line, found.Column = at(found.Line, found.Column)
		found.EndLine, _ = at(found.EndLine, 1)
		d.add(found)
		if reads.path != "" && reads.problem == "" {
			d.queue = append(d.queue, queued{next, reads})
		}
	}
	if flaw := listing.Flaw; flaw != nil {
		line, column := at(flaw.Line, flaw.Column)
		found := finding{File: file.shown, Line: line, Column: column, EndLine: line, Verdict: isFlawed, Reason: flaw.What}
		switch {
		case file.guessed:
			found.Verdict, found.Text = isOpaque, "…"
			found.Reason = "nothing says that this is a shell's, and read as one it is not to be understood: " + flaw.What
		case !wellRead(script.Shell):
			found.Verdict, found.Text = isOpaque, "…"
			found.Reason = fmt.Sprintf("guard cannot read the %s from here on: %s", script.Shell, flaw.What)
		}
		d.add(found)
	}
}

// isCommand: the line does but what the command that starts the script was decided for.
func (d *dryRunner) isCommand(op guard.Operation) bool {
	return slices.ContainsFunc(d.command, func(one guard.Operation) bool { return playbook.SameOperation(one, op) })
}

// wellRead: what guard cannot parse is an error in the text. Of zsh and ksh its
// parser does not know all.
func wellRead(shell string) bool {
	return slices.Contains([]string{"sh", "ash", "dash", "bash", "rbash"}, shell)
}

// queued is a script that another one reads or runs.
type queued struct {
	script shell.Script
	file   scriptFile
}

func (d *dryRunner) add(found finding) {
	n := &d.out.Counts
	switch found.Verdict {
	case willBeRefused:
		n.Refused++
	case willBeAsked:
		n.Asked++
	case itDepends:
		n.Depends++
	case isOpaque:
		n.Opaque++
	case isFlawed:
		n.Errors++
	default:
		n.Ungoverned++
	}
	if found.Verdict != isFlawed {
		n.Operations++
	}
	d.out.Findings = append(d.out.Findings, found)
}

// step judges one operation.
func (d *dryRunner) step(file scriptFile, script shell.Script, step shell.Step, reads scriptFile) finding {
	op := step.Operation
	seen := d.foresee(op)
	d.out.secrets = append(d.out.secrets, seen.Secrets...)
	d.out.secrets = append(d.out.secrets, secretsIn(op, step.Text)...)
	found := finding{
		File: file.shown, Line: step.Line, Column: step.Column, EndLine: step.EndLine, Text: cut(step.Text, maxShownText), Op: &op,
		Policies: seen.Policies, Asking: seen.Asking, Commands: seen.Commands, Verdict: isUngoverned, Unknown: unknownWords(op),
		via: op.Via[min(len(script.By.Via), len(op.Via)):],
	}
	switch why := unreadable(op); {
	case seen.Refused() && op.Opaque == "":
		found.Verdict, found.Checks, found.Problems = willBeRefused, slices.Clone(seen.Checks), seen.Problems
		if d.lift(found) {
			found.Verdict = ahead(seen)
		}
	case reads.problem == "" && reads.path != "":
		found.Reads, found.Verdict = reads.shown, ahead(seen)
	case why != "" && (op.Opaque != "" || len(seen.Policies) == 0):
		found.Verdict, found.Reason = isOpaque, why
		if reads.problem != "" {
			found.Reason += " (" + reads.problem + ")"
		}
	default:
		found.Verdict = ahead(seen)
	}
	return found
}

// ahead is what the policies say of an operation that they do not refuse.
func ahead(seen policy.Foresight) foresight {
	switch {
	case len(seen.Asking) > 0:
		return willBeAsked
	case len(seen.Policies) > 0:
		return itDepends
	default:
		return isUngoverned
	}
}

// lift applies the overrides that the step would have: all that refuses it must
// be lifted, as when it is reached.
func (d *dryRunner) lift(found finding) bool {
	if !(policy.Foresight{Checks: found.Checks, Problems: found.Problems}).LiftedBy(d.overrides) {
		policy.SayHard(found.Checks, d.overrides)
		return false
	}
	for i := range found.Checks {
		found.Checks[i].Effect, found.Checks[i].Overridden = guard.Warn, true
	}
	return true
}

// foresee asks the policies, once for operations that are alike to them. What is
// refused is told with its own words.
func (d *dryRunner) foresee(op guard.Operation) policy.Foresight {
	key := fmt.Sprintf("%q %q %q %v %v %v %v %q %p", op.Program, op.Path, op.On, op.Builtin, op.Opaque != "", op.Account, op.Dir, op.Via, op.Env)
	for _, word := range op.Args {
		key += fmt.Sprintf(" %d", word.Reading)
		if word.Reading == guard.Literal {
			key += fmt.Sprintf("%q", word.Text)
		}
	}
	if known, ok := d.alike[key]; ok {
		return known
	}
	seen := d.set.Foresee(op)
	if seen.WritesOnly && !seen.Refused() && len(seen.Asking) == 0 { // scripts write files all the time
		seen = policy.Foresight{Secrets: seen.Secrets}
	}
	if !seen.Refused() && len(seen.Secrets) == 0 {
		d.alike[key] = seen
	}
	return seen
}

// unknownWords are the words that only expand when the operation runs.
func unknownWords(op guard.Operation) []string {
	var words []string
	for _, word := range op.Args {
		if word.Reading != guard.Literal && !slices.Contains(words, word.Text) {
			words = append(words, word.Text)
		}
	}
	return words
}

// done is the dry run with its exit status, after all scripts that the listed
// ones read or run.
func (d *dryRunner) done() dryRun {
	d.follow()
	n := d.out.Counts
	switch {
	case n.Refused > 0 || n.Errors > 0:
		d.out.Status = guard.StatusRefused
	case n.Asked > 0 || n.Opaque > 0 || d.strict && n.Depends > 0:
		d.out.Status = guard.StatusWouldAsk
	default:
		d.out.Status = guard.StatusWouldRun
	}
	return d.out
}

// nowhere is what is known of where a script will run that is only looked at.
func (d *dryRunner) nowhere() guard.Operation {
	return guard.Operation{
		Account: guard.Account{UID: -1},
		Dir:     guard.Word{Reading: guard.OneWord, Reason: "where it will be run is not known"},
	}
}
