package blocks

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// Load reads a set of files. It reports every problem of every file at once;
// the Set is nil when one of them is an error. No block is ever dropped.
func Load(files []guard.PolicyFile, kinds []guard.ProbeKind) (*Set, Diagnostics) {
	l := newLoader(kinds)
	for _, file := range files {
		l.read(file)
	}
	return l.declare()
}

// declare makes the set of all blocks that were read.
func (l *loader) declare() (*Set, Diagnostics) {
	l.declareCommands()
	l.declareLocals()
	l.declareIdentities()
	l.declarePolicies()
	l.declareTests()
	l.findCycles()
	if !l.partial { // the whole was looked at
		l.constants()
	}
	diags := l.sorted()
	if diags.HasErrors() {
		return nil, diags
	}
	return l.set, diags
}

// endOf is where a block ends.
func endOf(block *hcl.Block) hcl.Range {
	if body, ok := block.Body.(*hclsyntax.Body); ok {
		return body.SrcRange
	}
	return block.DefRange
}

// loader is one load.
type loader struct {
	problems
	set     *Set
	kinds   map[string]guard.ProbeKind
	env     map[string]bool
	dirs    map[string]*Directory   // by file
	blocks  map[string][]*hcl.Block // of all files, by type
	names   *nameTable              // see known
	written []constantCheck         // see constants
	partial bool                    // parts of files that hold no problem
}

func newLoader(kinds []guard.ProbeKind) *loader {
	l := &loader{
		problems: problems{sources: lang.Sources{}},
		kinds:    map[string]guard.ProbeKind{},
		env:      map[string]bool{},
		dirs:     map[string]*Directory{},
		blocks:   map[string][]*hcl.Block{},
	}
	for _, kind := range kinds {
		l.kinds[kind.Name] = kind
	}
	l.set = &Set{Commands: map[string]*Command{}, Env: l.env, Sources: l.sources}
	return l
}

// read parses one file and sorts its blocks by type.
func (l *loader) read(file guard.PolicyFile) {
	l.sources[file.Path] = file.Content
	l.enter(file)
	// Shipped files are guard's own, and their test counts them once for all.
	if file.Origin != guard.ShippedFile && !l.checkLimits(file.Path, file.Content) {
		return
	}
	parsed, diags := hclsyntax.ParseConfig([]byte(file.Content), file.Path, hcl.InitialPos)
	l.hcl(diags)
	if diags.HasErrors() || parsed == nil {
		return
	}
	for _, block := range l.content(parsed.Body, "").Blocks {
		if file.Tests && block.Type != "test" {
			l.errorf(block.DefRange, "move it into the file beside this one, without _test in its name", "a %s in a file of tests would not decide", block.Type)
			continue
		}
		l.blocks[block.Type] = append(l.blocks[block.Type], block)
	}
}

// content decodes a body by the table of the language.
func (l *loader) content(body hcl.Body, name string) *hcl.BodyContent {
	return l.decode(body, schemas()[name])
}

func (l *loader) decode(body hcl.Body, schema *hcl.BodySchema) *hcl.BodyContent {
	content, diags := body.Content(schema)
	l.hcl(diags)
	return content
}

// free reads attributes of any name, in the order of the file.
func (l *loader) free(body hcl.Body) []*hcl.Attribute {
	attributes, diags := body.JustAttributes()
	l.hcl(diags)
	var all []*hcl.Attribute
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		all = append(all, attributes[name])
	}
	slices.SortStableFunc(all, func(a, b *hcl.Attribute) int { return a.Range.Start.Byte - b.Range.Start.Byte })
	return all
}

// label is the name of a block; an empty or unprintable one is an error.
func (l *loader) label(block *hcl.Block, i int) string {
	if i >= len(block.Labels) {
		return ""
	}
	name := block.Labels[i]
	if name == "" || len(name) > 128 || guard.Printable(name) != name {
		l.errorf(block.DefRange, "", "a name must have 1 to 128 printable characters")
	}
	return name
}

// duplicate reports a name that stands in two places.
func (l *loader) duplicate(what, name string, first, second hcl.Range) {
	l.errorf(second, "give one of them another name", "%s %s is declared twice: here and in %s", what, name, Pos(first))
}

// CheckSyntax says whether a file is within the limits and can be parsed. It
// does not look at what the file means.
func CheckSyntax(file guard.PolicyFile) Diagnostics {
	p := problems{sources: lang.Sources{file.Path: file.Content}}
	if p.checkLimits(file.Path, file.Content) {
		_, diags := hclsyntax.ParseConfig([]byte(file.Content), file.Path, hcl.InitialPos)
		p.hcl(diags)
	}
	return p.sorted()
}
