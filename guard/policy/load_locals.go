package policy

import (
	"maps"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// directory is what the files of one directory share: their locals, as those of
// a Terraform module. Files elsewhere neither see them nor collide with them.
type directory struct {
	name   string // as it is shown
	locals map[string]*local
}

// shippedFiles is the directory of the files that guard brings along, whatever
// their paths look like.
const shippedFiles = "the shipped policies"

// directoryOf is the name of the directory that a file belongs to.
func directoryOf(file guard.PolicyFile) string {
	if file.Origin == guard.ShippedFile {
		return shippedFiles
	}
	return path.Dir(path.Clean(file.Path))
}

// enter notes the directory of a file.
func (l *loader) enter(file guard.PolicyFile) {
	name := directoryOf(file)
	for _, dir := range l.set.dirs {
		if dir.name == name {
			l.dirs[file.Path] = dir
			return
		}
	}
	dir := &directory{name: name, locals: map[string]*local{}}
	l.set.dirs = append(l.set.dirs, dir)
	l.dirs[file.Path] = dir
}

// dirOf is the directory of the file that something stands in.
func (l *loader) dirOf(at hcl.Range) *directory {
	if dir := l.dirs[at.Filename]; dir != nil {
		return dir
	}
	return &directory{}
}

func (l *loader) declareLocals() {
	for _, block := range l.blocks["locals"] {
		l.localsOf(block.Body, l.dirOf(block.DefRange).locals)
	}
	for _, dir := range l.set.dirs {
		for _, name := range slices.Sorted(maps.Keys(dir.locals)) {
			one := dir.locals[name]
			one.expr = l.vet(one.expr.Expression, place{dir: dir})
		}
	}
	for _, dir := range l.set.dirs {
		dir.findFixed()
	}
}

// findFixed marks the locals that are the same whoever runs what and when, with all that
// they need.
func (dir *directory) findFixed() {
	looked := map[string]bool{}
	var isFixed func(name string) bool
	isFixed = func(name string) bool {
		one := dir.locals[name]
		if one == nil || one.expr == nil || one.expr.moment || looked[name] {
			return one != nil && one.fixed // one that needs itself is an error elsewhere
		}
		looked[name] = true
		one.fixed = !slices.ContainsFunc(one.expr.locals, func(needed string) bool { return !isFixed(needed) })
		return one.fixed
	}
	for name := range dir.locals {
		isFixed(name)
	}
}

// localsOf declares names; their expressions are vetted when all are declared.
func (l *loader) localsOf(body hcl.Body, into map[string]*local) {
	for _, attribute := range l.free(body) {
		if first, taken := into[attribute.Name]; taken {
			l.duplicate("local", attribute.Name, first.at, attribute.Range)
			continue
		}
		syntax, ok := attribute.Expr.(hclsyntax.Expression)
		if !ok {
			l.errorf(attribute.Range, "", "the expression cannot be read")
			continue
		}
		into[attribute.Name] = &local{name: attribute.Name, at: attribute.Range, expr: &expr{Expression: syntax}}
	}
}

// vetLocal looks a local up: among those of the policy, then of the directory.
func (l *loader) vetLocal(vetted *expr, where hcl.Range, name string, at place) {
	shared, own := map[string]*local{}, map[string]*local{}
	if at.dir != nil {
		shared = at.dir.locals
	}
	if at.policy != nil {
		shared, own = at.policy.dir.locals, at.policy.locals
	}
	if shared[name] != nil || own[name] != nil {
		vetted.locals = appendNew(vetted.locals, name)
		return
	}
	for _, other := range l.set.dirs {
		if there := other.locals[name]; there != nil {
			l.errorf(where, "declare it here too", "local %s belongs to another directory: %s", name, pos(there.at))
			return
		}
	}
	names := func() []string { return append(slices.Sorted(maps.Keys(shared)), slices.Sorted(maps.Keys(own))...) }
	l.errorf(where, "", "no local is called %s%s", name, l.didYouMean(name, names))
}
