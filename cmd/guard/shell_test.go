package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestAGuardedShellNeverRunsWhatIsRefused(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line("rm -r precious")
		s.expect("it is precious")
		s.says("after")
		if !s.has("precious/a") {
			t.Error("it was removed")
		}
		s.line("exit 7")
		s.ends(7)
		s.verify()
		out, err := s.command("history", "show", "1").CombinedOutput()
		if text := string(out); err != nil || !strings.Contains(text, "reject  rm -r precious") || !strings.Contains(text, "ended with 7") && !strings.Contains(text, "exit") {
			t.Errorf("history show: %v\n%s", err, text)
		}
		if left, _ := filepath.Glob(filepath.Join(s.dir, "tmp/guard-*")); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	})
}

func TestAGuardedShellRunsWhatIsConfirmedOnce(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line("asked once")
		s.panel()
		s.check(s.Send("do it\r"))
		s.back()
		s.says("after")
		if got := s.log("asked"); got != "once" {
			t.Errorf("done: %q", got)
		}
		if screen := s.Screen(); !strings.Contains(screen, "READY> asked once") || strings.Contains(screen, "guard asks") {
			t.Errorf("the screen was not given back:\n%s", screen)
		}
		if screen := s.Screen(); strings.Count(screen, "guard: asked: ") != 1 || !strings.Contains(screen, ": typed do it") {
			t.Errorf("no line is left of what was asked and answered:\n%s", screen)
		}
		s.line("exit")
		s.ends(0)
	})
}

func TestAGuardedShellTakesNoForNo(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		for _, key := range []string{"esc", "enter", "ctrl-c"} {
			s.line("asked " + key)
			s.panel()
			s.key(key)
			s.back()
			s.says(key + "-after")
		}
		if got := s.log("asked"); got != "" {
			t.Errorf("done: %q", got)
		}
	})
}

// Ctrl-C at the question ends the loop around the command, not the shell, and
// nothing outside.
func TestCtrlCAtTheQuestionEndsTheLoop(t *testing.T) {
	h := shellHome(t)
	h.write("outside.sh", "trap ': > interrupted' INT; guard shell --no-shipped bash; : > outside\n")
	cmd := h.shellCommand()
	cmd.Path, cmd.Args = "/bin/sh", []string{"sh", "./outside.sh"}
	s := onTerminal(t, h, "bash", cmd, ready)
	s.line("for i in 1 2 3; do asked $i; done")
	s.panel()
	s.key("ctrl-c")
	s.back()
	s.says("after")
	if strings.Contains(s.Screen(), "guard asks") || s.log("asked") != "" {
		t.Errorf("it went on: %q\n%s", s.log("asked"), s.Screen())
	}
	s.line("exit")
	waitFor(t, filepath.Join(s.dir, "outside"))
	if s.has("interrupted") {
		t.Error("what is around guard shell was interrupted too")
	}
}

// However fast it is typed: every line is run, once, in order.
func TestAGuardedShellSwallowsNoEnter(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		var typed, want strings.Builder
		const lines = 50
		for i := range lines {
			fmt.Fprintf(&typed, "free %d\r", i)
			fmt.Fprintf(&want, "%d\n", i)
		}
		s.check(s.Send(typed.String()))
		s.says("after")
		if got := s.log("free") + "\n"; got != want.String() {
			t.Errorf("done:\n%s", got)
		}
	})
}

// Every answer is followed by the next command at once; neither gets the other's
// keys.
func TestQuestionsAndEnterTakeTurns(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		const times = 5
		var want []string
		for i := range times {
			s.line(fmt.Sprintf("asked %d", i))
			s.panel()
			s.check(s.Send("do it\r"))
			s.back()
			s.prompt()
			want = append(want, fmt.Sprint(i))
		}
		s.says("after")
		if got := s.log("asked"); got != strings.Join(want, "\n") {
			t.Errorf("done: %q", got)
		}
	})
}

