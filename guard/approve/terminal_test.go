package approve

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// ways are the two ways to ask; the rules are the same.
var ways = []struct {
	name string
	env  []string
}{
	{"panel", nil},
	{"plain lines", []string{"APPROVE_PLAIN=1"}},
	{"dumb terminal", []string{"TERM=dumb"}},
}

func TestWhatIsTypedDecides(t *testing.T) {
	const text = "db2:/srv/a"
	cases := []struct{ name, question, keys, want string }{
		{"the text is yes", "", text + "\r", `yes=true how="typed" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"a line feed is Enter", "", text + "\n", `yes=true how="typed" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"a corrected letter is yes", "", "db2:/srv/b\x7fa\r", `yes=true how="typed" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"a line wiped with Ctrl-U is yes", "", "nonsense\x15" + text + "\r", `yes=true how="typed" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"a wrong answer may be corrected", "", "db2:/srv/b\r\x7fa\r", `yes=true how="typed" wrong=1 interrupted=false typed=["db2:/srv/a"]`},
		{"three wrong ones are no", "", "x\r\r\r", `yes=false how="wrong" wrong=3 interrupted=false typed=[]`},
		{"a space at the end is wrong", "", text + " \r\x7f\r", `yes=true how="typed" wrong=1 interrupted=false typed=["db2:/srv/a"]`},
		{"a space before is wrong", "", " " + text + "\r\x15\r", `yes=false how="declined" wrong=1 interrupted=false typed=[]`},
		{"capitals are wrong", "", "DB2:/srv/a\r\x15\r", `yes=false how="declined" wrong=1 interrupted=false typed=[]`},
		{"Enter alone is no", "", "\r", `yes=false how="declined" wrong=0 interrupted=false typed=[]`},
		{"yes is no", "", "yes\r", `yes=false how="declined" wrong=0 interrupted=false typed=[]`},
		{"y is no", "", "y\r", `yes=false how="declined" wrong=0 interrupted=false typed=[]`},
		{"Esc declines", "", "\x1b", `yes=false how="declined" wrong=0 interrupted=false typed=[]`},
		{"Ctrl-D is no", "", "\x04", `yes=false how="end of input" wrong=0 interrupted=false typed=[]`},
		{"Ctrl-C interrupts", "", "\x03", `yes=false how="interrupted" wrong=0 interrupted=true typed=[]`},
		{"Ctrl-C after half a text interrupts", "", "db2\x03", `yes=false how="interrupted" wrong=0 interrupted=true typed=[]`},
		{"a paste types nothing", "", "\x1b[200~" + text + "\r\x1b[201~\r\r", `yes=false how="declined" wrong=1 interrupted=false typed=[]`},
		{"a paste may be corrected", "", "\x1b[200~" + text + "\x1b[201~\r" + text + "\r", `yes=true how="typed" wrong=1 interrupted=false typed=["` + text + `"]`},
		{"three pastes are no", "", strings.Repeat("\x1b[200~"+text+"\x1b[201~\r", 3), `yes=false how="wrong" wrong=3 interrupted=false typed=[]`},
		{"nobody types in time", "short deadline", "", `yes=false how="timeout" wrong=0 interrupted=false typed=[]`},
		{"two texts, one after the other", "twice", "secondary db2.cluster.gitlab.com\rindex 26\r", `yes=true how="typed" wrong=0 interrupted=false typed=["secondary db2.cluster.gitlab.com" "index 26"]`},
		{"the second text refused", "twice", "secondary db2.cluster.gitlab.com\r\r", `yes=false how="declined" wrong=0 interrupted=false typed=["secondary db2.cluster.gitlab.com"]`},
		{"a second Enter does not end the delay", "short delay", text + "\r\r\r", `yes=true how="typed" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"n in the delay is no", "delay", text + "\r\rn", `yes=false how="declined" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"Esc in the delay is no", "delay", text + "\r\x1b", `yes=false how="declined" wrong=0 interrupted=false typed=["db2:/srv/a"]`},
		{"Ctrl-C in the delay interrupts", "delay", text + "\r\x03", `yes=false how="interrupted" wrong=0 interrupted=true typed=["db2:/srv/a"]`},
	}
	for _, way := range ways {
		for _, c := range cases {
			t.Run(way.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				a := ask(t, append([]string{"APPROVE_QUESTION=" + c.question}, way.env...)...)
				a.asked()
				a.keys(c.keys)
				answer := a.answer()
				if got := short(answer); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
				if answer.Yes != (answer.Why == "") {
					t.Errorf("yes is %v, and its reason is %q", answer.Yes, answer.Why)
				}
				if !strings.Contains(answer.Shown, "rm ") {
					t.Errorf("the record of what was shown is %q", answer.Shown)
				}
				a.command.Wait()
				a.restored()
			})
		}
	}
}

