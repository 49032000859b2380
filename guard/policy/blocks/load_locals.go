package blocks

import (
	"maps"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// Directory is what the files of one directory share: their locals, as those of
// a Terraform module. Files elsewhere neither see them nor collide with them.
type Directory struct {
	name   string // as it is shown
	Locals map[string]*Local
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
	for _, dir := range l.set.Dirs {
		if dir.name == name {
			l.dirs[file.Path] = dir
			return
		}
	}
	dir := &Directory{name: name, Locals: map[string]*Local{}}
	l.set.Dirs = append(l.set.Dirs, dir)
	l.dirs[file.Path] = dir
}

// dirOf is the directory of the file that something stands in.
func (l *loader) dirOf(at hcl.Range) *Directory {
	if dir := l.dirs[at.Filename]; dir != nil {
		return dir
	}
	return &Directory{}
}

func (l *loader) declareLocals() {
	for _, block := range l.blocks["locals"] {
		l.localsOf(block.Body, l.dirOf(block.DefRange).Locals)
	}
	for _, dir := range l.set.Dirs {
		for _, name := range slices.Sorted(maps.Keys(dir.Locals)) {
			one := dir.Locals[name]
			one.Expr = l.vet(one.Expr.Expression, place{dir: dir})
		}
	}
	for _, dir := range l.set.Dirs {
		dir.findFixed()
	}
}

// findFixed marks the locals that are the same whoever runs what and when, with all that
// they need.
func (dir *Directory) findFixed() {
	looked := map[string]bool{}
	var isFixed func(name string) bool
	isFixed = func(name string) bool {
		one := dir.Locals[name]
		if one == nil || one.Expr == nil || one.Expr.moment || looked[name] {
			return one != nil && one.Fixed // one that needs itself is an error elsewhere
		}
		looked[name] = true
		one.Fixed = !slices.ContainsFunc(one.Expr.Locals, func(needed string) bool { return !isFixed(needed) })
		return one.Fixed
	}
	for name := range dir.Locals {
		isFixed(name)
	}
}

// localsOf declares names; their expressions are vetted when all are declared.
func (l *loader) localsOf(body hcl.Body, into map[string]*Local) {
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
		into[attribute.Name] = &Local{name: attribute.Name, at: attribute.Range, Expr: &Expr{Expression: syntax}}
	}
}

// vetLocal looks a local up: among those of the policy, then of the directory.
func (l *loader) vetLocal(vetted *Expr, where hcl.Range, name string, at place) {
	shared, own := map[string]*Local{}, map[string]*Local{}
	if at.dir != nil {
		shared = at.dir.Locals
	}
	if at.policy != nil {
		shared, own = at.policy.Dir.Locals, at.policy.Locals
	}
	if shared[name] != nil || own[name] != nil {
		vetted.Locals = appendNew(vetted.Locals, name)
		return
	}
	for _, other := range l.set.Dirs {
		if there := other.Locals[name]; there != nil {
			l.errorf(where, "declare it here too", "local %s belongs to another directory: %s", name, Pos(there.at))
			return
		}
	}
	names := func() []string { return append(slices.Sorted(maps.Keys(shared)), slices.Sorted(maps.Keys(own))...) }
	l.errorf(where, "", "no local is called %s%s", name, l.didYouMean(name, names))
}
