package docs_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/policy/format"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/postgres"
	"blastguard/guard/program"
	"blastguard/guard/shell"
	"blastguard/policies"
)

const languagePage = "policy-language.md"

// kinds are the probes that policies may ask.
func kinds() []guard.ProbeKind {
	return append(probe.Kinds(), datadir.Kind(), postgres.Kind())
}

// languageTables are the blocks, the functions and the variables.
func languageTables(t *testing.T, all map[string]string) {
	attributes := map[string][]policy.Attribute{}
	for _, block := range policy.Reference() {
		if !block.Free { // where any name may stand, there is no table
			attributes[block.Name] = block.Attributes
		}
	}
	// What flags and operands have in common is one table.
	of := func(block string) func(policy.Attribute) bool {
		own := attributes[block]
		return func(attribute policy.Attribute) bool { return slices.Contains(own, attribute) }
	}
	inFlag, inOperand := of("flag"), of("operand")
	for name := range attributes {
		switch name {
		case "flag":
			attributes[name] = slices.DeleteFunc(slices.Clone(attributes[name]), inOperand)
		case "operand":
			all["block flag and operand"] = attributeTable(slices.DeleteFunc(slices.Clone(attributes[name]), func(a policy.Attribute) bool { return !inFlag(a) }))
			attributes[name] = slices.DeleteFunc(slices.Clone(attributes[name]), inFlag)
		}
		all["block "+name] = attributeTable(attributes[name])
	}
	all["attributes"] = attributesByName()
	var rows [][]string
	for _, function := range policy.Functions() {
		rows = append(rows, []string{code(function.Name), function.Meaning, code(function.Example), code(function.Result)})
	}
	all["functions"] = table([]string{"function", "gives", "example", "is"}, rows)
	all["harmless"] = codes(program.Names(program.Harmless)) + "\n"
}

func attributeTable(attributes []policy.Attribute) string {
	var rows [][]string
	for _, attribute := range attributes {
		fallback := code(attribute.Default)
		if strings.Contains(attribute.Default, " ") && !strings.ContainsAny(attribute.Default, `"{[`) {
			fallback = attribute.Default
		}
		if attribute.Required {
			fallback = "required"
		}
		rows = append(rows, []string{code(attribute.Name), attribute.Type, fallback, attribute.Meaning})
	}
	return table([]string{"attribute", "type", "default", "meaning"}, rows)
}

// attributesByName lists each attribute once, with the blocks that take it.
func attributesByName() string {
	blocks := map[string][]string{}
	for _, block := range policy.Reference() {
		for _, attribute := range block.Attributes {
			if link := "[" + block.Name + "](#" + block.Name + ")"; !block.Free && !slices.Contains(blocks[attribute.Name], link) {
				blocks[attribute.Name] = append(blocks[attribute.Name], link)
			}
		}
	}
	var rows [][]string
	for _, name := range slices.Sorted(maps.Keys(blocks)) {
		rows = append(rows, []string{code(name), strings.Join(blocks[name], ", ")})
	}
	return table([]string{"attribute", "of"}, rows)
}

