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
	w       world
	o       options
	request guard.Request
	set     *policy.Set // decides the command itself
	hash    string      // of the policy files
	whole   func() (*policy.Set, error)
	found   bool  // there is something to supervise
	why     error // why it cannot be
	user    string
}

// newPlaybook looks whether the command is one.
func newPlaybook(w world, o options, request guard.Request) *playbook {
	b := &playbook{w: w, o: o, request: request}
	if o.supervise == "never" && o.as == "" {
		return b
	}
	b.found = o.as != "" || slices.ContainsFunc(recognise(request), b.runsOthers)
	if b.found {
		b.why = b.possible()
	}
	if b.why == nil && o.as != "" {
		b.user, b.why = credentials(o.as)
	}
	return b
}

// possible says why nothing can be supervised.
func (b *playbook) possible() error {
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
func (b *playbook) use(set *policy.Set, hash string, load func() (*policy.Set, guard.PolicySet, error)) {
	b.set, b.hash = set, hash
	b.whole = sync.OnceValues(func() (*policy.Set, error) {
		all, info, err := load()
		if err == nil && info.Hash != hash {
			err = errors.New("the policies changed since the script was started")
		}
		return all, err
	})
}

// programs are the names that some policy governs.
func (b *playbook) programs() ([]string, error) {
	if index, ok := findIndex(b.w, b.hash); ok {
		return index.programs, nil
	}
	all, err := b.whole()
	return all.Programs(), err
}

func (b *playbook) supervised() bool { return b.found && b.why == nil }

// missing is the error of a supervision that was required and cannot be had.
func (b *playbook) missing() error {
	if b.found && b.why != nil && (b.o.supervise == "require" || b.o.as != "") {
		return fmt.Errorf("supervision is required and cannot be had: %w", b.why)
	}
	return nil
}

// recognise marks the operations whose programs guard will see one by one.
func (b *playbook) recognise(request guard.Request) []guard.Operation {
	ops := recognise(request)
	for i := range ops {
		if b.supervised() && b.runsOthers(ops[i]) && !actsElsewhere(ops[i]) && !b.set.Governs(ops[i]) {
			ops[i].Supervised = true
		}
	}
	return ops
}

// runsOthers: the operation is a script, an interpreter, a build tool, or
// something that guard cannot read; and it runs here, below guard.
func (b *playbook) runsOthers(op guard.Operation) bool {
	if op.On != "" || op.Builtin || slices.ContainsFunc(op.Via, leavesTheTree) {
		return false
	}
	return (op.Opaque != "" || shell.Interpreter(op) || b.isScript(op)) && !b.isInteractive(op)
}

// isInteractive: a shell without a script, on a terminal. It takes the terminal
// for its jobs, so that nobody could be asked in between.
func (b *playbook) isInteractive(op guard.Operation) bool {
	if !slices.Contains([]string{"sh", "ash", "dash", "bash", "rbash", "zsh", "ksh", "mksh", "fish", "csh", "tcsh"}, op.Program) {
		return false
	}
	operand := func(word guard.Word) bool { return !strings.HasPrefix(word.Text, "-") }
	_, terminal := terminalWidth(b.w.stdin)
	return terminal && !slices.ContainsFunc(op.Args, operand)
}

// isScript: the program that was named is a file that begins with #!.
func (b *playbook) isScript(op guard.Operation) bool {
	if op.Path != b.request.Argv[0] {
		return false
	}
	return bytes.HasPrefix(b.beginning(b.executable()), []byte("#!"))
}

// leavesTheTree: the wrapper hands its program to a daemon, or may not change
// the user below an unprivileged guard.
func leavesTheTree(via string) bool {
	name, _, _ := strings.Cut(via, " ")
	name = path.Base(name)
	if slices.Contains([]string{"sudo", "su", "doas", "pkexec", "runuser"}, name) {
		return !supervise.Privileged()
	}
	return slices.Contains([]string{"systemd-run", "at", "batch", "docker", "podman", "kubectl", "ssh", "machinectl"}, name)
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

// inlineCode: an interpreter, not a shell, with its code on the command line:
// python3 -c 'shutil.rmtree(…)' executes nothing.
func inlineCode(op guard.Operation) bool {
	if !slices.Contains([]string{"python", "pypy", "perl", "ruby", "node", "nodejs", "php", "lua", "awk", "gawk", "mawk", "nawk"},
		strings.TrimRight(op.Program, "0123456789.-")) {
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
		return set.Decide(request, ops, facts)
	}
}

// beginning is the start of a file, as far as it can be read; a megabyte at
// most.
func (b *playbook) beginning(name string) []byte {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	const most = 1 << 20
	text := make([]byte, min(info.Size(), most))
	n, _ := file.Read(text)
	return text[:n]
}
