package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard/supervise"
	"blastguard/internal/ptytest"
)

// However guard ends, the terminal is as it was found, and the shell inside was
// told as by a terminal that goes away.
func TestTheTerminalIsPutBack(t *testing.T) {
	for _, test := range []struct {
		name, end string
		signal    syscall.Signal // to guard
	}{
		{name: "by exit", end: "exit"},
		{name: "by the shell's death", end: "kill -9 $$"},
		{name: "by SIGTERM to guard", signal: syscall.SIGTERM},
		{name: "by SIGHUP to guard", signal: syscall.SIGHUP},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := shellHome(t)
			h.write("guarded.sh", "echo $$ > pid; exec guard shell --no-shipped bash\n")
			h.write("outside.sh", "stty -g > before; sh ./guarded.sh; stty -g > behind; : > outside\n")
			inside := h.shellCommand()
			inside.Path, inside.Args = "/bin/sh", []string{"sh", "./outside.sh"}
			s := onTerminal(t, h, "bash", inside, ready)
			s.told()
			if test.signal == 0 {
				s.line(test.end)
			} else {
				// Now that bash waits for a line: bash 5.2 leaves its jobs without a
				// word when SIGHUP reaches it in its PROMPT_COMMAND.
				s.check(syscall.Kill(s.pid("pid"), test.signal))
			}
			waitFor(t, filepath.Join(h.dir, "outside"))
			before, _ := os.ReadFile(filepath.Join(h.dir, "before"))
			behind, _ := os.ReadFile(filepath.Join(h.dir, "behind"))
			if string(before) != string(behind) || len(before) == 0 {
				t.Errorf("before %s behind %s", before, behind)
			}
			if test.signal != 0 {
				waitFor(t, filepath.Join(h.dir, "hup"))
			}
			h.verify()
		})
	}
}

// told starts a job that makes the file "hup" when it gets SIGHUP.
func (s guardedShell) told() {
	s.t.Helper()
	s.script("told.sh", "trap ': > hup; exit' HUP\n: > set\nwhile [ -e set ]; do sleep 0.05; done") // gone with its directory
	s.line("./told.sh &")
	waitFor(s.t, filepath.Join(s.dir, "set"))
	s.says("told") // a prompt before it may be one that was drawn again
	s.prompt()
}

