package approve

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
)

func asksFor(labels ...string) []guard.Ask {
	var asks []guard.Ask
	for _, label := range labels {
		asks = append(asks, guard.Ask{Key: label, Label: label})
	}
	return asks
}

func TestWithoutATerminalNothingIsAsked(t *testing.T) {
	for question, want := range map[string]string{
		"":       `yes=false how="no terminal" wrong=0 interrupted=false typed=[]`,
		"limits": `yes=true how="limits" wrong=0 interrupted=false typed=[]`,
	} {
		t.Run(question, func(t *testing.T) {
			t.Parallel()
			p := openPseudoTerminal(t, 80, 24)
			a := start(t, p, &syscall.SysProcAttr{Setsid: true}, []string{os.Args[0]}, "APPROVE_QUESTION="+question)
			if got := short(a.answer()); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if p.output() != "" {
				t.Errorf("it wrote %q", p.output())
			}
		})
	}
}

func TestInTheBackgroundNothingIsAsked(t *testing.T) {
	p := openPseudoTerminal(t, 80, 24)
	a := start(t, p, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0},
		[]string{"/bin/sh", "-c", `set -m; "$0" & wait`, os.Args[0]})
	answer := a.answer()
	if got, want := short(answer), `yes=false how="background" wrong=0 interrupted=false typed=[]`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !strings.Contains(answer.Why, "foreground") {
		t.Errorf("it does not say what to do: %q", answer.Why)
	}
}

func TestTwoGuardsAskOneAfterTheOther(t *testing.T) {
	p := openPseudoTerminal(t, 80, 24)
	a := start(t, p, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0},
		[]string{"/bin/sh", "-c", `"$0" & "$0"; wait`, os.Args[0]}, "APPROVE_PLAIN=1")
	const opening = "guard: asks before it runs"
	a.asked()
	if n := strings.Count(a.output(), opening); n != 1 {
		t.Fatalf("%d questions at once", n)
	}
	a.keys("db2:/srv/a\r")
	// The second may have asked before this looks: it is found by its opening.
	a.awaitThat("a second question", func(output string) bool {
		first, second, found := strings.Cut(output, "guard: confirmed")
		_, second, asked := strings.Cut(second, opening)
		return found && asked && strings.Contains(first, opening) && strings.Contains(second, prompts)
	})
	a.keys("db2:/srv/a\r")
	a.awaitThat("two answers", func(output string) bool { return strings.Count(output, "guard: confirmed") == 2 })
}

func TestWhatStandsInForAPerson(t *testing.T) {
	text := func(mode guard.Unattended) guard.Confirmation {
		return guard.Confirmation{Text: "db2:/srv/a", Unattended: mode, Pos: "p.hcl:3"}
	}
	passes := guard.Check{Policy: "p", Name: "role", Status: guard.Passes}
	cases := []struct {
		name          string
		confirmations []guard.Confirmation
		checks        []guard.Check
		given         string
		yes           bool
		how           string
	}{
		{"nothing, by default", []guard.Confirmation{text(guard.UnattendedDeny)}, nil, "db2:/srv/a", false, "no terminal"},
		{"a mode that guard does not know is none", []guard.Confirmation{text(guard.Unattended(9))}, []guard.Check{passes}, "db2:/srv/a", false, "no terminal"},
		{"the very text", []guard.Confirmation{text(guard.UnattendedText)}, nil, "db2:/srv/a", true, "text"},
		{"another text is none", []guard.Confirmation{text(guard.UnattendedText)}, nil, "db2:/srv/b", false, "no terminal"},
		{"no text is none", []guard.Confirmation{text(guard.UnattendedText)}, nil, "", false, "no terminal"},
		{"one text does not answer two", []guard.Confirmation{text(guard.UnattendedText), text(guard.UnattendedText)}, nil, "db2:/srv/a", false, "no terminal"},
		{"limits, when every check passes", []guard.Confirmation{text(guard.UnattendedLimits)}, []guard.Check{passes}, "", true, "limits"},
		{"no limits without a check", []guard.Confirmation{text(guard.UnattendedLimits)}, nil, "", false, "no terminal"},
		{"an unknown check is no limit kept", []guard.Confirmation{text(guard.UnattendedLimits)}, []guard.Check{passes, {Policy: "p", Name: "backup", Status: guard.Unknown, Level: guard.Advisory}}, "", false, "no terminal"},
		{"an overridden check is no limit kept", []guard.Confirmation{text(guard.UnattendedLimits)}, []guard.Check{{Policy: "p", Name: "backup", Status: guard.Fails, Overridden: true}}, "", false, "no terminal"},
		{"limits do not answer for another confirmation", []guard.Confirmation{text(guard.UnattendedLimits), text(guard.UnattendedDeny)}, []guard.Check{passes}, "", false, "no terminal"},
		{"no confirmation at all is no", nil, []guard.Check{passes}, "", false, "declined"},
		{"more than three are too many", []guard.Confirmation{text(guard.UnattendedLimits), text(guard.UnattendedLimits), text(guard.UnattendedLimits), text(guard.UnattendedLimits)}, []guard.Check{passes}, "", false, "declined"},
		{"an empty text cannot be typed", []guard.Confirmation{{Unattended: guard.UnattendedLimits}}, []guard.Check{passes}, "", false, "declined"},
		{"nor can a control character", []guard.Confirmation{{Text: "a\tb", Unattended: guard.UnattendedText}}, nil, "a\tb", false, "declined"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			question := guard.Question{
				Request:  guard.Request{Text: c.given},
				Decision: guard.Decision{Confirmations: c.confirmations, Checks: c.checks},
			}
			answer := New(Config{TTY: t.TempDir() + "/none"}).Approve(t.Context(), question)
			if answer.Yes != c.yes || answer.How != c.how {
				t.Errorf("got %s", short(answer))
			}
			if strings.Contains(answer.Why, "db2:/srv/a") || answer.Yes != (answer.Why == "") {
				t.Errorf("the reason is %q", answer.Why)
			}
		})
	}
}
