package docs_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/probe"
	"blastguard/guard/secret"
	"blastguard/policies"
)

var (
	ticked      = regexp.MustCompile("`([^`]+)`")
	cellNames   = regexp.MustCompile("(?m)^\\| ((?:`[^`]+`(?:, )?)+) \\|")
	commandHead = regexp.MustCompile(`(?m)^command "[^"]+"`)
)

// probeTables are the parameters of each kind of probe, and the environment of
// exec.
func probeTables(_ *testing.T, all map[string]string) {
	words := map[guard.ParamType]string{
		guard.StringParam: "text", guard.NumberParam: "number", guard.BoolParam: "bool", guard.ListParam: "list of texts",
		guard.DurationParam: "duration or seconds", guard.SizeParam: "size or bytes", guard.TimeParam: "seconds since 1970", guard.AnyParam: "any value",
	}
	for _, kind := range kinds() {
		var rows [][]string
		for _, param := range kind.Params {
			required := ""
			if param.Required {
				required = "required"
			}
			rows = append(rows, []string{code(param.Name), words[param.Type], required, param.Doc})
		}
		all["probe "+kind.Name] = table([]string{"parameter", "type", "", "meaning"}, rows)
	}
	var rows [][]string
	for _, kind := range kinds() {
		result := codes(kind.Result)
		if kind.Result == nil {
			result = "see below"
		}
		rows = append(rows, []string{"[" + kind.Name + "](#" + kind.Name + ")", kind.Doc, result})
	}
	all["probes"] = table([]string{"kind", "answers", "attributes of the answer"}, rows)
	all["exec environment"] = codes(probe.ExecEnv()) + "\n"
}

// Each kind has a section that names every attribute of its answer.
func TestEveryProbeHasASection(t *testing.T) {
	page := pageNamed(t, "probes.md")
	for _, kind := range kinds() {
		_, section, found := strings.Cut(page.text, "\n## "+kind.Name+"\n")
		if !found {
			t.Errorf("%s has no section for %s", page.name, kind.Name)
			continue
		}
		section, _, _ = strings.Cut(section, "\n## ")
		for _, name := range kind.Result {
			if !strings.Contains(section, "| `"+name+"` |") {
				t.Errorf("%s: %s does not describe %s", page.name, kind.Name, name)
			}
		}
	}
}

// policyTables list what is shipped.
func policyTables(t *testing.T, all map[string]string) {
	var rows [][]string
	for _, doc := range load(t, policies.Files()).Describe() {
		checks := codes(doc.Checks)
		if doc.Confirms {
			checks = strings.TrimPrefix(checks+", confirms", ", ")
		}
		file := doc.File[strings.LastIndex(doc.File, "/")+1:]
		rows = append(rows, []string{code(doc.Name), code(file), strings.Join(doc.Commands, ", "), checks})
	}
	all["shipped policies"] = table([]string{"policy", "file", "commands", "checks"}, rows)
	rows = nil
	for _, file := range policies.Files() {
		name := file.Path[strings.LastIndex(file.Path, "/")+1:]
		for _, found := range commandBlock.FindAllStringSubmatch(file.Content, -1) {
			rows = append(rows, []string{code(found[1]), strings.Join(quoted(found[2]), ", "), code(name)})
		}
	}
	all["shipped commands"] = table([]string{"command", "programs", "file"}, rows)
}

var commandBlock = regexp.MustCompile(`(?m)^command "([^"]+)".*\n(?:\s*#.*\n)*\s*program\s*=\s*(.*)$`)

func quoted(text string) []string {
	var all []string
	for _, found := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(text, -1) {
		all = append(all, found[1])
	}
	return all
}

// Each shipped policy is explained, and each local that tunes them.
func TestTheShippedPoliciesAreExplained(t *testing.T) {
	page := pageNamed(t, "shipped-policies.md")
	var names []string
	for _, doc := range load(t, policies.Files()).Describe() {
		names = append(names, doc.Name)
	}
	explained := firstCells(page.text, "\n## What each one checks\n")
	if missing, extra := compare(names, explained); len(missing)+len(extra) > 0 {
		t.Errorf("%s: not explained %q, not shipped %q", page.name, missing, extra)
	}
	names = nil
	for _, file := range policies.Files() {
		for _, block := range regexp.MustCompile(`(?ms)^locals \{\n(.*?)^\}`).FindAllStringSubmatch(file.Content, -1) {
			for _, local := range regexp.MustCompile(`(?m)^  ([a-z_]+)\s*=`).FindAllStringSubmatch(block[1], -1) {
				names = append(names, local[1])
			}
		}
	}
	if missing, extra := compare(names, firstCells(page.text, "\n## Limits\n")); len(missing)+len(extra) > 0 {
		t.Errorf("%s: locals not explained %q, not there %q", page.name, missing, extra)
	}
}

// firstCells are the names in the first column of the tables of a section.
func firstCells(text, heading string) []string {
	_, section, _ := strings.Cut(text, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	var names []string
	for _, found := range cellNames.FindAllStringSubmatch(section, -1) {
		for _, name := range ticked.FindAllStringSubmatch(found[1], -1) {
			names = append(names, name[1])
		}
	}
	return names
}

func compare(want, got []string) (missing, extra []string) {
	for _, name := range want {
		if !slices.Contains(got, name) {
			missing = append(missing, name)
		}
	}
	for _, name := range got {
		if !slices.Contains(want, name) {
			extra = append(extra, name)
		}
	}
	return missing, extra
}

// The rows of "typed | recorded" are what the masks make of them.
func TestSecretsAreMaskedAsThePageSays(t *testing.T) {
	page := pageNamed(t, "audit-log.md")
	_, section, found := strings.Cut(page.text, "| typed | recorded |")
	if !found {
		t.Fatal("the table is gone")
	}
	section, _, _ = strings.Cut(section, "\n\n")
	for row := range strings.Lines(section) {
		cells := ticked.FindAllStringSubmatch(row, -1)
		if len(cells) != 2 {
			continue
		}
		argv := strings.Fields(cells[0][1])
		if got := strings.Join(secret.New(nil).Argv(argv), " "); got != cells[1][1] {
			t.Errorf("%s is recorded as %s, the page says %s", cells[0][1], got, cells[1][1])
		}
	}
}
