package approve

import (
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"blastguard/guard"
)

func (a *asking) chosen() Chosen {
	a.t.Helper()
	a.answers.SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(a.answers)
	chosen := Chosen{Course: -1}
	if err == nil {
		err = json.Unmarshal(text, &chosen)
	}
	if err != nil {
		a.t.Fatalf("answer %q: %v; on the terminal:\n%q", text, err, a.output())
	}
	return chosen
}

// Whatever is no clear answer stops; running needs a reason, and a check that may
// be overridden.
func TestHowARunGoesOnIsChosenByAWord(t *testing.T) {
	stop, interrupted := Chosen{}, Chosen{Interrupted: true}
	for _, test := range []struct {
		name, refused, keys string
		want                Chosen
		said                string
	}{
		{"stop", "soft", "stop\r", stop, ""},
		{"Enter alone", "soft", "\r", stop, ""},
		{"Esc", "soft", "\x1b", stop, "stopped"},
		{"the end of input", "soft", "\x04", stop, "stopped"},
		{"Ctrl-C", "soft", "\x03", interrupted, ""},
		{"skip", "soft", "skip\r", Chosen{Course: guard.SkipStep}, ""},
		{"a corrected word", "soft", "skin\x7fp\r", Chosen{Course: guard.SkipStep}, ""},
		{"a wiped line", "soft", "nonsense\x15skip\r", Chosen{Course: guard.SkipStep}, ""},
		{"a letter is no word", "soft", "s\r\r", stop, `"s" is not one of these`},
		{"capitals are another word", "soft", "SKIP\rskip\r", Chosen{Course: guard.SkipStep}, `"SKIP" is not one of these`},
		{"three words that are none", "soft", "a\rb\rc\rskip\r", stop, `"c" is not one of these`},
		{"run, with a reason", "soft", "run\r the owner said so \r", Chosen{Course: guard.RunStep, Reason: "the owner said so"}, "why?"},
		{"run, without a reason", "soft", "run\r  \r\r\r", stop, "it does not run without a reason"},
		{"run, with a reason at last", "soft", "run\r\rbecause\r", Chosen{Course: guard.RunStep, Reason: "because"}, "it does not run without a reason"},
		{"run, and then not", "soft", "run\rbecause\x1b", stop, "stopped"},
		{"Ctrl-C at the reason", "soft", "run\rbecause\x03", interrupted, ""},
		{"run, where nothing may be overridden", "hard", "run\rskip\r", Chosen{Course: guard.SkipStep}, "it cannot be run: hard.rule cannot be overridden"},
		{"a paste is no word", "soft", "\x1b[200~skip\r\x1b[201~\r", stop, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, "APPROVE_CHOICE="+test.refused)
			a.await("> ")
			a.keys(test.keys)
			if got := a.chosen(); got != test.want {
				t.Errorf("got %+v, want %+v", got, test.want)
			}
			for _, text := range []string{test.said, "done  rm two", "5 minutes to answer"} {
				a.await(text)
			}
			a.command.Wait()
			a.restored()
		})
	}
}

func TestWithoutATerminalARunStops(t *testing.T) {
	approver := New(Config{TTY: os.DevNull})
	if got := approver.Choose(t.Context(), Refused{Run: "x", Overrides: []string{"soft.rule"}}); got != (Chosen{}) {
		t.Errorf("got %+v", got)
	}
}
