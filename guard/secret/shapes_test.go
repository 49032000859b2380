package secret

import (
	"os"
	"strings"
	"testing"
)

// Each line of the corpus is masked where it says, and nowhere else: as a text, and as
// the text of a shell among the arguments of another command.
func TestShapes(t *testing.T) {
	corpus, err := os.ReadFile("testdata/shapes.txt")
	if err != nil {
		t.Fatal(err)
	}
	marks := strings.NewReplacer("«", "", "»", "")
	secrets, twins := 0, 0
	for i, line := range strings.Split(string(corpus), "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		want := masked(line)
		if got := New(nil).Text(marks.Replace(line)); got != want {
			t.Errorf("shapes.txt:%d: as a text\n  got  %s\n  want %s", i+1, got, want)
		}
		if got := New(nil).Argv([]string{"sh", "-c", marks.Replace(line)})[2]; got != want {
			t.Errorf("shapes.txt:%d: for a shell\n  got  %s\n  want %s", i+1, got, want)
		}
		if strings.ContainsAny(line, `"'|$`) || strings.Contains(line, "<") {
			if want == line {
				twins++
			} else {
				secrets++
			}
			continue
		}
		argv, wantArgv := strings.Fields(marks.Replace(line)), strings.Fields(want)
		if got := New(nil).Argv(argv); strings.Join(got, " ") != strings.Join(wantArgv, " ") {
			t.Errorf("shapes.txt:%d: as arguments\n  got  %q\n  want %q", i+1, got, wantArgv)
		}
		if want == line {
			twins++
		} else {
			secrets++
		}
	}
	if secrets < 80 || twins < 80 {
		t.Errorf("%d lines with secrets and %d without", secrets, twins)
	}
}

// masked is the line with Mask between its marks.
func masked(line string) string {
	for {
		before, rest, found := strings.Cut(line, "«")
		if !found {
			return line
		}
		_, after, _ := strings.Cut(rest, "»")
		line = before + Mask + after
	}
}
