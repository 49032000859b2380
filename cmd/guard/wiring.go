package main

import (
	"fmt"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/host"
	"blastguard/guard/machine"
	"blastguard/guard/playbook"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/postgres"
	"blastguard/guard/process"
	"blastguard/guard/shell"
)

// kinds are the probes that policies may ask, as data for the loader.
func kinds() []guard.ProbeKind {
	return append(probe.Kinds(), datadir.Kind(), postgres.Kind())
}

// newRequest describes who asks for argv, where and when.
func newRequest(w world, argv []string) (guard.Request, error) {
	if w.dirErr != nil {
		return guard.Request{}, fmt.Errorf("working directory: %w; change to one that exists", w.dirErr)
	}
	host := machine.Host()
	if host.Name == "" {
		return guard.Request{}, fmt.Errorf("this host has no name; set one with hostnamectl")
	}
	return guard.Request{
		Argv: argv, Dir: w.dir, Env: w.env, Time: w.now(), Host: host,
		Operator: machine.Operator(w.env), Account: machine.Account(w.env),
	}, nil
}

// newGuard puts the parts together. Problems of the policies do not fail here:
// they refuse each request, so that the refusal is recorded.
func newGuard(w world, p host.Places, o options, request guard.Request, log auditLog, ask playbook.Chooser) (*guard.Guard, *playbook.Plan) {
	logger := debugLogger(w)
	prober := probe.New(probe.Config{
		Env: request.Env, Dir: request.Dir, History: log, Logger: logger,
		Extra:      map[string]probe.Func{"datadir": datadir.Measure, "postgres": postgres.Measure, "process": describeProcesses, playbook.OtherProcess: playbook.NotOurProcess},
		ExtraKinds: []guard.ProbeKind{datadir.Kind(), postgres.Kind()},
	})
	_, terminal := terminalWidth(w.stdin)
	plan := playbook.NewPlan(playbook.Config{
		Options:  playbook.Options{Supervise: o.supervise, OnDeny: o.onDeny, Record: o.record, As: o.as, Unsupervisable: o.unsupervisable},
		Session:  o.session,
		Terminal: terminal, TTY: w.tty, Chooser: ask, Stderr: w.stderr,
		Load: libraryLoader{p}, System: playbook.ThisSystem(), Hold: w.hold,
	}, request)
	set, info, broken := p.Load(plan.Needed())
	plan.Use(set, info.Hash)
	if broken == nil {
		broken = plan.Missing()
	}
	g := &guard.Guard{
		Recognise: plan.Recognise, Measure: prober.Begin, Resolve: process.FindRunnable, Digest: process.Digest,
		Decide: plan.Decider(set), Broken: broken, SamePolicies: p.SamePolicies(set),
		Policies: info, PolicyLine: policyLine(info, w.now()), LogLine: logLine(p),
		Version: version, Now: w.now, Logger: logger,
	}
	return g, plan
}

func shellContext(request guard.Request) shell.Context {
	return shell.Context{Dir: request.Dir, Env: request.Env, Account: request.Account, Lookup: machine.Lookup}
}

func approver(w world, p host.Places, logger guard.Logger, text string) *approve.Approver {
	return approve.New(approve.Config{
		TTY: w.tty, Env: w.env, LockDir: p.Lock, Now: w.now, Text: text, Logger: logger,
	})
}
