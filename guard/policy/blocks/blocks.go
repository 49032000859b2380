package blocks

import (
	"sync/atomic"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
	"blastguard/guard/command"
	"blastguard/guard/policy/lang"
)

// Set is what a set of files declares. It does not change once it is read.
type Set struct {
	Commands map[string]*Command
	Dirs     []*Directory
	Policies []*Policy
	Tests    []*Test
	// Identities say on whose behalf programs act.
	Identities []*Identity
	Sources    lang.Sources
	Env        map[string]bool // the variables of the environment that some expression uses
}

// Command is a command block.
type Command struct {
	Command *command.Command
	at, end hcl.Range
}

// Local is one named value, of a policy or of a directory.
type Local struct {
	name string
	Expr *Expr
	at   hcl.Range
	// Fixed: nothing changes it, of a local of files; its Value is kept with the set.
	Fixed bool
	Value atomic.Pointer[lang.Outcome]
}

// Policy is one policy block.
type Policy struct {
	Name     string
	At, end  hcl.Range
	Dir      *Directory // of its file
	Summary  *Expr
	Source   string // of the summary, as written
	When     *Expr
	Level    guard.Level
	Commands []*Command
	Locals   map[string]*Local
	Probes   map[string]*Probe
	Checks   []*Block // rule, blast_radius, role, backup, in the order of the file
	Confirms []*Block
	Expects  []string        // names that must be stated
	Expected map[string]bool // names that some expression uses, and those that must be stated
}

// Probe is one question of a policy.
type Probe struct {
	Name    string
	Kind    guard.ProbeKind
	at      hcl.Range
	ForEach *Expr
	Attrs   map[string]*Expr
}

// Block is a check, a confirm, or the budget of a blast radius.
type Block struct {
	Kind      string // "rule", "blast_radius", "role", "backup", "confirm", "budget"
	Label     string // of a rule or a blast radius
	At        hcl.Range
	Attrs     map[string]*Expr // by name
	Level     guard.Level
	OnUnknown *guard.Level // of what could not be measured; nil: Level
	Budget    *Block
	// Unattended is what a confirm says of a run without a terminal.
	Unattended guard.Unattended
}

// Name is the block's part of a check's name: "role", "rule.NAME".
func (b *Block) Name() string {
	if b.Label == "" {
		return b.Kind
	}
	return b.Kind + "." + b.Label
}

// Expr is an expression that was vetted: what it refers to is known to exist.
type Expr struct {
	hclsyntax.Expression
	Probes []string // the names that it refers to
	Locals []string
	Target bool // it uses target or impact
	Impact bool
	moment bool // who runs it, where and when
	// want is what a known value must be, name the attribute that it stands in; nil
	// where nothing bounds it.
	name string
	want *want
}

// CheckNames are the checks that a block makes, without [KEY].
func (b *Block) CheckNames() []string {
	if b.Kind != "blast_radius" {
		return []string{b.Name()}
	}
	var names []string
	for _, limit := range []string{"max", "max_percent", "keep_at_least"} {
		if b.Attrs[limit] != nil {
			names = append(names, b.Name()+"."+limit)
		}
	}
	if b.Budget != nil {
		names = append(names, b.Name()+".budget")
	}
	return names
}