// pid is the process that has written its number to a file.
func (s guardedShell) pid(name string) int {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	s.check(err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	s.check(err)
	return pid
}

// The window is closed: what is inside is told.
func TestAClosedWindowHangsUpInside(t *testing.T) {
	h := shellHome(t)
	needs(t, false, "bash")
	session, err := ptytest.Start(h.shellCommand("shell", "--no-shipped", "bash"), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	s := guardedShell{session, h, "bash"}
	s.expect(ready)
	s.told()
	s.check(session.HangUp())
	waitFor(t, filepath.Join(h.dir, "hup"))
}

// What is to live on lives on, can go on executing programs, and is named.
func TestWhatIsLeftBehindIsNamed(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.line("nohup sh -c 'while [ ! -e go ]; do sleep 0.05; done; /bin/echo on > lives' > /dev/null 2>&1 & disown")
	s.prompt()
	s.line("exit")
	s.ends(0)
	if !strings.Contains(s.Text(), "still running, and from now on not supervised: ") {
		t.Errorf("it is not named:\n%s", s.Text())
	}
	s.write("go", "")
	waitFor(t, filepath.Join(s.dir, "lives"))
}

// guard typed inside out of habit asks once.
func TestGuardInsideAGuardedShellAsksOnce(t *testing.T) {
	inEveryShell(t, func(t *testing.T, s guardedShell) {
		s.line("guard run --no-shipped -- asked nested")
		s.panel()
		s.check(s.Send("do it\r"))
		s.see("typed: do it")
		s.prompt()
		s.says("after")
		s.did("asked", "nested")
		var entries []map[string]any
		if text := s.json(&entries, "history", "list", "--json", "--program", "asked"); len(entries) != 1 {
			t.Errorf("%d entries for one command: %s", len(entries), text)
		}
		if shown, err := s.command("history", "show", "1").CombinedOutput(); !strings.Contains(string(shown), "accept  asked nested") {
			t.Errorf("it is not in the session's tree: %v\n%s", err, shown)
		}
	})
}

// What goes into another log is no step of the session there.
func TestAnotherLogHasNoSession(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.line("GUARD_AUDIT=$PWD/other.db guard run --no-shipped -- free elsewhere")
	s.prompt()
	s.says("after")
	cmd := s.command("history", "list", "--json")
	cmd.Env = append(cmd.Env, "GUARD_AUDIT="+s.dir+"/other.db")
	out, err := cmd.Output()
	if err != nil || !strings.Contains(string(out), "free elsewhere") || strings.Contains(string(out), `"run":`) {
		t.Errorf("%v: %s", err, out)
	}
}

// A script typed inside is supervised too; its refused step is a failed command,
// and neither the script nor the shell is stopped.
func TestAScriptInsideAGuardedShell(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.script("deploy.sh", "rm -r precious\nfree went on")
	s.line("./deploy.sh")
	s.expect("it is precious")
	s.says("after")
	s.did("free", "went on")
	if !s.has("precious/a") {
		t.Error("it was removed")
	}
	s.line("exit")
	s.ends(0)
	out, err := s.command("history", "show", "1").CombinedOutput()
	for _, want := range []string{"deploy.sh", "reject  rm -r precious", "accept  " + s.dir + "/bin/free went on"} {
		if !strings.Contains(string(out), want) && !strings.Contains(string(out), strings.ReplaceAll(want, s.dir+"/bin/", "")) {
			t.Errorf("history show: %v: no %q in\n%s", err, want, out)
		}
	}
}

// A playbook that guard is typed before is stopped at its refused step also there,
// and the shell goes on.
func TestAPlaybookInsideAGuardedShellIsStopped(t *testing.T) {
	h := shellHome(t)
	h.write("config/guard/policies/soft.hcl", "policy \"soft\" {\n  applies_to = [command.free]\n  rule \"soft\" {\n    condition   = false\n    enforcement = \"soft-mandatory\"\n  }\n}\n")
	s := startShell(t, h, "bash")
	h.write("old/a", "x")
	s.script("deploy.sh", "mkdir own; trap 'rm -r own; rm -r old; exit 3' TERM\nrm -r precious\nfree went on")
	s.line("guard run --no-shipped --override soft.rule.soft --reason x ./deploy.sh; echo \"<=$?>\"")
	s.expect("does not know this --override")
	s.expect("it is precious")
	s.expect("the playbook is stopped here")
	s.expect("the script is being stopped")
	s.expect(`guard history show "$GUARD_SHELL"`)
	s.expect("<=77>")
	s.says("after")
	if !s.has("old/a") || hasBirthTimes(s.dir) && s.has("own") {
		t.Errorf("its clean-up: old %v, own %v", s.has("old/a"), s.has("own"))
	}
	if got := s.log("free"); got != "" || !s.has("precious/a") {
		t.Errorf("done: %q, precious %v", got, s.has("precious/a"))
	}
	s.line("exit")
	s.ends(0)
	s.verify()
}

// An interactive program that guard was typed before is no playbook: a refused step in
// it is a failed command.
func TestAnInteractiveProgramInsideAGuardedShellIsNotStopped(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	host, err := os.Hostname()
	s.check(err)
	s.line("PS1='INN''ER> ' guard run --no-shipped -- bash --norc")
	s.panel()
	s.check(s.Send(host + "\r"))
	s.expect("INNER> ")
	s.line("rm -r precious")
	s.expect("it is precious")
	s.expect("INNER> ")
	s.says("after")
	s.line("exit 7")
	s.prompt()
	s.line("echo \"<=$?>\"")
	s.expect("<=7>")
	if strings.Contains(s.Text(), "stopped here") {
		t.Errorf("it says that something was stopped:\n%s", s.Text())
	}
}

// A shell may be open for days: each command is decided by the policies as they
// are then, also a bad one.
func TestPoliciesThatChangeWhileTheShellIsOpen(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.line("free before")
	s.prompt()
	s.write("config/guard/policies/more.hcl", "policy \"more\" {\n  applies_to = [command.free]\n  rule \"closed\" {\n    condition     = false\n    error_message = \"closed for today\"\n  }\n}\n")
	s.line("free behind")
	s.expect("closed for today")
	s.write("config/guard/policies/more.hcl", "policy {\n")
	s.prompt()
	s.line("free bad")
	s.expect("the policies cannot be used")
	s.says("after")
	if got := s.log("free"); got != "before" {
		t.Errorf("done: %q", got)
	}
}

// A script that guard is typed before is decided by the same files as the shell,
// also when they have just been changed.
func TestPoliciesThatChangeBeforeAnInnerScript(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.script("inner.sh", "free inner")
	s.write("config/guard/policies/more.hcl", "policy \"more\" {\n  applies_to = [command.free]\n  rule \"open\" {\n    condition = true\n  }\n}\n")
	s.line("guard run --no-shipped --supervise=require -- ./inner.sh; echo \"<=$?>\"")
	s.expect("<=0>")
	if got := s.log("free"); got != "inner" {
		t.Errorf("done: %q\n%s", got, s.Screen())
	}
}

func TestSudoInAGuardedShell(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can become another user")
	}
	needs(t, false, "bash", "sudo")
	h, _ := unprivileged(t)
	const nobody = 65534
	for name, text := range map[string]string{".bashrc": "PS1='READY> '\n", "tmp/.keep": ""} {
		h.write(name, text)
		for _, path := range []string{name, filepath.Dir(name)} {
			if err := os.Chown(filepath.Join(h.dir, path), nobody, nobody); err != nil {
				t.Fatal(err)
			}
		}
	}
	// As nobody: said at the start, and when it is tried.
	cmd := exec.Command("setpriv", "--reuid="+strconv.Itoa(nobody), "--regid="+strconv.Itoa(nobody), "--clear-groups", filepath.Join(h.dir, "guard"), "shell", "bash")
	full := h.shellCommand()
	cmd.Dir, cmd.Env = h.dir, append(full.Env, "SHELL=/bin/bash")
	s := onTerminal(t, h, "bash", cmd, "sudo cannot change the user in this shell")
	s.prompt()
	s.line("sudo -n id -un")
	s.expect("cannot change the user below an unprivileged guard")
	s.expect(`sudo guard shell --as "$USER" bash`)
	s.says("after")

	// As root for nobody: the shell is nobody's, and so are its terminal and files.
	h = shellHome(t)
	cmd = h.shellCommand("shell", "--no-shipped", "--as", "nobody", "bash")
	cmd.Env = append(cmd.Env, "TMPDIR="+os.TempDir()) // the home of the test is root's alone
	s = onTerminal(t, h, "bash", cmd, "(guard)")
	s.line("id -un; stat -c '%U' $(tty); echo HOME=$HOME; echo $- | grep -q i && echo interactive")
	for _, want := range []string{"nobody", "nobody", "HOME=/nonexistent", "interactive"} {
		s.expect(want)
	}
	s.line("exit 6")
	s.ends(6)
}

// A refusal in a multiplexer inside is told in the pane where it happened; one
// outside shows the question and gets its screen back.
func TestAGuardedShellAndTmux(t *testing.T) {
	needs(t, false, "tmux", "bash")
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	t.Run("inside", func(t *testing.T) {
		s := startShell(t, shellHome(t), "bash")
		s.line("tmux -S " + s.dir + "/sock -f /dev/null new-session 'PS1=pane: bash --norc'")
		t.Cleanup(func() { exec.Command("tmux", "-S", s.dir+"/sock", "kill-server").Run() })
		s.see("pane:")
		s.line("rm -r precious")
		s.see("it is precious")
		s.line("asked pane")
		s.panel()
		s.check(s.Send("do it\r"))
		s.back()
		s.see("pane:")
		s.did("asked", "pane")
		s.line("exit")
		s.see("exited]")
		s.says("after")
	})
	t.Run("outside", func(t *testing.T) {
		h := shellHome(t)
		tmux := func(words ...string) string {
			cmd := exec.Command("tmux", append([]string{"-S", filepath.Join(h.dir, "sock"), "-f", "/dev/null"}, words...)...)
			cmd.Dir, cmd.Env = h.dir, h.shellCommand().Env
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("tmux %v: %v\n%s", words, err, out)
			}
			return string(out)
		}
		tmux("new-session", "-d", "-x", "90", "-y", "30", "guard shell --no-shipped bash; : > ended; sleep 1000")
		t.Cleanup(func() { exec.Command("tmux", "-S", filepath.Join(h.dir, "sock"), "kill-server").Run() })
		see := func(text string) string {
			return untilIn(t, text, func() string { return tmux("capture-pane", "-p") })
		}
		typed := func(text string) { tmux("send-keys", "-l", text); tmux("send-keys", "Enter") }
		see("(guard) READY>")
		typed("printf 'history-%s\\n' 1; asked tmux")
		if screen := see("Enter confirms"); strings.Contains(screen, "history-1") {
			t.Errorf("the question does not have the screen to itself:\n%s", screen)
		}
		typed("do it")
		screen := see("history-1")
		if strings.Contains(screen, "guard asks") {
			t.Errorf("the question is still there:\n%s", screen)
		}
		tmux("resize-window", "-x", "100", "-y", "20")
		typed("stty size")
		see("20 100")
		typed("exit")
		waitFor(t, filepath.Join(h.dir, "ended"))
		if got := h.log("asked"); got != "tmux" {
			t.Errorf("done: %q", got)
		}
	})
}

// killed guards are the known limit: what is inside ends by the hang-up.
func TestAKilledGuardEndsItsShell(t *testing.T) {
	s := startShell(t, shellHome(t), "bash")
	s.line("echo $$ > shell.pid")
	s.prompt()
	text, err := os.ReadFile(filepath.Join(s.dir, "shell.pid"))
	if err != nil {
		t.Fatal(err)
	}
	_ = syscall.Kill(s.PID(), syscall.SIGKILL)
	untilIn(t, "gone", func() string {
		if exists(fmt.Sprintf("/proc/%s", strings.TrimSpace(string(text)))) {
			return "there"
		}
		return "gone"
	})
}