func TestWhatComesFromOutsideIsNo(t *testing.T) {
	cases := []struct {
		name string
		do   func(*asking)
		want string
	}{
		{"the context ends", func(a *asking) { a.command.Process.Signal(syscall.SIGUSR1) }, `yes=false how="interrupted" wrong=0 interrupted=false typed=[]`},
		{"SIGTERM", func(a *asking) { a.command.Process.Signal(syscall.SIGTERM) }, `yes=false how="interrupted" wrong=0 interrupted=false typed=[]`},
		{"SIGINT", func(a *asking) { a.command.Process.Signal(syscall.SIGINT) }, `yes=false how="interrupted" wrong=0 interrupted=true typed=[]`},
		{"SIGHUP", func(a *asking) { a.command.Process.Signal(syscall.SIGHUP) }, `yes=false how="end of input" wrong=0 interrupted=false typed=[]`},
		{"SIGTSTP, then Enter", func(a *asking) { a.command.Process.Signal(syscall.SIGTSTP); a.keys("\r") }, `yes=false how="declined" wrong=0 interrupted=false typed=[]`},
	}
	for _, way := range ways {
		for _, c := range cases {
			t.Run(way.name+"/"+c.name, func(t *testing.T) {
				t.Parallel()
				a := ask(t, append([]string{"APPROVE_CANCEL=1"}, way.env...)...)
				a.asked()
				c.do(a)
				if got := short(a.answer()); got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
				a.command.Wait()
				a.restored()
			})
		}
		t.Run(way.name+"/the terminal hangs up", func(t *testing.T) {
			t.Parallel()
			a := ask(t, way.env...)
			a.asked()
			a.master.Close()
			if got, want := short(a.answer()), `yes=false how="end of input" wrong=0 interrupted=false typed=[]`; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestTypeAheadIsThrownAwayAndSaid(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, append([]string{"APPROVE_WAIT=1"}, way.env...)...)
			a.await("waiting")
			a.keys("db2:/srv/a\r")
			a.await("db2:/srv/a") // the echo: it has arrived
			a.command.Process.Signal(syscall.SIGUSR2)
			a.asked()
			a.await("11 bytes typed before")
			a.keys("\r")
			if answer := a.answer(); answer.Yes {
				t.Error("what was typed before the question answered it")
			}
		})
	}
}

func TestPasteIsRefusedWithAWord(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, way.env...)
			a.asked()
			a.keys("\x1b[200~db2:/srv/a\x1b[201~")
			a.await("asting is refused")
			a.keys("\x03")
			a.answer()
		})
	}
}

func TestAWrongAnswerShowsWhereItDiffers(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			a := ask(t, way.env...)
			a.asked()
			a.keys("db2:/srv/b\r")
			a.await(`character 10 is "b", not "a"; correct it, 2 tries left`)
			a.keys("\x03")
			if answer := a.answer(); strings.Contains(answer.Shown, "/srv/b") {
				t.Errorf("what was typed wrongly is kept: %q", answer.Shown)
			}
		})
	}
}

