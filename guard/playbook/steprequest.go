package playbook

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/process"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// operations are what policies decide about, with what decides it: the program itself.
// What it would execute in turn is decided when it does.
func (d *stepDecider) operations(e supervise.Exec) (*policy.Set, []guard.Operation, error) {
	var forms []guard.Operation
	for _, form := range e.Forms {
		forms = append(forms, shell.Operations(form, d.context(e))...)
	}
	own, decided := act(e, d.context(e).Account), forms
	if e.On != "" {
		decided = append(slices.Clone(forms), own)
	}
	if len(d.command.request.Expect) > 0 || len(d.command.request.Overrides) > 0 {
		decided = nil // what they name is looked for in every policy
	}
	set, err := d.decides(decided)
	if e.On != "" && set.Governs(own) {
		return set, []guard.Operation{own}, err
	}
	var ops []guard.Operation
	belongs := func(pid int) bool { return d.supervisor.Belongs(e.PID, pid) }
	for _, op := range forms {
		if !signalsOwn(op, belongs) && !isSeenLater(op) && set.Governs(op) && !isMinorElsewhere(set, op) {
			ops = append(ops, op)
		}
	}
	return set, ops, err
}

// decides is the set that decides operations of a step; without any, the whole.
func (d *stepDecider) decides(ops []guard.Operation) (*policy.Set, error) {
	files, err := d.policies.open()
	if err != nil {
		return nil, err
	}
	return files.Decides(ops)
}

func (d *stepDecider) context(e supervise.Exec) shell.Context {
	return shell.Context{Dir: e.Dir, Env: e.Env, Account: account(e), Lookup: machine.Lookup}
}

func account(e supervise.Exec) guard.Account {
	if found, ok := machine.Lookup(fmt.Sprint(e.UID)); ok {
		return found
	}
	return guard.Account{Known: e.UID >= 0, UID: e.UID}
}

// requestOf is the request of a step.
func (d *stepDecider) requestOf(e supervise.Exec) guard.Request {
	argv := e.Argv
	if len(argv) == 0 {
		argv = []string{e.Path}
	}
	return guard.Request{
		Argv: argv, Dir: e.Dir, Env: e.Env, Operator: d.command.request.Operator, Account: account(e), Host: d.command.request.Host,
		Time: d.pipeline.Now(), Began: d.mode.began(d.supervisor, e.PID), Run: d.command.request.Run, Place: e.Place,
		Expect: d.command.request.Expect, Overrides: d.command.request.Overrides, Reason: d.command.request.Reason, Text: d.command.request.Text, Plain: d.command.request.Plain,
	}
}

// pipelineOf is the run's own, for one step.
func (d *stepDecider) pipelineOf(e supervise.Exec, ops []guard.Operation, set *policy.Set, broken error) *guard.Guard {
	step := *d.pipeline
	step.Broken = broken
	step.Patient = true // a transaction lets steps pass that are refused for what is not known
	step.Measure = numbersOf(e.PID, step.Measure)
	step.Recognise = func(guard.Request) []guard.Operation { return ops }
	step.Resolve = func(request guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	if e.On != "" {
		step.Resolve = func(guard.Request) (guard.Executable, error) { return guard.Executable{}, nil }
		step.Digest = func(context.Context, guard.Executable) (string, error) { return "", nil }
	}
	// A program that no policy governs runs as a step, and so does what they leave open of one.
	step.Decide = overriding(stepExpects(set.WithSettings(policy.Settings{Unmatched: guard.Allow}).Decide))
	if problem := d.problem(e); problem != nil {
		step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
			return nil, guard.Decision{Effect: guard.Deny, Problems: []guard.Problem{*problem}}
		}
	}
	d.mode.prepare(d.supervisor, &step, e)
	return &step
}

// problem refuses what policies are not asked about.
func (d *stepDecider) problem(e supervise.Exec) *guard.Problem {
	switch {
	case e.Unreadable != "":
		return &guard.Problem{What: e.Unreadable, Next: d.mode.unreadable()}
	case e.SetID:
		return &guard.Problem{What: path.Base(e.Path) + " cannot change the user below an unprivileged guard", Next: d.mode.otherUser(d.command.request)}
	default:
		return nil
	}
}

// onlyLists: mount without operands says what is mounted, and needs no rights.
func onlyLists(e supervise.Exec) bool {
	if path.Base(e.Path) != "mount" || e.Unreadable != "" {
		return false
	}
	for i := 1; i < len(e.Argv); i++ {
		switch e.Argv[i] {
		case "-l", "--show-labels", "-v", "--verbose":
		case "-t", "--types":
			i++
		default:
			return false
		}
	}
	return true
}

// fileOf is the file of a step, as far as its path tells.
func fileOf(e supervise.Exec) guard.Executable {
	name := e.Path
	if !strings.Contains(name, "/") {
		name = "./" + name
	}
	found, err := process.Find(guard.Request{Argv: []string{name}, Dir: e.Dir, Env: e.Env})
	if err != nil {
		return guard.Executable{Path: e.Path, Problem: err.Error()}
	}
	return found
}
