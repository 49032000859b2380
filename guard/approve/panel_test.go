package approve

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"charm.land/lipgloss/v2"

	"blastguard/guard"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}

func TestPanelLooksAsAgreed(t *testing.T) {
	sizes := []struct{ width, height int }{{80, 24}, {120, 40}, {40, 12}, {20, 10}}
	for _, name := range []string{"standby", "many", "hostile", "endless", "from memory", "twice"} {
		for _, size := range sizes {
			file := strings.ReplaceAll(name, " ", "-") + "-" + strconv.Itoa(size.width) + "x" + strconv.Itoa(size.height)
			t.Run(file, func(t *testing.T) {
				got := Panel(questionNamed(name), size.width, size.height, Style{})
				fitsAndIsSafe(t, got, size.width, size.height)
				golden(t, file, got+"\n")
			})
		}
	}
	t.Run("in colour", func(t *testing.T) {
		golden(t, "standby-dark", Panel(standby(), 80, 24, Style{Color: true, Dark: true})+"\n")
		golden(t, "standby-light", Panel(standby(), 80, 24, Style{Color: true})+"\n")
	})
}

func TestAStepsPanelHasOneEmptyLineAroundItsPlace(t *testing.T) {
	q := standby()
	q.Request.Place = []string{"playbook.sh", "rm"}
	panel := Panel(q, 100, 40, Style{})
	if strings.Contains(panel, "\n\n\n") {
		t.Errorf("two empty lines in a row:\n%s", panel)
	}
	if want := "\n\n step of   playbook.sh → rm\n\n"; !strings.Contains(panel, want) {
		t.Errorf("got\n%s\nwant in it\n%s", panel, want)
	}
}

func TestColourChangesNoWord(t *testing.T) {
	sequences := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for _, style := range []Style{{Color: true}, {Color: true, Dark: true}} {
		got := sequences.ReplaceAllString(Panel(standby(), 80, 24, style), "")
		if want := Panel(standby(), 80, 24, Style{}); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}

func fitsAndIsSafe(t *testing.T, panel string, width, height int) {
	t.Helper()
	lines := strings.Split(panel, "\n")
	if len(lines) > height {
		t.Errorf("%d lines in a height of %d", len(lines), height)
	}
	for _, l := range lines {
		if w := lipgloss.Width(l); w > width {
			t.Errorf("%d columns in a width of %d: %q", w, width, l)
		}
		if guard.Printable(l) != l {
			t.Errorf("a line that a terminal could act on: %q", l)
		}
	}
}

func TestAnySizeShowsWhatToType(t *testing.T) {
	for width := 20; width <= 130; width += 17 {
		for height := 6; height <= 45; height += 6 {
			for _, name := range []string{"standby", "many", "endless", "hostile"} {
				q := questionNamed(name)
				panel := Panel(q, width, height, Style{})
				fitsAndIsSafe(t, panel, width, height)
				flat := strings.Join(strings.Fields(panel), "")
				if !strings.Contains(flat, strings.ReplaceAll(q.Decision.Confirmations[0].Text, " ", "")) {
					t.Errorf("%d × %d: %s is asked without what to type:\n%s", width, height, name, panel)
				}
			}
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	q := standby()
	q.Request.Argv = []string{"mysql", "-p", "it's s3cret", "--password=it's s3cret"}
	q.Decision.Secrets = []string{"it's s3cret"}
	q.Decision.Summary = "asks with it's s3cret"
	q.Decision.Checks[2].Message = "it's s3cret"
	report := guard.Report{Request: q.Request, Decision: q.Decision}
	report.Decision.Checks[2].Effect = guard.Deny
	for _, text := range []string{Panel(q, 120, 40, Style{}), Refusal(report, Style{})} {
		if strings.Contains(text, "s3cret") || !strings.Contains(text, concealed) {
			t.Errorf("a secret is shown:\n%s", text)
		}
	}
}

func TestAHundredThousandArgumentsAreShownAtOnce(t *testing.T) {
	panel := Panel(endless(), 80, 24, Style{})
	if !strings.Contains(panel, "rm -f /srv/spool/message-0") {
		t.Errorf("the command is not shown:\n%s", panel)
	}
}

func FuzzPanelFitsAndIsSafe(f *testing.F) {
	f.Add("rm", "/srv/a", "db2", "message", "db2:/srv/a", uint8(80), uint8(24), true)
	f.Add("\x1b[2J", "\u202e", "\xff", "日本語", "日本", uint8(1), uint8(1), false)
	f.Add("e\u0301\u0301\u0301\u0301", "👩‍👩‍👧", "❤️", "🇩🇪", "x", uint8(20), uint8(10), true)
	f.Fuzz(func(t *testing.T, program, target, host, message, text string, width, height uint8, show bool) {
		q := standby()
		q.Request.Argv = []string{program, target}
		q.Request.Host.Name, q.Request.Reason = host, message
		q.Changes = []string{message}
		q.Decision.Targets = []guard.Target{{Given: target, Resolved: message, Detail: host}, {Given: target}}
		q.Decision.Checks[0].Value, q.Decision.Checks[1].Name, q.Decision.Checks[3].Message = message, target, program
		q.Decision.Confirmations[0] = guard.Confirmation{Text: text, Show: show, Hint: message}
		fitsAndIsSafe(t, Panel(q, int(width), int(height), Style{}), max(int(width), 1), max(int(height), 1))
		d := newDialogue(q, time.Time{})
		for _, r := range target + "\r" + message {
			d.press(key{kind: typedKey, text: string(r)}, time.Time{})
			if r == '\r' {
				d.press(key{kind: enterKey}, time.Time{})
			}
		}
		f := screen(d, int(width), int(height))
		fitsAndIsSafe(t, f.dress(Style{}), max(int(width), 1), max(int(height), 1))
	})
}