// A block has a heading of its own, with an example below it.
func TestEveryBlockHasASection(t *testing.T) {
	page := pageNamed(t, languagePage)
	for _, block := range policy.Reference() {
		_, section, found := strings.Cut(page.text, "\n### "+block.Name+"\n")
		if !found {
			t.Errorf("%s has no section for the block %s", page.name, block.Name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n##")
		if !strings.Contains(section, "```hcl\n") || !strings.Contains(section, "  "+block.Name+" ") && !strings.Contains(section, "\n"+block.Name+" ") {
			t.Errorf("%s: the section of %s has no example of it", page.name, block.Name)
		}
	}
}

// The variables are those that the loader knows, read from its source: they
// are not exported.
func TestEveryVariableIsDescribed(t *testing.T) {
	page := pageNamed(t, languagePage)
	names := sourceStrings(t, "../guard/policy/vet.go", "plain")
	for object, attributes := range sourceMap(t, "../guard/policy/vet.go", "objects") {
		for _, attribute := range attributes {
			names = append(names, object+"."+attribute)
		}
	}
	names = append(names, "local.NAME", "probe.NAME", "arg.NAME", "env.NAME", "expect.NAME")
	_, section, _ := strings.Cut(page.text, "\n## Variables\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, name := range names {
		if !strings.Contains(section, "`"+name+"`") {
			t.Errorf("%s does not describe the variable %s", page.name, name)
		}
	}
	for _, found := range cellNames.FindAllStringSubmatch(section, -1) {
		for _, name := range ticked.FindAllStringSubmatch(found[1], -1) {
			if !slices.Contains(names, name[1]) {
				t.Errorf("%s describes %s, which the loader does not know", page.name, name[1])
			}
		}
	}
}

// commandsFile is the shipped file that says how command lines are read.
func commandsFile(t *testing.T) guard.PolicyFile {
	t.Helper()
	for _, file := range policies.Files() {
		if strings.HasSuffix(file.Path, "/commands.hcl") {
			return file
		}
	}
	t.Fatal("no file commands.hcl is shipped")
	return guard.PolicyFile{}
}

// Each example is laid out well and loads, by the real loader, together with the shipped command
// blocks, unless it declares one of them itself; and its tests pass. One that
// answers probes "of the shipped policies" stands beside all of them, and one
// that begins with "# guard.hcl" holds settings.
func TestTheExamplesLoadAndPassTheirTests(t *testing.T) {
	for _, page := range append(pages(t), readme(t)) {
		for i, example := range page.fenced("hcl") {
			files := []guard.PolicyFile{{Path: page.name, Content: example}}
			if laid := string(format.Format([]byte(files[0].Content))); laid != example {
				t.Errorf("%s, example %d: %s", page.name, i+1, firstDifference(example, laid))
			}
			if strings.HasPrefix(example, "# guard.hcl") {
				if _, diagnostics := policy.LoadSettings(files[0]); len(diagnostics) > 0 {
					t.Errorf("%s, example %d: %v", page.name, i+1, diagnostics)
				}
				continue
			}
			switch shipped := commandsFile(t); {
			case strings.Contains(example, "# of the shipped policies"):
				files = append(files, policies.Files()...)
			case !redeclares(example, shipped.Content):
				files = append(files, shipped)
			}
			try(t, page.name, i, files)
		}
	}
}

func redeclares(example, shipped string) bool {
	for _, found := range commandHead.FindAllString(example, -1) {
		if strings.Contains(shipped, found) {
			return true
		}
	}
	return false
}

func try(t *testing.T, name string, i int, files []guard.PolicyFile) {
	t.Helper()
	set, diagnostics := policy.Load(files, policy.Options{Kinds: kinds()})
	for _, diagnostic := range diagnostics {
		t.Errorf("%s, example %d: %s:%d: %s %s\n%s", name, i+1, diagnostic.File, diagnostic.Line, diagnostic.Summary, diagnostic.Detail, diagnostic.Snippet)
	}
	for _, result := range set.Test(recognise) {
		if !result.Passed && result.File == name { // shipped policies need not hold beside an example
			t.Errorf("%s, example %d, %q: got %s\n  %s", name, i+1, result.Name, result.Got, strings.Join(result.Messages, "\n  "))
		}
	}
}

func recognise(text string, r guard.Request) []guard.Operation {
	return shell.Text(text, shell.Context{Dir: r.Dir, Env: r.Env, Account: r.Account})
}

// The rows of "as typed | read as" are what the shell reader makes of them.
func TestCommandsAreReadAsThePageSays(t *testing.T) {
	page := pageNamed(t, languagePage)
	_, section, found := strings.Cut(page.text, "| as typed | read as |\n|---|---|\n")
	if !found {
		t.Fatal("the table is gone")
	}
	for row := range strings.Lines(section) {
		if !strings.HasPrefix(row, "|") {
			break
		}
		cells := ticked.FindAllStringSubmatch(strings.ReplaceAll(row, `\|`, "|"), -1)
		if len(cells) < 2 {
			t.Errorf("row %q", row)
			continue
		}
		var got []string
		for _, op := range recognise(cells[0][1], guard.Request{Dir: "/work", Account: guard.Account{Known: true, UID: 1000}}) {
			got = append(got, describe(op))
		}
		var want []string
		for _, cell := range cells[1:] {
			want = append(want, cell[1])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is read as %q, the page says %q", cells[0][1], got, want)
		}
	}
}

// describe is an operation as the page writes it: ‹…› is a word that is not
// known.
func describe(op guard.Operation) string {
	words := []string{op.Program}
	if op.Program == "" {
		words[0] = "?"
	}
	if op.On != "" {
		words[0] = op.On
	}
	for _, word := range op.Args {
		text := word.Text
		if word.Reading != guard.Literal {
			text = "‹" + text + "›"
		}
		words = append(words, text)
	}
	return strings.Join(words, " ")
}
