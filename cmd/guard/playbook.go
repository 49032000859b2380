package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// playbook is a command that guard cannot read whole, and what is done about
// that: its programs are supervised, or it is confirmed as one opaque whole.
type playbook struct {
	w        world
	o        options
	request  guard.Request
	set      *policy.Set              // decides the command itself
	hash     string                   // of the policy files
	policies func() (*library, error) // decide the steps
	found    bool                     // there is something to supervise
	why      error                    // why it cannot be
	user     string
	log      auditLog
	// undivided: nothing of a text is left to its step.
	undivided bool
	atStep    bool     // something of it is known at its step only
	secrets   []string // in what is left to its step
	lifted    []string // checks of the command itself that were overridden
	failed    error    // why the launcher could not be supervised after all; nothing ran
	// alone: the command is decided by itself; what it executes besides is followed.
	alone   bool
	decided guard.Decision    // of the command itself, the last one
	files   map[string]string // of programs, by directory and name
}

// newPlaybook looks whether the command is one.
func newPlaybook(w world, o options, request guard.Request) *playbook {
	b := &playbook{w: w, o: o, request: request}
	if o.supervise == "never" && o.as == "" {
		return b
	}
	ops := recognise(request)
	b.look(ops)
	if b.why == nil && o.as != "" {
		b.user, b.why = credentials(o.as)
	}
	return b
}

// look finds whether there is something to supervise, as far as that is known.
func (b *playbook) look(ops []guard.Operation) {
	b.found = b.o.as != "" || b.o.session != nil || slices.ContainsFunc(ops, b.runsOthers)
	if b.onlyFollows(ops) && !supervise.Privileged() && slices.ContainsFunc(ops, b.needsRights) {
		b.found = false
	}
	if b.found {
		b.why = b.possible()
	}
}

// possible says why nothing can be supervised.
func (b *playbook) possible() error {
	if b.o.unsupervisable != nil {
		return b.o.unsupervisable
	}
	if err := supervise.Available(); err != nil {
		return err
	}
	if b.o.as != "" && !supervise.Privileged() {
		return fmt.Errorf("--as %s needs root: sudo guard run --as …", b.o.as)
	}
	return nil
}

// needed are the operations that policies must be loaded for before anything
// starts. What a supervised one cannot be read for is decided on the way.
func (b *playbook) needed() []guard.Operation {
	ops := neededBy(b.request)
	for i := range ops {
		if b.supervised() && b.runsOthers(ops[i]) {
			ops[i].Opaque = ""
		}
	}
	return ops
}

// use takes the policies that decide the command, and what loads all that may
// decide a step. Those are loaded when the first governed step is met, and must
// be of the same files.
func (b *playbook) use(set *policy.Set, hash string, open func() (*library, guard.PolicySet, error)) {
	b.set, b.hash = set, hash
	ops := recognise(b.request)
	b.undivided = b.isUndivided(ops)
	b.atStep = b.o.supervise != "never" && b.anyKnownAtItsStep(ops)
	switch {
	case b.found || b.o.supervise == "never":
	case b.atStep:
		b.found, b.why = true, b.possible()
	default:
		b.look(ops)
	}
	// What only follows leaves nothing to its step: whatever the files are, all is
	// decided before.
	b.undivided = b.undivided || b.onlyFollows(ops)
	if b.o.session == nil {
		b.elsewhere()
	}
	if b.onlyFollows(ops) && (b.why == errElsewhere || b.why == errExpectElsewhere) {
		b.found, b.why = false, nil // both guards decide it, as a single command
	}
	b.alone = b.isAlone(ops)
	if b.o.session != nil {
		b.policies = b.o.session.policies.reopening(open)
		return
	}
	b.policies = sync.OnceValues(func() (*library, error) {
		files, info, err := open()
		switch {
		case err != nil:
			return nil, err
		case info.Hash != hash:
			return nil, errors.New("the policies changed since the script was started")
		default:
			return files, files.keep()
		}
	})
}

