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

// idle: some command says that this line of it changes nothing.
func (s *Set) idle(op *guard.Operation) bool {
	return slices.ContainsFunc(s.acting[op.Program], func(c *command.Command) bool { return c.ChangesNothing(op) })
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
	if len(deed.From) == 0 || !d.isDirectory(op, given) {
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

// isDirectory: the path leads to a directory. While that is asked for, and where
// it cannot be told, it is none; what cannot be told is refused where the path is
// decided.
func (d *decider) isDirectory(op *guard.Operation, given string) bool {
	if d.given != nil { // a test says it by a slash
		return strings.HasSuffix(given, "/") || path.Base(given) == "." || path.Base(given) == ".."
	}
	ev := &evaluation{d: d, op: op}
	for range 2 {
		objects, o := ev.located([]string{given})
		if o.state != known {
			return false
		}
		object, _ := objects[0].(map[string]any)
		real, _ := object["real"].(string)
		if object["type"] != "symlink" || real == "" {
			return object["type"] == "directory"
		}
		given = real
	}
	return false
}
