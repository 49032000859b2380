package main

import (
	"errors"
	"fmt"
	"strings"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/machine"
	"blastguard/guard/playbook"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/process"
	"blastguard/guard/shell"
	"blastguard/guard/source"
)

// kinds are the probes that policies may ask, as data for the loader.
func kinds() []guard.ProbeKind {
	return append(probe.Kinds(), datadir.Kind(), datadir.PostgresKind())
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
func newGuard(w world, p places, o options, request guard.Request, log auditLog, ask playbook.Chooser) (*guard.Guard, *playbook.Plan) {
	logger := debugLogger(w)
	prober := probe.New(probe.Config{
		Env: request.Env, Dir: request.Dir, History: log, Logger: logger,
		Extra:      map[string]probe.Func{"datadir": datadir.Measure, "postgres": datadir.MeasurePostgres, "process": describeProcesses},
		ExtraKinds: []guard.ProbeKind{datadir.Kind(), datadir.PostgresKind()},
	})
	_, terminal := terminalWidth(w.stdin)
	plan := playbook.NewPlan(playbook.Config{
		Options:  playbook.Options{Supervise: o.supervise, OnDeny: o.onDeny, Record: o.record, As: o.as, Unsupervisable: o.unsupervisable},
		Session:  o.session,
		Terminal: terminal, TTY: w.tty, Chooser: ask, Stderr: w.stderr,
		Load: libraryLoader{w, p, o.places}, System: playbook.ThisSystem(), Hold: w.hold,
	}, request)
	set, info, broken := loadPolicies(w, p, o.places, plan.Needed())
	plan.Use(set, info.Hash)
	if broken == nil {
		broken = plan.Missing()
	}
	g := &guard.Guard{
		Recognise: plan.Recognise, Measure: prober.MeasureEach, Resolve: process.FindRunnable, Digest: process.Digest,
		Decide: plan.Decider(set), Broken: broken, SamePolicies: samePolicies(w, o.places, set),
		Policies: info, PolicyLine: policyLine(info, w.now()), LogLine: p.logLine(),
		Version: version, Now: w.now, Logger: logger,
	}
	return g, plan
}

func shellContext(request guard.Request) shell.Context {
	return shell.Context{Dir: request.Dir, Env: request.Env, Account: request.Account, Lookup: machine.Lookup}
}

// badPolicies carries everything that is wrong with the policy files.
type badPolicies struct {
	lines []string
}

func (b badPolicies) Error() string {
	return "the policies cannot be used:\n" + strings.Join(b.lines, "\n")
}

// loadPolicies reads the files that decide here, and parses what decides ops; without any,
// all. With an error the set must not be asked. Nothing is parsed where an index proves that
// nothing governs ops.
func loadPolicies(w world, p places, o placeOptions, ops []guard.Operation) (*policy.Set, guard.PolicySet, error) {
	files, info, err := openLibrary(w, p, o)
	if err != nil {
		return nil, info, err
	}
	if files.indexed && !files.index.Governs(ops) && !files.index.Mentions(ops) {
		set, _ := policy.Load(nil, files.options)
		return set.WithSettings(files.settings), info, nil
	}
	set, err := files.Decides(ops)
	return set, info, err
}

func loadSettings(p places) (policy.Settings, error) {
	if p.config == "" {
		return policy.DefaultSettings(), nil
	}
	found, problems := source.Read([]source.Place{{File: p.config, Origin: p.origin}})
	if len(problems) > 0 {
		return policy.Settings{}, sourceErrors(problems)
	}
	settings, diagnostics := policy.LoadSettings(found.Files[0])
	if diagnostics.HasErrors() {
		return policy.Settings{}, policyErrors(diagnostics)
	}
	return settings, nil
}

// samePolicies compares the files and settings that decided with those that lie
// there now: a person may have been asked for minutes.
func samePolicies(w world, o placeOptions, set *policy.Set) func(guard.PolicySet) error {
	return func(decided guard.PolicySet) error {
		found, problems := w.policySums(o)
		if len(problems) > 0 {
			return sourceErrors(problems)
		}
		now, err := findPlaces(w, o)
		if err != nil {
			return err
		}
		settings, err := loadSettings(now)
		switch {
		case err != nil:
			return err
		case source.Hash(found.Files) != decided.Hash:
			return errors.New("the policy files are others now")
		case set == nil || settings != set.Settings():
			return errors.New("guard.hcl is another one now")
		default:
			return nil
		}
	}
}

func sourceErrors(problems []source.Problem) error {
	bad := badPolicies{}
	for _, problem := range problems {
		bad.lines = append(bad.lines, problem.Error())
	}
	return bad
}

func policyErrors(diagnostics policy.Diagnostics) error {
	return badPolicies{lines: strings.Split(strings.TrimSpace(diagnostics.Error()), "\n")}
}

// describeSet identifies the files that decide.
func describeSet(found source.Found) guard.PolicySet {
	info := guard.PolicySet{Hash: source.Hash(found.Files), Overlooked: found.Overlooked}
	for _, file := range found.Files {
		switch file.Origin {
		case guard.ShippedFile:
			info.Shipped++
		case guard.HostFile:
			info.Host++
		default:
			info.User++
		}
		if file.Modified.After(info.Newest) {
			info.Newest = file.Modified
		}
	}
	return info
}

func approver(w world, p places, logger guard.Logger, text string) *approve.Approver {
	return approve.New(approve.Config{
		TTY: w.tty, Env: w.env, LockDir: p.lock, Now: w.now, Text: text, Logger: logger,
	})
}
