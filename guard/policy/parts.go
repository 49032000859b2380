package policy

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

// related is a part with what it refers to.
type related struct {
	Part
	programs []string // of a command: the programs that it describes
	on       []string // of a command: the kinds of operation that it describes
	does     []string // of a command: the kinds of operation that its does make
	commands []string // of a policy: those that it applies to
	locals   []string // of a policy or a local: the locals of its directory that it uses
}

// PartKind says what a Part is.
type PartKind string

// The kinds of parts.
const (
	CommandPart PartKind = "command"
	PolicyPart  PartKind = "policy"
	LocalPart   PartKind = "local"
)

// related are all parts of the set, as the files were given to Load: by their place.
func (s *Set) related(files []guard.PolicyFile) []related {
	at := map[string]int{}
	for i, file := range files {
		at[file.Path] = i
	}
	var parts []related
	add := func(part related, from, to hcl.Range) {
		part.File, part.From, part.To, part.Line = at[from.Filename], from.Start.Byte, to.End.Byte, from.Start.Line
		part.To = wholeOf(files[part.File].Content, part.Part)
		parts = append(parts, part)
	}
	for _, declared := range s.commands {
		c := declared.command
		part := related{Part: Part{Kind: CommandPart, Name: c.Name}, programs: c.Programs, on: c.On}
		for i := range c.Flags {
			part.does = appendNew(part.does, c.Flags[i].Does.Deed)
		}
		for i := range c.Operands {
			part.does = appendNew(part.does, c.Operands[i].Does.Deed)
		}
		part.does = slices.DeleteFunc(part.does, func(deed string) bool { return deed == "" })
		add(part, declared.at, declared.end)
	}
	for _, policy := range s.policies {
		part := related{Part: Part{Kind: PolicyPart, Name: policy.name}, locals: policy.sharedLocals()}
		for _, declared := range policy.commands {
			part.commands = append(part.commands, declared.command.Name)
		}
		add(part, policy.at, policy.end)
	}
	for _, dir := range s.dirs {
		for _, name := range slices.Sorted(maps.Keys(dir.locals)) {
			one := dir.locals[name]
			add(related{Part: Part{Kind: LocalPart, Name: name}, locals: one.expr.locals}, one.at, one.at)
		}
	}
	slices.SortFunc(parts, func(a, b related) int {
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
func (p *policyBlock) sharedLocals() []string {
	var names []string
	p.eachExpression(func(x *expr) {
		for _, name := range x.locals {
			if p.locals[name] == nil {
				names = appendNew(names, name)
			}
		}
	})
	return names
}

// eachExpression visits every expression of the policy.
func (p *policyBlock) eachExpression(visit func(*expr)) {
	some := func(all ...*expr) {
		for _, x := range all {
			if x != nil {
				visit(x)
			}
		}
	}
	some(p.summary, p.when)
	for _, name := range slices.Sorted(maps.Keys(p.locals)) {
		some(p.locals[name].expr)
	}
	for _, name := range slices.Sorted(maps.Keys(p.probes)) {
		probe := p.probes[name]
		some(probe.forEach)
		for _, attribute := range slices.Sorted(maps.Keys(probe.attrs)) {
			some(probe.attrs[attribute])
		}
	}
	for _, b := range slices.Concat(p.blocks, p.confirms) {
		for ; b != nil; b = b.budget {
			for _, attribute := range slices.Sorted(maps.Keys(b.attrs)) {
				some(b.attrs[attribute])
			}
		}
	}
}

// LoadParts loads some parts of files that hold no problem as a whole. What a policy
// applies to and is not among the parts is left out of it; tests are. The Set decides
// the operations for which Index.Needed has named the parts as the whole does, and must not be
// asked about others. With an error the whole must be loaded.
func LoadParts(files []guard.PolicyFile, parts []Part, o Options) (*Set, error) {
	l := newLoader(o)
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
	set, diags := l.declare()
	if diags.HasErrors() {
		return nil, diags
	}
	return set, nil
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
		l.localsOf(parsed.Body, l.dirs[file.Path].locals)
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
