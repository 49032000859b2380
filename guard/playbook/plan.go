package playbook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
)

// Options are the flags that a person gave. The zero Options are the defaults.
type Options struct {
	Supervise string // "auto" or "": where it can be had; "require"; "never"
	OnDeny    string // at a refused step: "ask" or "", "stop", "continue"
	Record    string // what has entries of its own: "governed" or "", "all"
	As        string // the user that the command is run as; "": the operator
	// Unsupervisable is why an earlier attempt to supervise failed; nil: it was not
	// tried, or it worked.
	Unsupervisable error
}

// Config is what a plan is made of. All of it must be set, but for Session and
// Chooser.
type Config struct {
	Options  Options
	Session  *Session  // of guard shell; nil: the command is none
	Terminal bool      // standard input is one
	TTY      string    // the path of the terminal where a person is asked
	Chooser  Chooser   // nil: nobody is asked how the run goes on at a refused step
	Stderr   io.Writer // what a person is told of the run
	Load     Loader
	System   System
	Hold     Runner // executes the command, supervised or not
}

// Plan is what is decided about a command before it starts. One that guard cannot
// read whole is a playbook: its programs are supervised, or it is confirmed as one
// opaque whole.
//
// It is made for one request, and used in this order: NewPlan, Needed, Use, and then
// Missing, Recognise, Decider and Executor as the fields of a guard.Guard. It must not
// be used by several goroutines at once.
type Plan struct {
	config   Config
	options  Options
	system   System
	mode     mode
	classify *classifier
	texts    *deferral
	request  guard.Request
	set      *policy.Set  // decides the command itself
	hash     string       // of the policy files
	policies stepPolicies // decide the steps
	found    bool         // there is something to supervise
	why      error        // why it cannot be
	user     string       // the numbers of --as
	atStep   bool         // something of it is known at its step only
	secrets  []string     // in what is left to its step
	lifted   []string     // checks of the command itself that were overridden
	failed   error        // why the launcher could not be supervised after all; nothing ran
	// alone: the command is decided by itself; what it executes besides is followed.
	alone   bool
	decided guard.Decision // of the command itself, the last one
}

// NewPlan looks whether the command of the request, whose Argv must not be empty, is
// one that is supervised.
func NewPlan(config Config, request guard.Request) *Plan {
	p := &Plan{config: config, options: config.Options, system: config.System, request: request}
	p.mode = &scriptMode{name: path.Base(request.Argv[0]), onDeny: config.Options.OnDeny, tty: config.TTY, chooser: config.Chooser, stderr: config.Stderr}
	if config.Session != nil {
		p.mode = config.Session
	}
	p.classify = &classifier{request: request, privileged: config.System.Privileged, sharesTerminal: config.Terminal && config.Session == nil}
	p.texts = &deferral{classify: p.classify}
	if p.options.Supervise == "never" && p.options.As == "" {
		return p
	}
	p.look(recognise(request))
	if p.why == nil && p.options.As != "" {
		p.user, p.why = credentials(p.options.As)
	}
	return p
}

// look finds whether there is something to supervise, as far as that is known.
func (p *Plan) look(ops []guard.Operation) {
	p.found = p.options.As != "" || p.mode.interactive() || slices.ContainsFunc(ops, p.classify.runsOthers)
	if p.onlyFollows(ops) && !p.system.Privileged() && slices.ContainsFunc(ops, p.classify.needsRights) {
		p.found = false
	}
	if p.found {
		p.why = p.possible()
	}
}

// possible says why nothing can be supervised.
func (p *Plan) possible() error {
	if p.options.Unsupervisable != nil {
		return p.options.Unsupervisable
	}
	if err := p.system.Available(); err != nil {
		return err
	}
	if p.options.As != "" && !p.system.Privileged() {
		return fmt.Errorf("--as %s needs root: sudo guard run --as …", p.options.As)
	}
	return nil
}

