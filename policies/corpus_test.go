package policies

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// What the shipped policies decide in the world of world_test.go, from
// testdata/corpus: a line is refused (deny), asked about (ask) or left alone
// (run). A guard that cries wolf is left away.
var refused, asked, allowed = corpus("deny"), corpus("ask"), corpus("run")

// corpus has the lines of all files with this decision. A line of another form
// is an error in TestCorpusIsWellFormed.
func corpus(decision string) []string {
	var lines []string
	for _, row := range corpusRows() {
		if got, line, _ := strings.Cut(row.text, " "); got == decision {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return lines
}

// corpusRow is one line of a file of the corpus that is not blank and no comment.
type corpusRow struct{ place, text string }

func corpusRows() []corpusRow {
	files, err := filepath.Glob("testdata/corpus/*.txt")
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("no corpus: %v", err))
	}
	var rows []corpusRow
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				rows = append(rows, corpusRow{fmt.Sprintf("%s:%d", name, i+1), line})
			}
		}
	}
	return rows
}

func TestCorpusIsWellFormed(t *testing.T) {
	seen := map[string]string{}
	for _, row := range corpusRows() {
		decision, line, _ := strings.Cut(row.text, " ")
		line = strings.TrimSpace(line)
		if !slices.Contains([]string{"deny", "ask", "run"}, decision) || line == "" {
			t.Errorf("%s: %q is no \"deny|ask|run COMMAND\"", row.place, row.text)
		}
		if before, again := seen[line]; again {
			t.Errorf("%s: %q stands in %s already", row.place, line, before)
		}
		seen[line] = row.place
	}
}

func TestCorpus(t *testing.T) {
	set, w := load(t, Files()), newWorld()
	for effect, lines := range map[guard.Effect][]string{guard.Deny: refused, guard.Confirm: asked, guard.Allow: allowed} {
		for _, line := range lines {
			t.Run(fmt.Sprintf("%s %s", effect, line), func(t *testing.T) {
				if got := w.decideText(t, set, line); got.Effect != effect {
					t.Errorf("got %s, want %s\n%s", got.Effect, effect, explain(got))
				}
			})
		}
	}
}

// Every policy meets a command that it stops, by each of its checks or by
// asking, and every program that one is about has a command that is not refused.
func TestCorpusReachesEveryPolicy(t *testing.T) {
	set, w := load(t, Files()), newWorld()
	stopped := map[string]bool{} // checks that did not pass, and policies that ask
	for _, line := range slices.Concat(refused, asked) {
		decision := w.decideText(t, set, line)
		for _, check := range decision.Checks {
			if check.Status == guard.Fails {
				name, _, _ := strings.Cut(check.ID(), "[")
				stopped[name] = true
			}
		}
		for _, confirmation := range decision.Confirmations {
			stopped[confirmation.Policy] = true
		}
	}
	for _, doc := range set.Describe() {
		for _, check := range doc.Checks {
			// No world has as many entries; every role passes the other, which only shows it.
			never := []string{"delete.blast_radius.entries.max", "database-directory-aside.role"}
			if id := doc.Name + "." + check; !stopped[id] && !slices.Contains(never, id) {
				t.Errorf("no command of the corpus fails %s", id)
			}
		}
		if len(doc.Checks) == 0 && !stopped[doc.Name] {
			t.Errorf("no command of the corpus is asked about by %s", doc.Name)
		}
		if len(doc.Programs) > 0 && !slices.ContainsFunc(doc.Programs, func(program string) bool { return mentioned(slices.Concat(asked, allowed), program) }) {
			t.Errorf("no command of %s is let through", doc.Name)
		}
	}
}

func mentioned(lines []string, program string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return slices.Contains(strings.Fields(line), program) })
}

// Each shipped file shows in its own tests what it stops and what it does not.
func TestFilesShowBothSides(t *testing.T) {
	stops, passes := map[string]bool{}, map[string]bool{}
	for _, result := range load(t, withTests()).Test(recognise) {
		of := strings.Replace(result.File, "_test.hcl", ".hcl", 1)
		stops[of] = stops[of] || result.Got < guard.Warn
		passes[of] = passes[of] || result.Got > guard.Deny
	}
	for _, file := range Files() {
		if strings.Contains(file.Content, "\npolicy ") && (!stops[file.Path] || !passes[file.Path]) {
			t.Errorf("%s: its tests stop a command: %t, let one pass: %t", file.Path, stops[file.Path], passes[file.Path])
		}
	}
}

func explain(decision guard.Decision) string {
	text := ""
	for _, problem := range decision.Problems {
		text += fmt.Sprintln("  problem:", problem.What, problem.Next)
	}
	for _, check := range decision.Checks {
		if check.Status != guard.Passes {
			text += fmt.Sprintln("  ", check.ID(), check.Status, check.Value, check.Limit, check.Message)
		}
	}
	for _, confirmation := range decision.Confirmations {
		text += fmt.Sprintf("  asks for %q (%s)\n", confirmation.Text, confirmation.Policy)
	}
	return text
}
