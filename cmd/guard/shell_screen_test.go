package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blastguard/internal/ptytest"
)

func (s guardedShell) resize(columns, rows int) {
	s.t.Helper()
	s.check(s.Resize(ptytest.Size{Columns: columns, Rows: rows}))
}

const letter = "first line\nsecond line\nthird line\n"

func TestVimInAGuardedShell(t *testing.T) {
	needs(t, false, "vim")
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.write("letter", letter)
		s.line("vim -u NONE -N -n letter")
		s.see("second line")
		s.check(s.Send(":2\rdd"))
		s.gone("second line")
		// A command of vim's own is asked for, and vim comes back.
		s.line(":!asked vim")
		s.panel()
		s.check(s.Send("do it\r"))
		s.see("Press ENTER")
		s.key("enter")
		s.see("third line")
		// Ctrl-Z and fg as without guard.
		s.key("ctrl-z")
		s.prompt()
		s.gone("third line")
		s.line("fg")
		s.see("third line")
		s.line(":wq")
		s.prompt() // vim takes what is typed before it has ended
		s.says("after")
		if got, _ := os.ReadFile(filepath.Join(s.dir, "letter")); string(got) != "first line\nthird line\n" {
			t.Errorf("saved: %q", got)
		}
		if got := s.log("asked"); got != "vim" {
			t.Errorf("done: %q", got)
		}
	})
}

func TestLessInAGuardedShell(t *testing.T) {
	needs(t, false, "less")
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.write("pages", strings.Repeat("a line\n", 200)+"the end\n")
		s.line("less pages")
		s.see("a line")
		s.check(s.Send("G"))
		s.see("the end")
		s.line("!asked less")
		s.panel()
		s.check(s.Send("do it\r"))
		s.see("!done")
		s.key("enter")
		s.see("the end")
		s.check(s.Send("q"))
		s.gone("the end")
		s.says("after")
		if got := s.log("asked"); got != "less" {
			t.Errorf("done: %q", got)
		}
	})
}

// inBackground is a line that runs a command when the file "go" appears.
func inBackground(kind, command string) string {
	wait := "while [ ! -e go ]; do sleep 0.02; done; " + command
	if kind == "fish" {
		return "sh -c '" + wait + "' &" // fish has no jobs of its own functions
	}
	return "(" + wait + ") &"
}

// A background job asks while vim has the screen: vim draws it again.
func TestAQuestionAboveVim(t *testing.T) {
	needs(t, false, "vim")
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.write("letter", letter)
		s.line(inBackground(s.kind, "asked below"))
		s.prompt()
		s.line("vim -u NONE -N -n letter")
		s.see("second line")
		s.write("go", "")
		s.panel()
		s.gone("second line")
		s.check(s.Send("do it\r"))
		s.see("second line")
		s.gone("guard asks")
		s.check(s.Send(":2\rdd"))
		s.gone("second line")
		s.line(":q!")
		s.prompt()
		s.says("after")
		s.did("asked", "below")
	})
}

// A background job asks while a line is being typed: the line stands there again,
// and goes on.
func TestAQuestionAboveAPrompt(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line(inBackground(s.kind, "asked below"))
		s.prompt()
		s.check(s.Send("free half"))
		s.see("READY> free half")
		s.write("go", "")
		s.panel()
		s.gone("READY> free half")
		s.check(s.Send("do it\r"))
		s.see("READY> free half")
		s.line(" done")
		s.says("after")
		s.did("free", "half done")
		s.did("asked", "below")
	})
}

// What reads the terminal gets nothing of the answer.
func TestTheAnswerReachesNoCommand(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line(inBackground(s.kind, "asked below"))
		s.prompt()
		s.line("cat > typed")
		waitFor(t, filepath.Join(s.dir, "typed"))
		s.write("go", "")
		s.panel()
		s.check(s.Send("wrong\r"))
		s.see("tries left")
		s.check(s.Send("\x15do it\r\r"))
		s.back()
		// cat's terminal is the shell's again; the second Enter was thrown away.
		s.line("mine")
		s.expect("mine")
		s.key("ctrl-d")
		s.says("after")
		if got, _ := os.ReadFile(filepath.Join(s.dir, "typed")); string(got) != "mine\n" {
			t.Errorf("cat got %q", got)
		}
		s.did("asked", "below")
	})
}

// What a job writes while the question stands is shown afterwards.
func TestOutputWaitsForTheAnswer(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line(inBackground(s.kind, "echo late-$((40+2)); : > said"))
		s.prompt()
		s.line("asked first")
		s.panel()
		s.write("go", "")
		waitFor(t, filepath.Join(s.dir, "said"))
		s.check(s.Send("x"))
		s.see("❯ x")
		if strings.Contains(s.Text(), "late-42") {
			t.Errorf("it was shown below the question:\n%s", s.Screen())
		}
		s.key("esc")
		s.expect("late-42")
		s.says("after")
	})
}

// A terminal without an alternate screen is asked in lines.
func TestAPlainTerminal(t *testing.T) {
	h := shellHome(t)
	cmd := h.shellCommand("shell", "--no-shipped", "--plain", "bash")
	s := onTerminal(t, h, "bash", cmd, ready)
	s.line("asked plainly")
	s.expect("to confirm, type: do it")
	s.expect("> ")
	s.check(s.Send("do it\r"))
	s.expect("confirmed")
	s.prompt() // until then keys are thrown away
	s.says("after")
	if got := s.log("asked"); got != "plainly" {
		t.Errorf("done: %q", got)
	}
	if strings.Contains(s.Transcript(), "\x1b[?1049h") {
		t.Error("plain lines were asked for, and the alternate screen was taken")
	}
}