// decides is the set that decides operations of a step; without any, the whole.
func (b *playbook) decides(ops []guard.Operation) (*policy.Set, error) {
	files, err := b.policies()
	if err != nil {
		return nil, err
	}
	return files.decides(ops)
}

// governed are the programs and the kinds of act that some policy governs.
func (b *playbook) governed() (governed, error) {
	if found, ok := findIndex(b.w, b.hash); ok {
		return governedBy(found), nil
	}
	files, err := b.policies()
	if err != nil {
		return governed{}, err
	}
	return files.governed()
}

func (b *playbook) supervised() bool { return b.found && b.why == nil }

// Below another guard the steps are that one's. A script whose steps would then not
// be decided by what this guard was given for it is refused.
var (
	errElsewhere = errors.New("a guard further out decides the steps of this, and by other policies; " +
		"start it outside of that guard, or with the same policies, or with --supervise=never, which has it confirmed as a whole")
	errExpectElsewhere = errors.New("a guard further out decides the steps of this, and does not know what --expect states; " +
		"state it to that guard, or where the command stands: guard --expect … in the script")
)

// elsewhere asks a guard further out, which then knows too what this one decides by:
// a single command is decided by both.
func (b *playbook) elsewhere() {
	otherwise := supervise.DecidesOtherwise(b.hash)
	switch {
	case !b.supervised():
	case otherwise:
		b.why = errElsewhere
	case len(expectations(b.request.Expect, ofTheStep)) > 0 && supervise.Around():
		b.why = errExpectElsewhere
	}
}

// missing is the error of a supervision that was required and cannot be had.
func (b *playbook) missing() error {
	if b.why == errElsewhere || b.why == errExpectElsewhere {
		return b.why
	}
	if b.found && b.why != nil && (b.o.supervise == "require" || b.o.as != "") {
		return fmt.Errorf("supervision is required and cannot be had: %w", b.why)
	}
	return nil
}

// mayGoUnseen: the launcher could not be supervised, nothing ran, and nobody
// requires that it is supervised.
func (b *playbook) mayGoUnseen() bool {
	return b.failed != nil && b.o.supervise != "require" && b.o.as == ""
}

// lastWords are what a copy of guard prints when guard is killed.
func lastWords(request guard.Request) string {
	const width = 60
	return fmt.Sprintf("guard: guard was killed while it supervised %s (entry %d): what is left of that can execute nothing any more",
		cut(guard.CommandLine(request.Argv), width), request.Run)
}

// recognise marks the operations whose programs guard will see one by one.
func (b *playbook) recognise(request guard.Request) []guard.Operation {
	ops := recognise(request)
	b.secrets = nil
	more := b.unforeseen(ops)
	for i := range ops {
		// It is asked about once, and then: below guard its step comes anyway.
		left := b.supervised() && b.leftToItsStep(ops[i])
		if left {
			b.secrets = append(b.secrets, b.set.Foresee(ops[i]).Secrets...)
			ops[i].Program, ops[i].On, ops[i].Opaque = "", "", "it is decided at its step"
		}
		switch {
		case !b.found || !b.runsOthers(ops[i]):
		case !b.supervised() && b.isFollowed(ops[i]) && b.set.Governs(ops[i]): // by its name
		case !b.supervised():
			ops[i].Unseen = true
		case !actsElsewhere(ops[i]) && !b.set.Governs(ops[i]):
			ops[i].Supervised, ops[i].Transparent = true, left || b.isTransparent(ops[i])
		}
	}
	return append(ops, more...)
}

// runsOthers: what the operation executes is decided when it does so.
func (b *playbook) runsOthers(op guard.Operation) bool { return b.isPlaybook(op) || b.isFollowed(op) }