// Needed are the operations that policies must be loaded for before anything
// starts: nil, which means all of them, when the request asks for more than they
// decide. What a supervised one cannot be read for is decided on the way.
func (p *Plan) Needed() []guard.Operation {
	if len(p.request.Expect) > 0 || len(p.request.Overrides) > 0 {
		return nil
	}
	ops := recognise(p.request)
	for i := range ops {
		if p.supervised() && p.classify.runsOthers(ops[i]) {
			ops[i].Opaque = ""
		}
	}
	return ops
}

// Use takes the policies that decide the command. Those that decide a step are
// loaded when it is met.
func (p *Plan) Use(set *policy.Set, hash string) {
	p.set, p.hash = set, hash
	ops := recognise(p.request)
	p.classify.set, p.texts.whole = set, isUndivided(p.request, ops)
	p.atStep = p.options.Supervise != "never" && p.texts.defersAny(ops)
	switch {
	case p.found || p.options.Supervise == "never":
	case p.atStep:
		p.found, p.why = true, p.possible()
	default:
		p.look(ops)
	}
	// What only follows leaves nothing to its step: whatever the files are, all is
	// decided before.
	p.texts.whole = p.texts.whole || p.onlyFollows(ops)
	if !p.mode.interactive() {
		p.elsewhere()
	}
	if p.onlyFollows(ops) && (p.why == errElsewhere || p.why == errExpectElsewhere) {
		p.found, p.why = false, nil // both guards decide it, as a single command
	}
	p.alone = p.isAlone(ops)
	p.policies = p.mode.policies(p.config.Load, hash)
}

func (p *Plan) supervised() bool { return p.found && p.why == nil }

// Below an outer guard, that guard decides the steps. A script whose steps would then
// not be decided by what this guard was given is refused.
var (
	errElsewhere = errors.New("an outer guard decides the steps of this, by other policies; " +
		"start it outside of that guard, or with the same policies, or with --supervise=never, which confirms it as a whole")
	errExpectElsewhere = errors.New("an outer guard decides the steps of this, and does not know what --expect states; " +
		"give --expect to that guard, or put it before the command in the script: guard --expect …")
)

// elsewhere asks the outer guard, which thereby also learns by which policies this one
// decides: a single command is decided by both.
func (p *Plan) elsewhere() {
	otherwise := p.system.DecidesOtherwise(p.hash)
	switch {
	case !p.supervised():
	case otherwise:
		p.why = errElsewhere
	case len(expectations(p.request.Expect, ofTheStep)) > 0 && p.system.Around():
		p.why = errExpectElsewhere
	}
}

// Missing is the error of a supervision that was required but is not available; nil when
// the command may be decided.
func (p *Plan) Missing() error {
	if p.why == errElsewhere || p.why == errExpectElsewhere {
		return p.why
	}
	if p.found && p.why != nil && (p.options.Supervise == "require" || p.options.As != "") {
		return fmt.Errorf("supervision is required but not available: %w", p.why)
	}
	return nil
}

// Failed is why the launcher could not be supervised after all, and nothing ran; nil
// when it was.
func (p *Plan) Failed() error { return p.failed }

// MayGoUnseen: the launcher could not be supervised, nothing ran, and nobody
// requires that it is supervised.
func (p *Plan) MayGoUnseen() bool {
	return p.failed != nil && p.options.Supervise != "require" && p.options.As == ""
}

// Executor is how the guarded command is executed: below a supervisor, where there is
// something to supervise and it can be.
func (p *Plan) Executor(pipeline *guard.Guard) func(context.Context, guard.Request, guard.Executable) guard.Outcome {
	if p.found && p.why != nil && p.Missing() == nil && slices.ContainsFunc(p.Recognise(p.request), func(op guard.Operation) bool { return op.Unseen }) {
		fmt.Fprintf(p.config.Stderr, "guard: what it executes cannot be supervised (%v); it is confirmed as a whole\n", p.why)
	}
	if !p.supervised() {
		return p.config.Hold.Run
	}
	return func(ctx context.Context, request guard.Request, executable guard.Executable) guard.Outcome {
		run := p.run(pipeline, request)
		outcome := run.execute(ctx, executable)
		p.failed = run.forbidden
		return outcome
	}
}

