package policy

import (
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/command"
)

// What a program does to paths (`does` of its command block) is decided by the
// policies on a command with that `on`, for all programs alike: dd, cp, tar and
// curl -o write over a path, and one policy says what may not be written over.

// deeds are what an operation does to paths, of those kinds that some policy is
// about.
func (s *Set) deeds(op *guard.Operation) []command.Deed {
	if op.On != "" {
		return nil
	}
	var all []command.Deed
	for _, declared := range s.acting[op.Program] {
		for _, deed := range declared.Deeds(op) {
			if len(s.byOn[deed.Does]) > 0 {
				all = append(all, deed)
			}
		}
	}
	return all
}

// unread is why the declarations of what a program does to paths are not all that the
// operation does: a flag that none of them declares, a path on another host, or that no
// command says that nothing else comes of it. "" when they are.
func (s *Set) unread(op *guard.Operation) string {
	var flags, others []string
	matching, idle := 0, false
	for _, declared := range s.acting[op.Program] {
		if op.On != "" || !declared.Matches(op) {
			continue
		}
		undeclared, more := declared.Unread(op)
		if matching++; matching == 1 {
			flags = undeclared
		}
		flags = slices.DeleteFunc(slices.Clone(flags), func(flag string) bool { return !slices.Contains(undeclared, flag) })
		others, idle = append(others, more...), idle || declared.Idle
	}
	switch {
	case len(flags) > 0:
		return guard.Printable(strings.Join(flags, " ")) + " of " + programName(op) + " is not understood"
	case len(others) > 0:
		return others[0]
	case !idle:
		return "no policy governs " + programName(op)
	}
	return ""
}

// Unread says that policies decide only a part of the operation: what it does to the
// paths that are known. Nothing governs the rest.
func (s *Set) Unread(op guard.Operation) bool {
	return s != nil && len(s.governors(&op)) == 0 && s.unread(&op) != ""
}

// WritesOnly says that policies are only about what the operation does to paths,
// and not about its program: scripts write files all the time.
func (s *Set) WritesOnly(op guard.Operation) bool {
	return s != nil && len(s.governors(&op)) == 0 && len(s.deeds(&op)) > 0
}

// deeds decides what an operation does to paths. Of a path that is not known
// before it runs a person is asked, and no policy.
func (d *decider) deeds(op *guard.Operation, deeds []command.Deed) {
	for _, derived := range d.derived(op, deeds) {
		governors := d.set.governors(&derived)
		for _, g := range governors {
			d.apply(newEvaluation(d, g, &derived))
		}
		if len(governors) > 0 { // guard's own files, also where no policy applies
			newEvaluation(d, governors[0], &derived).resolve()
		}
	}
	for _, deed := range deeds {
		if deed.Path.Reading != guard.Literal {
			doubtful := *op
			doubtful.Opaque = "what " + programName(op) + " writes over is only known when it runs"
			d.confirmHost(&doubtful)
			return
		}
	}
}

// derived are the operations that the deeds are, one for each kind and content.
func (d *decider) derived(op *guard.Operation, deeds []command.Deed) []guard.Operation {
	var all []guard.Operation
	for _, deed := range deeds {
		if deed.Path.Reading != guard.Literal {
			continue
		}
		paths := d.writtenPaths(op, deed)
		one := *op
		one.On, one.Args = deed.Does, nil
		for _, from := range deed.From {
			if from.Reading == guard.Literal {
				one.Args = append(one.Args, guard.Lit("--from="+from.Text))
			}
		}
		if i := slices.IndexFunc(all, func(other guard.Operation) bool { return alike(other, one) }); i >= 0 {
			all[i].Args = append(all[i].Args, guard.Lits(paths...)...)
			continue
		}
		one.Args = append(append(one.Args, guard.Lit("--")), guard.Lits(paths...)...)
		all = append(all, one)
	}
	return all
}

// alike: both are the same deed with no content that is known.
func alike(a, b guard.Operation) bool {
	return a.On == b.On && len(b.Args) == 0 && len(a.Args) > 0 && a.Args[0].Text == "--"
}

// writtenPaths are the paths that a deed hits: in a directory the files of the
// content by their own names, or the directory itself where those are not known.
func (d *decider) writtenPaths(op *guard.Operation, deed command.Deed) []string {
	given := deed.Path.Text
	if len(deed.From) == 0 || deed.Whole || !d.isDirectory(op, given, deed.WholeLink) {
		return []string{given}
	}
	var paths []string
	for _, from := range deed.From {
		name := path.Base(from.Text)
		if from.Reading != guard.Literal || slices.Contains([]string{".", "..", "/"}, name) {
			return []string{given}
		}
		paths = append(paths, strings.TrimSuffix(given, "/")+"/"+name)
	}
	return paths
}
