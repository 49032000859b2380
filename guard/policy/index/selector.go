package index

import (
	"slices"

	"blastguard/guard/policy/blocks"
)

// selector finds the parts that decide a program or a kind of operation: the commands that
// describe it, those that describe what it does to paths, the policies that apply to one
// of them, and the locals that these use.
type selector struct {
	parts    []blocks.Related
	names    map[string][]int // program, or onMark and a kind, to the commands that describe it
	policies map[string][]int // command to the policies that apply to it
	locals   map[localIn]int
}

// localIn is a local of a directory.
type localIn struct{ dir, name string }

func newSelector(parts []blocks.Related) *selector {
	s := &selector{parts: parts, names: map[string][]int{}, policies: map[string][]int{}, locals: map[localIn]int{}}
	for i, part := range parts {
		switch part.Kind {
		case blocks.CommandPart:
			for _, program := range part.Programs {
				s.names[program] = append(s.names[program], i)
			}
			for _, kind := range part.On {
				s.names[onMark+kind] = append(s.names[onMark+kind], i)
			}
		case blocks.PolicyPart:
			for _, command := range part.Commands {
				s.policies[command] = append(s.policies[command], i)
			}
		case blocks.LocalPart:
			s.locals[localIn{part.Dir, part.Name}] = i
		}
	}
	return s
}

// needed are the indexes of the parts for one name, sorted.
func (s *selector) needed(name string) []int {
	found := map[int]bool{}
	commands := slices.Clone(s.names[name])
	for _, i := range s.names[name] {
		for _, deed := range s.parts[i].Does {
			commands = append(commands, s.names[onMark+deed]...)
		}
	}
	for _, i := range commands {
		found[i] = true
		for _, policy := range s.policies[s.parts[i].Name] {
			found[policy] = true
			s.addLocals(found, policy)
		}
	}
	all := make([]int, 0, len(found))
	for i := range found {
		all = append(all, i)
	}
	slices.Sort(all)
	return all
}

// addLocals adds what a part uses, and what that uses.
func (s *selector) addLocals(found map[int]bool, part int) {
	for _, name := range s.parts[part].Locals {
		if i, declared := s.locals[localIn{s.parts[part].Dir, name}]; declared && !found[i] {
			found[i] = true
			s.addLocals(found, i)
		}
	}
}
