package playbook

import (
	"context"
	"os"
	"slices"
	"sync"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// A program may hand its very words on to another of its name: a shim of pyenv, a
// script that sets something first. That is one operation. It is decided when the name
// is met, and not asked about again; a step with other words, in another directory, as
// another user, or that hits something else, is a step of its own.

// grants are operations that are decided already, each with the process that may do it.
type grants struct {
	mu  sync.Mutex
	all []grant
}

// grant is one of them. decided is what was decided when it was met.
type grant struct {
	process supervise.Process
	op      guard.Operation
	decided func(context.Context) guard.Decision
}

// add notes operations that a process may do from now on.
func (g *grants) add(process supervise.Process, ops []guard.Operation, decided func(context.Context) guard.Decision) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = slices.DeleteFunc(g.all, func(one grant) bool { return !one.process.Lives() })
	for _, op := range ops {
		if isCertain(op) {
			g.all = append(g.all, grant{process, op, decided})
		}
	}
}

// isCertain: all of the operation was known when it was decided.
func isCertain(op guard.Operation) bool {
	return op.On == "" && !op.Builtin && op.Opaque == "" && op.Program != "" && !op.Background && op.Account.Known && !isUnknown(op.Dir) && !slices.ContainsFunc(op.Args, isUnknown)
}

// find is the grant for an operation that a process is about to do.
func (g *grants) find(pid int, op guard.Operation) (grant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	i := g.index(pid, op)
	if i < 0 {
		return grant{}, false
	}
	return g.all[i], true
}

func (g *grants) index(pid int, op guard.Operation) int {
	return slices.IndexFunc(g.all, func(one grant) bool { return SameOperation(one.op, op) && one.process.Holds(pid) })
}

// move gives the operation to the process that does it now. A second process with the
// same words does it once more.
func (g *grants) move(pid int, op guard.Operation) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := g.index(pid, op); i >= 0 {
		g.all[i].process = supervise.ProcessAt(pid)
	}
}

// SameOperation says whether both are certainly the same operation: program name, words,
// directory and user. A part that is not known equals nothing.
func SameOperation(a, b guard.Operation) bool {
	return isCertain(a) && isCertain(b) && a.Program == b.Program && a.Account.UID == b.Account.UID && a.Account.UID >= 0 &&
		slices.EqualFunc(a.Args, b.Args, func(a, b guard.Word) bool { return a.Text == b.Text }) && sameDirectory(a.Dir.Text, b.Dir.Text)
}

func sameDirectory(a, b string) bool {
	if a == b {
		return true
	}
	first, errFirst := os.Stat(a)
	second, errSecond := os.Stat(b)
	return errFirst == nil && errSecond == nil && os.SameFile(first, second)
}
