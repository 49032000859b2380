package policy

import (
	"maps"
	"slices"
	"sort"
	"strings"
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// Set is a loaded set of policies. It does not change and may be used by
// several goroutines. A nil Set refuses everything.
type Set struct {
	settings Settings
	commands map[string]*declared
	dirs     []*directory
	policies []*policyBlock
	tests    []*testBlock
	// identities say on whose behalf programs act.
	identities []*identityBlock
	byProgram  map[string][]governor
	byOn       map[string][]governor
	acting     map[string][]*command.Command // by program: those that declare deeds
	sources    lang.Sources
	protect    []string
	env        map[string]bool // the variables of the environment that some expression uses
}

// declared is a command block.
type declared struct {
	command *command.Command
	at, end hcl.Range
}

// governor is a policy that names a command.
type governor struct {
	policy  *policyBlock
	command *command.Command
}

// local is one named value.
type local struct {
	name string
	expr *expr
	at   hcl.Range
	// fixed: nothing changes it, of a local of files; its value is kept with the set.
	fixed bool
	value atomic.Pointer[lang.Outcome]
}

// policyBlock is one policy.
type policyBlock struct {
	name     string
	at, end  hcl.Range
	dir      *directory // of its file
	summary  *expr
	source   string // of the summary, as written
	when     *expr
	level    guard.Level
	commands []*declared
	locals   map[string]*local
	probes   map[string]*probeBlock
	blocks   []*block // rule, blast_radius, role, backup, in the order of the file
	confirms []*block
	expects  []string // names that must be stated
	expected map[string]bool
}

// probeBlock is one question of a policy.
type probeBlock struct {
	name    string
	kind    guard.ProbeKind
	at      hcl.Range
	forEach *expr
	attrs   map[string]*expr
}

// block is a check or a confirm.
type block struct {
	kind      string
	label     string
	at        hcl.Range
	attrs     map[string]*expr
	level     guard.Level
	onUnknown *guard.Level
	budget    *block
	// unattended of a confirm.
	unattended guard.Unattended
}

// name is the block's part of a check's name: "role", "rule.NAME".
func (b *block) name() string {
	if b.label == "" {
		return b.kind
	}
	return b.kind + "." + b.label
}

// expr is an expression that was vetted: what it refers to is known to exist.
type expr struct {
	hclsyntax.Expression
	probes []string
	locals []string
	target bool
	impact bool
	moment bool // who runs it, where and when
	// want is what a known value must be, name the attribute that it stands in; nil
	// where nothing bounds it.
	name string
	want *want
}

func pos(at hcl.Range) string { return position(at.Filename, at.Start.Line) }

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
	for _, declared := range s.commands {
		if declared.command.InTransaction(&op) {
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
	for _, name := range slices.Sorted(maps.Keys(s.commands)) {
		declared := s.commands[name].command
		if !declared.Acts() {
			continue
		}
		for _, program := range declared.Programs {
			s.acting[program] = append(s.acting[program], declared)
		}
	}
	s.byProgram, s.byOn = map[string][]governor{}, map[string][]governor{}
	for _, policy := range s.policies {
		for _, declared := range policy.commands {
			one := governor{policy, declared.command}
			for _, program := range declared.command.Programs {
				s.byProgram[program] = append(s.byProgram[program], one)
			}
			for _, on := range declared.command.On {
				s.byOn[on] = append(s.byOn[on], one)
			}
		}
	}
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
	for _, policy := range s.policies {
		doc := PolicyDoc{
			Name: policy.name, Confirms: len(policy.confirms) > 0, Enforcement: policy.level,
			File: policy.at.Filename, Line: policy.at.Start.Line, Summary: policy.source,
		}
		for _, declared := range policy.commands {
			doc.Commands = append(doc.Commands, declared.command.Name)
			doc.Programs = append(doc.Programs, declared.command.Programs...)
		}
		for _, block := range policy.blocks {
			doc.Checks = append(doc.Checks, block.checkNames()...)
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
	for _, policy := range s.policies {
		for _, block := range policy.blocks {
			hard := block.level == guard.HardMandatory && (block.onUnknown == nil || *block.onUnknown == guard.HardMandatory)
			for _, name := range block.checkNames() {
				if name = policy.name + "." + name; id == name || strings.HasPrefix(id, name+"[") {
					declared, overridable = true, overridable || !hard
				}
			}
		}
	}
	return declared, overridable
}

// checkNames are the checks that a block makes, without [KEY].
func (b *block) checkNames() []string {
	if b.kind != "blast_radius" {
		return []string{b.name()}
	}
	var names []string
	for _, limit := range []string{"max", "max_percent", "keep_at_least"} {
		if b.attrs[limit] != nil {
			names = append(names, b.name()+"."+limit)
		}
	}
	if b.budget != nil {
		names = append(names, b.name()+".budget")
	}
	return names
}