func TestATextFromMemoryIsNeverWritten(t *testing.T) {
	for _, way := range ways {
		t.Run(way.name, func(t *testing.T) {
			t.Parallel()
			p := openPseudoTerminal(t, 80, 24)
			a := askOn(t, p, append([]string{"APPROVE_QUESTION=from memory"}, way.env...)...)
			a.asked()
			a.await("the name of this host")
			a.keys("xyz\r")
			a.await("that is not the text")
			a.keys("\x03")
			a.answer()
			if rest := strings.ReplaceAll(a.output(), "@db2", ""); strings.Contains(rest, "db2") || strings.Contains(rest, "character") {
				t.Errorf("the text or a hint to it is on the terminal: %q", rest)
			}
		})
	}
}

func TestTheTerminalIsAskedNothing(t *testing.T) {
	for _, term := range []string{"xterm-256color", "xterm-kitty", "xterm-ghostty", "tmux-256color", "linux", "vt100"} {
		t.Run(term, func(t *testing.T) {
			t.Parallel()
			a := ask(t, "TERM="+term, "TERM_PROGRAM=ghostty", "APPROVE_AFTER=1")
			a.asked()
			a.keys("db2:/srv/a\r")
			a.await("the command reads")
			a.keys("its own input\n")
			a.await("the command got its own input.")
			for _, question := range []string{"$p", "\x1b[?u", "\x1b[>", "\x1b[=", "\x1b[<", "\x1b[c", "\x1b[0c", "\x1b[5n", "\x1b[6n", "\x1b]10;?", "\x1b]11;?", "\x1bP+q"} {
				if strings.Contains(a.output(), question) {
					t.Errorf("%q is written: %q", question, a.output())
				}
			}
		})
	}
}

func TestNoColorIsHonouredWithAnyValue(t *testing.T) {
	for _, value := range []string{"NO_COLOR=", "NO_COLOR=1", "NO_COLOR=0"} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			a := ask(t, value, "APPROVE_QUESTION=standby")
			a.asked()
			a.keys("\x03")
			a.answer()
			for _, sgr := range []string{"\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[35m", "\x1b[36m", ";36m"} {
				if strings.Contains(a.output(), sgr) {
					t.Errorf("%q is written", sgr)
				}
			}
		})
	}
}

func TestTextOnACommandLineIsRefusedOnATerminal(t *testing.T) {
	a := ask(t, "APPROVE_TEXT=db2:/srv/a")
	answer := a.answer()
	if answer.Yes || !strings.Contains(answer.Why, "history") || strings.Contains(answer.Why, "db2:/srv/a") {
		t.Errorf("got %s, %q", short(answer), answer.Why)
	}
}

func TestProgressShowsWhatIsLeftAndClearsItself(t *testing.T) {
	p := openPseudoTerminal(t, 120, 24)
	progress := New(Config{TTY: p.slave.Name(), Env: []string{"TERM=xterm", "NO_COLOR=1"}}).Progress()
	progress.Begin(asksFor("data-directory: datadir db", "filesystem: tree \x1b[2J"))
	p.await(" s, 2 of 2 left: data-directory: datadir db, filesystem: tree \\x1b[2J")
	progress.Done("data-directory: datadir db")
	p.await(" s, 1 of 2 left: filesystem: tree \\x1b[2J")
	progress.End()
	p.await("tree \\x1b[2J\r\x1b[K")
	progress.End()
}

func TestProgressOfFastProbesShowsNothing(t *testing.T) {
	// On a busy machine what is fast may take long: then it is tried again.
	for end := time.Now().Add(patience); time.Now().Before(end); {
		p := openPseudoTerminal(t, 80, 24)
		progress := New(Config{TTY: p.slave.Name(), Env: []string{"TERM=xterm"}}).Progress()
		began := time.Now()
		progress.Begin(asksFor("fast"))
		progress.End()
		if time.Since(began) >= progressAfter {
			continue
		}
		time.Sleep(2 * progressAfter)
		if p.output() != "" {
			t.Errorf("it wrote %q", p.output())
		}
		return
	}
	t.Error("nothing was ever fast")
}
