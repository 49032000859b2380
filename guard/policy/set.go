package policy

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/index"
)

// Set is a loaded set of policies. It does not change and may be used by
// several goroutines. A nil Set refuses everything.
type Set struct {
	blocks    *blocks.Set
	settings  Settings
	protect   []string
	byProgram map[string][]governor
	byOn      map[string][]governor
	acting    map[string][]*command.Command // by program: those that declare deeds
}

// governor is a policy that names a command.
type governor struct {
	policy  *blocks.Policy
	command *command.Command
}

// newSet is the set of what was declared; nil of nothing.
func newSet(declared *blocks.Set, o Options) *Set {
	if declared == nil {
		return nil
	}
	s := &Set{blocks: declared, settings: DefaultSettings(), protect: o.Protect}
	s.index()
	return s
}

// Load reads a set of files. It reports every problem of every file at once;
// the Set is nil when one of them is an error. No rule is ever dropped.
func Load(files []guard.PolicyFile, o Options) (*Set, Diagnostics) {
	declared, diags := blocks.Load(files, o.Kinds)
	return newSet(declared, o), diags
}

// LoadParts loads some parts of files that hold no problem as a whole. What a policy
// applies to and is not among the parts is left out of it; tests are. The Set decides
// the operations for which Index.Needed has named the parts as the whole does, and must not be
// asked about others. With an error the whole must be loaded.
func LoadParts(files []guard.PolicyFile, parts []Part, o Options) (*Set, error) {
	declared, err := blocks.LoadParts(files, parts, o.Kinds)
	return newSet(declared, o), err
}

// Governs says whether some policy names a command that describes the
// operation, or something that it does to a path, for certain or possibly.
func (s *Set) Governs(op guard.Operation) bool {
	return s == nil || len(s.governors(&op)) > 0 || len(s.deeds(&op)) > 0
}

// Transaction says whether the operation is, or may be, a command that must not be
// stopped half-way. It need not be governed.
func (s *Set) Transaction(op guard.Operation) bool {
	if s == nil {
		return false
	}
	for _, declared := range s.blocks.Commands {
		if declared.Command.InTransaction(&op) {
			return true
		}
	}
	return false
}

// governors are the policies, with the command each, that speak about an
// operation.
func (s *Set) governors(op *guard.Operation) []governor {
	candidates := s.byProgram[op.Program]
	if op.On != "" {
		candidates = s.byOn[op.On]
	}
	var all []governor
	for _, candidate := range candidates {
		if candidate.command.Matches(op) {
			all = append(all, candidate)
		}
	}
	return all
}

// Programs are the basenames of what some policy governs, sorted.
func (s *Set) Programs() []string {
	if s == nil {
		return nil
	}
	all := maps.Clone(s.byProgram)
	for program, declared := range s.acting {
		if slices.ContainsFunc(declared, s.decides) {
			all[program] = nil
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// decides: some policy is about a deed of the command.
func (s *Set) decides(c *command.Command) bool {
	does := func(does command.Does) bool { return len(s.byOn[does.Deed]) > 0 }
	return slices.ContainsFunc(c.Flags, func(flag command.Flag) bool { return does(flag.Does) }) ||
		slices.ContainsFunc(c.Operands, func(operand command.Operand) bool { return does(operand.Does) })
}

// On are the kinds of operation without a program ("truncate") that some policy
// governs, sorted.
func (s *Set) On() []string {
	if s == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(s.byOn))
}

// index fills byProgram, byOn and acting.
func (s *Set) index() {
	s.acting = map[string][]*command.Command{}
	for _, name := range slices.Sorted(maps.Keys(s.blocks.Commands)) {
		declared := s.blocks.Commands[name].Command
		if !declared.Acts() {
			continue
		}
		for _, program := range declared.Programs {
			s.acting[program] = append(s.acting[program], declared)
		}
	}
	s.byProgram, s.byOn = map[string][]governor{}, map[string][]governor{}
	for _, policy := range s.blocks.Policies {
		for _, declared := range policy.Commands {
			one := governor{policy, declared.Command}
			for _, program := range declared.Command.Programs {
				s.byProgram[program] = append(s.byProgram[program], one)
			}
			for _, on := range declared.Command.On {
				s.byOn[on] = append(s.byOn[on], one)
			}
		}
	}
}

// Index is that of the set, in the form that ReadIndex reads. The files are those of Load;
// "" when some name cannot be written into it.
func (s *Set) Index(files []guard.PolicyFile) string {
	return index.Write(s.blocks.Related(files), s.Programs(), s.On())
}

// Settings are those that it decides under.
func (s *Set) Settings() Settings { return s.settings }

// WithSettings is the same set under other settings.
func (s *Set) WithSettings(settings Settings) *Set {
	if s == nil {
		return nil
	}
	changed := *s
	changed.settings = settings
	return &changed
}

// Describe lists the policies by name.
func (s *Set) Describe() []PolicyDoc {
	if s == nil {
		return nil
	}
	var docs []PolicyDoc
	for _, policy := range s.blocks.Policies {
		doc := PolicyDoc{
			Name: policy.Name, Confirms: len(policy.Confirms) > 0, Enforcement: policy.Level,
			File: policy.At.Filename, Line: policy.At.Start.Line, Summary: policy.Source,
		}
		for _, declared := range policy.Commands {
			doc.Commands = append(doc.Commands, declared.Command.Name)
			doc.Programs = append(doc.Programs, declared.Command.Programs...)
		}
		for _, block := range policy.Checks {
			doc.Checks = append(doc.Checks, block.CheckNames()...)
		}
		docs = append(docs, doc)
	}
	sort.Slice(docs, func(i, j int) bool { return docs[i].Name < docs[j].Name })
	return docs
}

// Overridable says whether some policy makes a check of that name, with or
// without [KEY], and whether there is a way in which it may be overridden.
func (s *Set) Overridable(id string) (declared, overridable bool) {
	if s == nil {
		return false, false
	}
	for _, policy := range s.blocks.Policies {
		for _, block := range policy.Checks {
			hard := block.Level == guard.HardMandatory && (block.OnUnknown == nil || *block.OnUnknown == guard.HardMandatory)
			for _, name := range block.CheckNames() {
				if name = policy.Name + "." + name; id == name || strings.HasPrefix(id, name+"[") {
					declared, overridable = true, overridable || !hard
				}
			}
		}
	}
	return declared, overridable
}