// run is the supervised run of the command, which is about to start.
func (p *Plan) run(pipeline *guard.Guard, request guard.Request) *supervisedRun {
	ops := recognise(request)
	var governed []guard.Operation
	for _, op := range p.Recognise(request) {
		if p.set.Governs(op) {
			governed = append(governed, op)
		}
	}
	return &supervisedRun{
		stepDecider: stepDecider{
			command: decidedCommand{
				request: request, hash: p.hash, credentials: p.user, alone: p.alone, lifted: p.lifted, decision: p.decided,
				governed: governed, isPlaybook: slices.ContainsFunc(ops, p.classify.isPlaybook),
			},
			pipeline: pipeline, recordsAll: p.options.Record == "all", mode: p.mode, policies: p.policies, system: p.system, stderr: p.config.Stderr,
			one: make(chan struct{}, 1),
		},
		load: p.config.Load, hold: p.config.Hold,
	}
}

// Recognise marks the operations whose programs guard will see one by one.
func (p *Plan) Recognise(request guard.Request) []guard.Operation {
	ops := recognise(request)
	p.secrets = nil
	more := p.texts.unforeseen(ops, p.supervised())
	for i := range ops {
		// It is asked about once, and then: below guard its step comes anyway.
		left := p.supervised() && p.texts.defers(ops[i])
		if left {
			p.secrets = append(p.secrets, p.set.Foresee(ops[i]).Secrets...)
			ops[i].Program, ops[i].On, ops[i].Opaque = "", "", "it is decided at its step"
		}
		switch {
		case !p.found || !p.classify.runsOthers(ops[i]):
		case !p.supervised() && p.classify.isFollowed(ops[i]) && p.set.Governs(ops[i]): // by its name
		case !p.supervised():
			ops[i].Unseen = true
		case !actsElsewhere(ops[i]) && !p.set.Governs(ops[i]):
			ops[i].Supervised, ops[i].Transparent = true, left || p.classify.isTransparent(ops[i])
		}
	}
	return append(ops, more...)
}

// Decider is the policies' decision, after refusing what would make the run riskier
// than it is without guard.
func (p *Plan) Decider(set *policy.Set) func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		if p.supervised() && !p.system.Privileged() {
			if problem := p.userChange(); problem != nil {
				return nil, refused(request, *problem)
			}
		}
		decide := decision(set.Decide)
		if p.supervised() && !p.alone {
			if problem := set.IdleOverride(request.Overrides); problem != nil {
				return nil, refused(request, *problem)
			}
			decide = runExpects(p.classify.isPlaybook, overriding(set.Decide))
		}
		asks, decided := decide(request, ops, facts)
		p.lifted, p.decided = overriddenIn(decided), decided
		decided.Secrets = append(slices.Clone(decided.Secrets), p.secrets...)
		return asks, p.mode.harmless(set, ops, decided)
	}
}

// onlyFollows: nothing of the command is a playbook, or known at its step only. Where that
// cannot be followed, or would not work then, it is what it is without.
func (p *Plan) onlyFollows(ops []guard.Operation) bool {
	return p.options.As == "" && !p.mode.interactive() && !p.atStep && !slices.ContainsFunc(ops, p.classify.isPlaybook)
}

// isAlone: all that is supervised are programs that policies govern by their names: the
// command is decided by itself, as if it was not supervised.
func (p *Plan) isAlone(ops []guard.Operation) bool {
	return p.onlyFollows(ops) && !slices.ContainsFunc(ops, func(op guard.Operation) bool {
		return p.classify.isFollowed(op) && !p.set.Governs(op)
	})
}

// userChange says which line of the script would change the user. Supervised by an
// unprivileged guard it cannot, and the script would fail half-way.
func (p *Plan) userChange() *guard.Problem {
	name, where := changesUserAt(p.request)
	if name == "" {
		return nil
	}
	return &guard.Problem{What: name + " cannot change the user below an unprivileged guard", Next: p.mode.otherUser(p.request), Pos: where}
}