func TestJobsInAGuardedShell(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line("cat > typed")
		waitFor(t, filepath.Join(s.dir, "typed"))
		s.typed("before")
		s.key("ctrl-z")
		s.prompt()
		s.line("jobs")
		s.expect("cat > typed")
		s.prompt()
		s.line("fg")
		s.typed("behind")
		s.key("ctrl-d")
		s.prompt()
		s.line("sh -c ': > sleeping; exec sleep 1000'")
		waitFor(t, filepath.Join(s.dir, "sleeping"))
		s.key("ctrl-c")
		s.prompt()
		s.says("interrupted")
	})
}

func TestAGuardedShellSeesTheSize(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line("stty size")
		s.expect("24 80")
		s.prompt()
		s.resize(101, 31)
		s.line("stty size")
		s.expect("31 101")
	})
}

// The mark stands before whatever prompt the person's own set-up makes, and does
// not change what that shows.
func TestThePromptIsThePersonsOwn(t *testing.T) {
	files := map[string]string{"bash": ".bashrc", "zsh": ".zshrc", "fish": "config/fish/config.fish"}
	for _, test := range []struct{ name, kind, text string }{
		{"plain", "bash", `PS1='[$?]READY> '`},
		{"made each time", "bash", `PROMPT_COMMAND='PS1="[$?]READY> "'`},
		{"made each time, by a list that ends in a semicolon", "bash", `PROMPT_COMMAND='PS1="[$?]READY> ";'`},
		{"with hooks that may not be changed", "bash", `PS1='[$?]READY> '; PROMPT_COMMAND=:; readonly PROMPT_COMMAND`},
		{"made each time, by an array", "bash", `PROMPT_COMMAND=(: 'PS1="[$?]READY> "')`},
		{"a set-up that returns early", "bash", "PS1='[$?]READY> '\nreturn 0\nPS1=wrong"},
		{"a strict set-up", "bash", "PS1='[$?]READY> '\nset -u"},
		{"plain", "zsh", "PROMPT='[%?]READY> '"},
		{"made each time", "zsh", `precmd() { PS1="[$?]READY> " }`},
		{"made each time, by the last hook", "zsh", "PS1=x\nlater() { PROMPT='[%?]READY> ' }\nprecmd_functions=(later)"},
		{"a set-up that returns early", "zsh", "PROMPT='[%?]READY> '\nreturn 0\nPROMPT=wrong"},
		{"plain", "fish", "function fish_prompt; printf '[%s]READY> ' $status; end"},
		{"with the editor's mode", "fish", "fish_vi_key_bindings\nfunction fish_mode_prompt; end\nfunction fish_prompt; printf '[%s]READY> ' $status; end"},
	} {
		t.Run(test.kind+": "+test.name, func(t *testing.T) {
			needs(t, false, test.kind)
			h := shellHome(t)
			h.write(files[test.kind], test.text+"\n")
			s := onTerminal(t, h, test.kind, h.shellCommand("shell", "--no-shipped", test.kind), "(guard) [0]READY> ")
			s.line("sh -c 'exit 3'")
			s.expect("(guard) [3]READY> ")
			s.line("true")
			s.expect("(guard) [0]READY> ")
			s.line("printf '<%s>' $GUARD_SHELL")
			s.expect("<1>")
		})
	}
}

// A shell that stops itself is continued: there is nobody outside who could.
func TestAGuardedShellThatStopsItselfGoesOn(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.line("kill -STOP $$")
	s.prompt()
	s.line("suspend")
	s.prompt()
	s.says("after")
}

// Ctrl-Z is the job's: guard itself is never stopped by it.
func TestCtrlZStopsTheJobAndNotGuard(t *testing.T) {
	h := shellHome(t)
	h.write("outside.sh", "guard shell --no-shipped bash; echo \"outside <$?>\"\n")
	cmd := h.shellCommand()
	cmd.Path, cmd.Args = "/bin/bash", []string{"bash", "-m", "./outside.sh"}
	s := onTerminal(t, h, "bash", cmd, ready)
	s.key("ctrl-z")
	s.says("still")
	s.prompt()
	s.line("sh -c ': > sleeping; exec sleep 1000'")
	waitFor(t, filepath.Join(h.dir, "sleeping"))
	s.key("ctrl-z")
	s.prompt()
	s.line("exit 9")
	s.expect("There are stopped jobs")
	s.prompt()
	s.line("exit 9")
	s.expect("outside <9>")
}
