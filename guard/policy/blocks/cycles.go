package blocks

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// findCycles reports locals and probes that need each other.
func (l *loader) findCycles() {
	for _, dir := range l.set.Dirs {
		l.cyclesIn(dir, nil)
	}
	for _, policy := range l.set.Policies {
		l.cyclesIn(policy.Dir, policy)
	}
}

// cyclesIn looks at the names of one policy, or of the files of a directory.
func (l *loader) cyclesIn(dir *Directory, p *Policy) {
	w := &cycleWalk{l: l, dir: dir, p: p, done: map[string]bool{}}
	locals, kept := dir.Locals, map[string]*Probe{}
	if p != nil {
		locals, kept = p.Locals, p.Probes
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
	dir  *Directory
	p    *Policy
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
		return w.p.Probes[name].at
	}
	return w.local(name).at
}

func (w *cycleWalk) local(name string) *Local {
	if w.p != nil {
		if own, ok := w.p.Locals[name]; ok {
			return own
		}
	}
	return w.dir.Locals[name]
}

func (w *cycleWalk) needs(name string) []string {
	kind, name, _ := strings.Cut(name, ".")
	if kind == "local" {
		if local := w.local(name); local != nil {
			return local.Expr.needs()
		}
		return nil
	}
	probe := w.p.Probes[name]
	if probe == nil {
		return nil
	}
	all := probe.ForEach.needs()
	for _, attribute := range slices.Sorted(maps.Keys(probe.Attrs)) {
		all = append(all, probe.Attrs[attribute].needs()...)
	}
	return all
}

// needs are the names that an expression refers to.
func (e *Expr) needs() []string {
	if e == nil {
		return nil
	}
	var all []string
	for _, name := range e.Locals {
		all = append(all, "local."+name)
	}
	for _, name := range e.Probes {
		all = append(all, "probe."+name)
	}
	return all
}
