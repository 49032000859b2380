// Package docs_test holds the documentation to the program: its tables are
// those of the code, its examples load and pass their tests.
//
// A table between "<!-- table: NAME -->" and "<!-- end -->" is written by
//
//	go test ./docs -update
//
// and compared by every other run.
package docs_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the tables of the pages anew")

var tableMark = regexp.MustCompile(`(?s)<!-- table: ([^>]*?) -->\n(.*?)<!-- end -->`)

// tables are all that the code can write, by name.
func tables(t *testing.T) map[string]string {
	all := map[string]string{}
	for _, add := range []func(*testing.T, map[string]string){languageTables, probeTables, policyTables} {
		add(t, all)
	}
	return all
}

func TestTheTablesAreThoseOfTheCode(t *testing.T) {
	all, used := tables(t), map[string]bool{}
	for _, page := range pages(t) {
		text := tableMark.ReplaceAllStringFunc(page.text, func(found string) string {
			name := tableMark.FindStringSubmatch(found)[1]
			want, known := all[name]
			if !known {
				t.Errorf("%s: the code has no table %q", page.name, name)
				return found
			}
			used[name] = true
			return "<!-- table: " + name + " -->\n" + want + "<!-- end -->"
		})
		switch {
		case text == page.text:
		case *update:
			if err := os.WriteFile(page.name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s: %s; go test ./docs -update mends it", page.name, firstDifference(page.text, text))
		}
	}
	for name := range all {
		if !used[name] {
			t.Errorf("no page shows the table %q", name)
		}
	}
}

// page is one Markdown file of this folder.
type page struct {
	name string
	text string
}

func pages(t *testing.T) []page {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil || len(names) == 0 {
		t.Fatalf("pages: %v %v", names, err)
	}
	var all []page
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page{name, string(text)})
	}
	return all
}

// readme is the page that stands above this folder.
func readme(t *testing.T) page {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return page{"../README.md", string(text)}
}

func pageNamed(t *testing.T, name string) page {
	t.Helper()
	for _, page := range pages(t) {
		if page.name == name {
			return page
		}
	}
	t.Fatalf("there is no page %s", name)
	return page{}
}

func firstDifference(got, want string) string {
	lines := strings.Split(got, "\n")
	for i, line := range strings.Split(want, "\n") {
		if i >= len(lines) || lines[i] != line {
			return "it should say " + line
		}
	}
	return "it has too many lines"
}

var fence = regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$")

// fenced are the fenced blocks of one language on a page.
func (p page) fenced(language string) []string {
	var all []string
	for _, found := range fence.FindAllStringSubmatch(p.text, -1) {
		if found[1] == language {
			all = append(all, found[2])
		}
	}
	return all
}

var (
	link    = regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]*))?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	slugged = regexp.MustCompile(`[^a-z0-9 _-]`)
)

func TestLinksLeadSomewhere(t *testing.T) {
	for _, page := range append(pages(t), readme(t)) {
		for _, found := range link.FindAllStringSubmatch(page.text, -1) {
			target, anchor := found[1], found[2]
			if strings.Contains(target, "://") {
				continue
			}
			if target == "" {
				target = filepath.Base(page.name)
			}
			text, err := os.ReadFile(filepath.Join(filepath.Dir(page.name), target))
			if err != nil {
				t.Errorf("%s: %v", page.name, err)
			} else if anchor != "" && !anchors(string(text))[anchor] {
				t.Errorf("%s: %s has no heading for #%s", page.name, target, anchor)
			}
		}
	}
}

// Each page stands in the index, once.
func TestTheIndexListsEveryPage(t *testing.T) {
	index := pageNamed(t, "README.md")
	for _, page := range pages(t) {
		if count := strings.Count(index.text, "]("+page.name+")"); page.name != index.name && count != 1 {
			t.Errorf("the index names %s %d times", page.name, count)
		}
	}
}

// anchors are the headings of a page as links name them.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, found := range heading.FindAllStringSubmatch(text, -1) {
		all[strings.ReplaceAll(slugged.ReplaceAllString(strings.ToLower(found[1]), ""), " ", "-")] = true
	}
	return all
}

// table writes rows as Markdown; a cell keeps its pipes and its one line.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	line := func(cells []string) {
		b.WriteString("|")
		for _, cell := range cells {
			cell = strings.ReplaceAll(strings.ReplaceAll(cell, "|", `\|`), "\n", " ")
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	line(head)
	b.WriteString(strings.Repeat("|---", len(head)) + "|\n")
	for _, row := range rows {
		line(row)
	}
	return b.String()
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

func codes(texts []string) string {
	var all []string
	for _, text := range texts {
		all = append(all, code(text))
	}
	return strings.Join(all, ", ")
}

var filed = regexp.MustCompile("`([a-z_./0-9]+\\.(?:go|hcl)|(?:cmd|guard|policies|internal|docs)/[a-z_./0-9]+)`")

// Every file that the architecture names is there: by its whole path, or by
// its name somewhere in the tree.
func TestTheFilesThatAreNamedAreThere(t *testing.T) {
	names := map[string]bool{}
	for _, pattern := range []string{"*", "*/*", "*/*/*", "*/*/*/*"} {
		found, err := filepath.Glob(filepath.Join("..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range found {
			names[strings.TrimPrefix(name, "../")], names[filepath.Base(name)] = true, true
		}
	}
	for _, found := range filed.FindAllStringSubmatch(pageNamed(t, "architecture.md").text, -1) {
		if !names[found[1]] {
			t.Errorf("architecture.md names %s, which is not there", found[1])
		}
	}
}
