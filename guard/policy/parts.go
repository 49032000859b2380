package policy

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
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

// Parts are all parts of the set, as the files were given to Load: by their place.
func (s *Set) Parts(files []guard.PolicyFile) []Part {
	at := map[string]int{}
	for i, file := range files {
		at[file.Path] = i
	}
	var parts []Part
	add := func(part Part, from, to hcl.Range) {
		part.File, part.From, part.To, part.Line = at[from.Filename], from.Start.Byte, to.End.Byte, from.Start.Line
		part.To = wholeOf(files[part.File].Content, part)
		parts = append(parts, part)
	}
	for _, declared := range s.commands {
		c := declared.command
		part := Part{Kind: CommandPart, Name: c.Name, Programs: c.Programs, On: c.On}
		for i := range c.Flags {
			part.Does = appendNew(part.Does, c.Flags[i].Does.Deed)
		}
		for i := range c.Operands {
			part.Does = appendNew(part.Does, c.Operands[i].Does.Deed)
		}
		part.Does = slices.DeleteFunc(part.Does, func(deed string) bool { return deed == "" })
		add(part, declared.at, declared.end)
	}
	for _, policy := range s.policies {
		part := Part{Kind: PolicyPart, Name: policy.name, Locals: policy.sharedLocals()}
		for _, declared := range policy.commands {
			part.Commands = append(part.Commands, declared.command.Name)
		}
		add(part, policy.at, policy.end)
	}
	for _, dir := range s.dirs {
		for _, name := range sortedNames(dir.locals) {
			one := dir.locals[name]
			add(Part{Kind: LocalPart, Name: name, Locals: one.expr.locals}, one.at, one.at)
		}
	}
	slices.SortFunc(parts, func(a, b Part) int {
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
	for _, name := range sortedNames(p.locals) {
		some(p.locals[name].expr)
	}
	for _, name := range sortedNames(p.probes) {
		probe := p.probes[name]
		some(probe.forEach)
		for _, attribute := range sortedNames(probe.attrs) {
			some(probe.attrs[attribute])
		}
	}
	for _, b := range slices.Concat(p.blocks, p.confirms) {
		for ; b != nil; b = b.budget {
			for _, attribute := range sortedNames(b.attrs) {
				some(b.attrs[attribute])
			}
		}
	}
}

// Select are the parts that decide operations, with what they refer to. Nothing decides
// one whose program is not known: it is asked about whatever the policies are.
func Select(parts []Part, files []guard.PolicyFile, ops []guard.Operation) []Part {
	dir := func(file int) string { // locals of the same name may stand in several
		if file < 0 || file >= len(files) {
			return ""
		}
		return directoryOf(files[file])
	}
	programs, on := map[string]bool{}, map[string]bool{}
	for _, op := range ops {
		if op.On != "" {
			on[op.On] = true
		} else {
			programs[op.Program] = true
		}
	}
	commands := map[string]bool{}
	keep := func(names []string, of map[string]bool) bool {
		return slices.ContainsFunc(names, func(name string) bool { return of[name] })
	}
	deeds := map[string]bool{}
	for _, part := range parts {
		if part.Kind == CommandPart && (keep(part.Programs, programs) || keep(part.On, on)) {
			commands[part.Name] = true
			for _, deed := range part.Does {
				deeds[deed] = true
			}
		}
	}
	for _, part := range parts {
		if part.Kind == CommandPart && keep(part.On, deeds) {
			commands[part.Name] = true
		}
	}
	locals := newLocalClosure(parts, dir)
	for _, part := range parts {
		if part.Kind == PolicyPart && keep(part.Commands, commands) {
			locals.add(dir(part.File), part.Locals)
		}
	}
	var needed []Part
	for _, part := range parts {
		decides := false
		switch part.Kind {
		case CommandPart:
			decides = commands[part.Name]
		case PolicyPart:
			decides = keep(part.Commands, commands)
		case LocalPart:
			decides = locals.needed[localIn{dir(part.File), part.Name}]
		}
		if decides {
			needed = append(needed, part)
		}
	}
	return needed
}

// localIn is a local of a directory.
type localIn struct{ dir, name string }

// localClosure finds the locals that others need.
type localClosure struct {
	uses   map[localIn][]string
	needed map[localIn]bool
}

func newLocalClosure(parts []Part, dir func(int) string) localClosure {
	c := localClosure{uses: map[localIn][]string{}, needed: map[localIn]bool{}}
	for _, part := range parts {
		if part.Kind == LocalPart {
			c.uses[localIn{dir(part.File), part.Name}] = part.Locals
		}
	}
	return c
}

func (c localClosure) add(dir string, names []string) {
	for _, name := range names {
		if one := (localIn{dir, name}); !c.needed[one] {
			c.needed[one] = true
			c.add(dir, c.uses[one])
		}
	}
}

// LoadParts loads some parts of files that hold no problem as a whole. What a policy
// applies to and is not among the parts is left out of it; tests are. The Set decides
// the operations for which Select has chosen the parts as the whole does, and must not be
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

// The separators of a written part: of its fields, and of the names in one.
const fieldEnd, nameEnd = "\t", "\x1f"

// String is the part in one line, as ParsePart reads it.
func (p Part) String() string {
	fields := []string{
		string(p.Kind), p.Name, strconv.Itoa(p.File), strconv.Itoa(p.From), strconv.Itoa(p.To), strconv.Itoa(p.Line),
	}
	for _, names := range [][]string{p.Programs, p.On, p.Does, p.Commands, p.Locals} {
		fields = append(fields, strings.Join(names, nameEnd))
	}
	return strings.Join(fields, fieldEnd)
}

// ParsePart reads a line that String wrote.
func ParsePart(line string) (Part, error) {
	var fields [11]string
	rest, more := line, true
	for i := range fields {
		if !more {
			return Part{}, errors.New("a part has too few fields")
		}
		fields[i], rest, more = strings.Cut(rest, fieldEnd)
	}
	part := Part{Kind: PartKind(fields[0]), Name: fields[1]}
	for i, number := range []*int{&part.File, &part.From, &part.To, &part.Line} {
		var err error
		if *number, err = strconv.Atoi(fields[2+i]); err != nil {
			return Part{}, err
		}
	}
	for i, names := range []*[]string{&part.Programs, &part.On, &part.Does, &part.Commands, &part.Locals} {
		if fields[6+i] != "" {
			*names = strings.Split(fields[6+i], nameEnd)
		}
	}
	if more || !slices.Contains([]PartKind{CommandPart, PolicyPart, LocalPart}, part.Kind) {
		return Part{}, fmt.Errorf("%q is no part", part.Kind)
	}
	return part, nil
}