// isInteractive: a shell without a script, on a terminal. It takes the terminal
// for its jobs, so that nobody could be asked in between.
func (b *playbook) isInteractive(op guard.Operation) bool {
	if b.o.session != nil {
		return false // it has a terminal of its own
	}
	if !slices.Contains([]string{"sh", "ash", "dash", "bash", "rbash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh"}, op.Program) {
		return false
	}
	operand := func(word guard.Word) bool { return !strings.HasPrefix(word.Text, "-") }
	_, terminal := terminalWidth(b.w.stdin)
	return terminal && !slices.ContainsFunc(op.Args, operand)
}

// startsScript: the file begins with #!.
func startsScript(name string) bool {
	return bytes.HasPrefix(beginning(name, 2), []byte("#!"))
}

// leavesTheTree: the wrapper hands its program to a daemon, or may not change
// the user below an unprivileged guard.
func leavesTheTree(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	name = path.Base(name)
	if slices.Contains(userChangers, name) || name == "runuser" {
		return !supervise.Privileged()
	}
	return actsFarAway(name)
}

// actsFarAway: what the program runs is executed below a daemon, or on another host.
func actsFarAway(name string) bool {
	return shell.HandsOver(name)
}

// actsElsewhere: most of what the program does is not done by executing
// programs here. It is supervised, and confirmed as before.
func actsElsewhere(op guard.Operation) bool {
	if inlineCode(op) {
		return true
	}
	return slices.Contains([]string{
		"terraform", "terragrunt", "pulumi", "packer", "salt", "salt-call", "salt-ssh", "puppet", "chef-client", "chef-solo",
		"ansible", "ansible-playbook", "ansible-pull", "cap", "fab", "rundeck", "at", "batch", "gdb", "lldb",
	}, op.Program)
}

// isLanguage: the program interprets a language in which files are removed without
// executing anything.
func isLanguage(program string) bool {
	return slices.Contains([]string{"python", "pypy", "perl", "ruby", "node", "nodejs", "php", "lua", "awk", "gawk", "mawk", "nawk"},
		strings.TrimRight(program, "0123456789.-"))
}

// inlineCode: an interpreter, not a shell, with its code on the command line:
// python3 -c 'shutil.rmtree(…)' executes nothing.
func inlineCode(op guard.Operation) bool {
	if !isLanguage(op.Program) {
		return false
	}
	return slices.ContainsFunc(op.Args, func(word guard.Word) bool {
		return word.Reading != guard.Literal || slices.Contains([]string{"-c", "-e", "-E", "-r", "-p"}, word.Text)
	}) || strings.HasSuffix(op.Program, "awk")
}

// decider is the policies' decision, after what would make the run riskier than
// it is without guard.
func (b *playbook) decider(set *policy.Set) func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		if b.supervised() && !supervise.Privileged() {
			if problem := b.setID(); problem != nil {
				return nil, guard.Decision{Effect: guard.Deny, Summary: guard.CommandLine(request.Argv), Problems: []guard.Problem{*problem}}
			}
		}
		decide := decision(set.Decide)
		if b.supervised() && !b.alone {
			if problem := set.IdleOverride(request.Overrides); problem != nil {
				return nil, guard.Decision{Effect: guard.Deny, Summary: guard.CommandLine(request.Argv), Problems: []guard.Problem{*problem}}
			}
			decide = runExpects(overriding(set.Decide))
		}
		asks, decided := decide(request, ops, facts)
		b.lifted, b.decided = liftedIn(decided), decided
		decided.Secrets = append(slices.Clone(decided.Secrets), b.secrets...)
		return asks, b.o.session.harmless(set, ops, decided)
	}
}

// beginning is the start of a file, as far as it can be read; a megabyte at
// most.
func (b *playbook) beginning(name string) []byte { return beginning(name, 1<<20) }

func beginning(name string, most int64) []byte {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	text := make([]byte, min(info.Size(), most))
	n, _ := file.Read(text)
	return text[:n]
}
