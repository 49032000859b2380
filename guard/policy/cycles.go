package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// findCycles reports locals and probes that need each other.
func (l *loader) findCycles() {
	for _, dir := range l.set.dirs {
		l.cyclesIn(dir, nil)
	}
	for _, policy := range l.set.policies {
		l.cyclesIn(policy.dir, policy)
	}
}

// cyclesIn looks at the names of one policy, or of the files of a directory.
func (l *loader) cyclesIn(dir *directory, p *policyBlock) {
	w := &cycleWalk{l: l, dir: dir, p: p, done: map[string]bool{}}
	locals, kept := dir.locals, map[string]*probeBlock{}
	if p != nil {
		locals, kept = p.locals, p.probes
	}
	for _, name := range slices.Sorted(maps.Keys(locals)) {
		w.visit("local." + name)
	}
	for _, name := range slices.Sorted(maps.Keys(kept)) {
		w.visit("probe." + name)
	}
}

// maxChain is how many names may need each other in a row: evaluating them
// recurses.
const maxChain = 100

type cycleWalk struct {
	l    *loader
	dir  *directory
	p    *policyBlock
	path []string
	done map[string]bool
}

func (w *cycleWalk) visit(name string) {
	for i, above := range w.path {
		if above == name {
			chain := strings.Join(append(append([]string{}, w.path[i:]...), name), " → ")
			w.l.errorf(w.at(name), "break the circle", "these need each other: %s", chain)
			w.done[name] = true
			return
		}
	}
	if w.done[name] {
		return
	}
	if len(w.path) >= maxChain {
		w.l.errorf(w.at(name), "write some of them out", "more than %d locals and probes need each other in a row", maxChain)
		w.done[name] = true
		return
	}
	w.path = append(w.path, name)
	for _, needed := range w.needs(name) {
		w.visit(needed)
	}
	w.path = w.path[:len(w.path)-1]
	w.done[name] = true
}

func (w *cycleWalk) at(name string) hcl.Range {
	kind, name, _ := strings.Cut(name, ".")
	if kind == "probe" {
		return w.p.probes[name].at
	}
	return w.local(name).at
}

func (w *cycleWalk) local(name string) *local {
	if w.p != nil {
		if own, ok := w.p.locals[name]; ok {
			return own
		}
	}
	return w.dir.locals[name]
}

func (w *cycleWalk) needs(name string) []string {
	kind, name, _ := strings.Cut(name, ".")
	if kind == "local" {
		if local := w.local(name); local != nil {
			return local.expr.needs()
		}
		return nil
	}
	probe := w.p.probes[name]
	if probe == nil {
		return nil
	}
	all := probe.forEach.needs()
	for _, attribute := range slices.Sorted(maps.Keys(probe.attrs)) {
		all = append(all, probe.attrs[attribute].needs()...)
	}
	return all
}

// needs are the names that an expression refers to.
func (e *expr) needs() []string {
	if e == nil {
		return nil
	}
	var all []string
	for _, name := range e.locals {
		all = append(all, "local."+name)
	}
	for _, name := range e.probes {
		all = append(all, "probe."+name)
	}
	return all
}
