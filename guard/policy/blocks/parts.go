package blocks

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
)

// A command waits for the policies that decide it, and not for all there are. The parts
// of a set say where each block stands and what it takes; they are made of a set that was
// loaded whole and without a problem, and hold for exactly those files.

// Part is a command or policy block of a file, or one of the locals of a directory.
type Part struct {
	Kind PartKind
	Name string
	File int // its index among the files
	// From and To are its place in the file, in bytes; Line is that of From, from 1.
	From, To, Line int
}

// Related is a part with what it refers to.
type Related struct {
	Part
	Dir      string   // of its file: locals of the same name may stand in several
	Programs []string // of a command: the programs that it describes
	On       []string // of a command: the kinds of operation that it describes
	Does     []string // of a command: the kinds of operation that its does make
	Commands []string // of a policy: those that it applies to
	Locals   []string // of a policy or a local: the locals of its directory that it uses
}

// PartKind says what a Part is.
type PartKind string

// The kinds of parts.
const (
	CommandPart PartKind = "command"
	PolicyPart  PartKind = "policy"
	LocalPart   PartKind = "local"
)

// Related are all parts of the set, as the files were given to Load: by their place.
func (s *Set) Related(files []guard.PolicyFile) []Related {
	at := map[string]int{}
	for i, file := range files {
		at[file.Path] = i
	}
	var parts []Related
	add := func(part Related, from, to hcl.Range) {
		part.File, part.From, part.To, part.Line = at[from.Filename], from.Start.Byte, to.End.Byte, from.Start.Line
		part.To, part.Dir = wholeOf(files[part.File].Content, part.Part), directoryOf(files[part.File])
		parts = append(parts, part)
	}
	for _, declared := range s.Commands {
		c := declared.Command
		part := Related{Part: Part{Kind: CommandPart, Name: c.Name}, Programs: c.Programs, On: c.On}
		for i := range c.Flags {
			part.Does = appendNew(part.Does, c.Flags[i].Does.Deed)
		}
		for i := range c.Operands {
			part.Does = appendNew(part.Does, c.Operands[i].Does.Deed)
		}
		part.Does = slices.DeleteFunc(part.Does, func(deed string) bool { return deed == "" })
		add(part, declared.at, declared.end)
	}
	for _, policy := range s.Policies {
		part := Related{Part: Part{Kind: PolicyPart, Name: policy.Name}, Locals: policy.sharedLocals()}
		for _, declared := range policy.Commands {
			part.Commands = append(part.Commands, declared.Command.Name)
		}
		add(part, policy.At, policy.end)
	}
	for _, dir := range s.Dirs {
		for _, name := range slices.Sorted(maps.Keys(dir.Locals)) {
			one := dir.Locals[name]
			add(Related{Part: Part{Kind: LocalPart, Name: name}, Locals: one.Expr.Locals}, one.at, one.at)
		}
	}
	slices.SortFunc(parts, func(a, b Related) int {
		if a.File != b.File {
			return a.File - b.File
		}
		return a.From - b.From
	})
	return parts
}

// wholeOf is where a part ends, so that it can be parsed alone: the range of a block in one
// line ends before its brace, and a heredoc needs the line break behind its mark.
func wholeOf(content string, part Part) int {
	end, rest := byte('}'), content[part.To:]
	switch {
	case part.Kind == LocalPart && !strings.Contains(content[part.From:part.To], "<<"):
		return part.To
	case part.Kind == LocalPart:
		end = '\n'
	case content[part.To-1] == end:
		return part.To
	}
	if i := strings.IndexByte(rest, end); i >= 0 {
		return part.To + i + 1
	}
	return part.To
}

// sharedLocals are the locals of its directory that the policy uses itself.
func (p *Policy) sharedLocals() []string {
	var names []string
	p.eachExpression(func(x *Expr) {
		for _, name := range x.Locals {
			if p.Locals[name] == nil {
				names = appendNew(names, name)
			}
		}
	})
	return names
}

// eachExpression visits every expression of the policy.
func (p *Policy) eachExpression(visit func(*Expr)) {
	some := func(all ...*Expr) {
		for _, x := range all {
			if x != nil {
				visit(x)
			}
		}
	}
	some(p.Summary, p.When)
	for _, name := range slices.Sorted(maps.Keys(p.Locals)) {
		some(p.Locals[name].Expr)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Probes)) {
		probe := p.Probes[name]
		some(probe.ForEach)
		for _, attribute := range slices.Sorted(maps.Keys(probe.Attrs)) {
			some(probe.Attrs[attribute])
		}
	}
	for _, b := range slices.Concat(p.Checks, p.Confirms) {
		for ; b != nil; b = b.Budget {
			for _, attribute := range slices.Sorted(maps.Keys(b.Attrs)) {
				some(b.Attrs[attribute])
			}
		}
	}
}

// LoadParts reads some parts of files that hold no problem as a whole, and leaves out
// of a policy what it applies to and is not among them.
func LoadParts(files []guard.PolicyFile, parts []Part, kinds []guard.ProbeKind) (*Set, error) {
	l := newLoader(kinds)
	l.partial = true
	for _, file := range files {
		l.sources[file.Path] = file.Content
		l.enter(file)
	}
	for _, part := range parts {
		if err := l.readPart(files, part); err != nil {
			return nil, err
		}
	}
	declared, diags := l.declare()
	if diags.HasErrors() {
		return nil, diags
	}
	return declared, nil
}

// readPart parses one part in its place.
func (l *loader) readPart(files []guard.PolicyFile, part Part) error {
	if part.File < 0 || part.File >= len(files) || part.From < 0 || part.To < part.From || part.To > len(files[part.File].Content) {
		return fmt.Errorf("%s %s is not where it should be", part.Kind, part.Name)
	}
	file := files[part.File]
	parsed, diags := hclsyntax.ParseConfig([]byte(file.Content[part.From:part.To]), file.Path, hcl.Pos{Byte: part.From, Line: part.Line, Column: 1})
	if diags.HasErrors() {
		return diags
	}
	if part.Kind == LocalPart {
		if named := l.free(parsed.Body); len(named) != 1 || named[0].Name != part.Name {
			return fmt.Errorf("%s %s is not where it should be", part.Kind, part.Name)
		}
		l.localsOf(parsed.Body, l.dirs[file.Path].Locals)
		return nil
	}
	for _, block := range l.content(parsed.Body, "").Blocks {
		if block.Type != string(part.Kind) || len(block.Labels) != 1 || block.Labels[0] != part.Name {
			return fmt.Errorf("%s %s is not where it should be", part.Kind, part.Name)
		}
		l.blocks[block.Type] = append(l.blocks[block.Type], block)
	}
	return nil
}
