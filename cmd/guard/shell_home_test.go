package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/guard/supervise"
	"blastguard/internal/ptytest"
)

// shellPolicies govern two programs: asked needs a person, free runs.
const shellPolicies = `
command "asked" {
  program = "asked"
  operand "words" { type = list(string) }
}
command "free" {
  program = "free"
  operand "words" { type = list(string) }
}
policy "asks" {
  summary    = "do what is asked"
  applies_to = [command.asked]
  confirm { type = "do it" }
}
policy "lets" {
  applies_to = [command.free]
  rule "few words" { condition = length(arg.words) < 10 }
}
`

// ready is the prompt of a guarded shell in the tests.
const ready = "(guard) READY> "

// guardedShell is `guard shell` on a terminal, in a home of its own.
type guardedShell struct {
	*ptytest.Session
	home
	kind string
}

// shellHome has what a guarded shell of a test needs; every shell's own set-up
// shows the prompt "READY> ".
func shellHome(t *testing.T) home {
	t.Helper()
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	h := newHome(t)
	h.write("config/guard/policies/shell.hcl", shellPolicies)
	h.write("config/guard/policies/precious.hcl", keepsPrecious)
	h.write("config/guard/policies/rm.hcl", "command \"rm\" {\n  program = \"rm\"\n  flag \"recursive\" {\n    short = \"r\"\n    type  = bool\n  }\n  operand \"paths\" {\n    type     = list(string)\n    required = true\n  }\n}\n")
	for _, name := range []string{"asked", "free"} {
		h.write("bin/"+name, "#!/bin/sh\necho \"$*\" >> "+h.dir+"/"+name+".log\n")
		if err := os.Chmod(filepath.Join(h.dir, "bin", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h.write("precious/a", "x")
	h.write("tmp/.keep", "")
	h.write("data/fish/generated_completions/.keep", "") // fish would make them in the background
	h.write(".bashrc", "PS1='READY> '\nHISTFILE="+h.dir+"/history.bash\n")
	h.write(".zshrc", "PROMPT='READY> '\nHISTFILE="+h.dir+"/history.zsh\nSAVEHIST=100\nHISTSIZE=100\n")
	h.write("config/fish/config.fish", "set -g fish_greeting\nfunction fish_prompt\n  printf 'READY> '\nend\n")
	return h
}

// shellCommand is guard with the environment of a terminal session.
func (h home) shellCommand(args ...string) *exec.Cmd {
	cmd := h.command(args...)
	cmd.Env = append(cmd.Env, "LC_ALL=C.UTF-8", "PATH="+h.dir+"/bin:"+os.Getenv("PATH"), "TMPDIR="+h.dir+"/tmp",
		"XDG_DATA_HOME="+h.dir+"/data", "LESS=", "EDITOR=", "TMUX=", "PROMPT_COMMAND=", "ZDOTDIR=")
	for i, variable := range cmd.Env {
		if variable == "ZDOTDIR=" || variable == "PROMPT_COMMAND=" || variable == "TMUX=" {
			cmd.Env[i] = "UNUSED="
		}
	}
	return cmd
}

// startShell starts it and waits for the prompt.
func startShell(t *testing.T, h home, kind string, flags ...string) guardedShell {
	t.Helper()
	if _, err := exec.LookPath(kind); err != nil {
		t.Skipf("%s is not installed", kind)
	}
	return onTerminal(t, h, kind, h.shellCommand(append(append([]string{"shell", "--no-shipped"}, flags...), kind)...), ready)
}

func onTerminal(t *testing.T, h home, kind string, cmd *exec.Cmd, prompt string) guardedShell {
	t.Helper()
	session, err := ptytest.Start(cmd, ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The shell inside ends by the hang-up and then writes nothing any more.
		_ = syscall.Kill(session.PID(), syscall.SIGTERM)
		if _, _, err := session.Wait(); err != nil {
			t.Error(err)
		}
		session.Close()
	})
	h.t = t
	s := guardedShell{session, h, kind}
	s.expect(prompt)
	return s
}

// inEveryShell runs a test in bash, zsh and fish, in a home for each.
func inEveryShell(t *testing.T, test func(t *testing.T, s guardedShell)) {
	for _, kind := range shells() {
		t.Run(kind, func(t *testing.T) { test(t, startShell(t, shellHome(t), kind)) })
	}
}

func (s guardedShell) check(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s guardedShell) expect(text string) { s.t.Helper(); s.check(s.Expect(text)) }
func (s guardedShell) see(text string)    { s.t.Helper(); s.check(s.See(text)) }
func (s guardedShell) gone(text string)   { s.t.Helper(); s.check(s.Gone(text)) }
func (s guardedShell) key(name string)    { s.t.Helper(); s.check(s.Key(name)) }
func (s guardedShell) line(text string)   { s.t.Helper(); s.check(s.Send(text + "\r")) }

// panel waits for the question; what is typed before it is thrown away.
func (s guardedShell) panel() { s.t.Helper(); s.see("Enter confirms") }

// back waits until the question has given the screen back: what was typed before
// that is thrown away.
func (s guardedShell) back() { s.t.Helper(); s.gone("guard asks") }

// prompt waits for the next prompt: for one that was written after the mark.
func (s guardedShell) prompt() { s.t.Helper(); s.expect(ready) }

// says runs a command line that prints a word which is not on the line itself.
func (s guardedShell) says(word string) {
	s.t.Helper()
	s.line("printf '<%s>\\n' " + word)
	s.expect("<" + word + ">")
}

// log is what was done: the lines that asked or free have written.
func (h home) log(name string) string {
	text, _ := os.ReadFile(filepath.Join(h.dir, name+".log"))
	return strings.TrimSuffix(string(text), "\n")
}

// did waits until a background job has done what it was allowed to do.
func (s guardedShell) did(name, what string) {
	s.t.Helper()
	waitFor(s.t, filepath.Join(s.dir, name+".log"))
	for end := time.Now().Add(ptytest.Timeout); s.log(name) == "" && time.Now().Before(end); {
		time.Sleep(5 * time.Millisecond)
	}
	if got := s.log(name); got != what {
		s.t.Errorf("%s has done %q, want %q", name, got, what)
	}
}

// typed types a line until the program that writes what it reads to the file
// "typed" has it: what is typed while a shell hands over its terminal is lost, with
// guard as without.
func (s guardedShell) typed(text string) {
	s.t.Helper()
	for end := time.Now().Add(ptytest.Timeout); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if got, _ := os.ReadFile(filepath.Join(s.dir, "typed")); strings.Contains(string(got), text) {
			return
		}
		s.line(text)
	}
	s.t.Fatalf("%q was not read\n%s", text, s.Screen())
}

// ends waits for the end of guard.
func (s guardedShell) ends(status int) {
	s.t.Helper()
	got, signal, err := s.Wait()
	if err != nil || got != status || signal != 0 {
		s.t.Fatalf("ended with status %d, signal %v, %v; want %d\n%s", got, signal, err, status, s.Text())
	}
}

// untilIn waits until what is looked at holds a text, and returns it.
func untilIn(t *testing.T, text string, look func() string) string {
	t.Helper()
	for end := time.Now().Add(ptytest.Timeout); ; time.Sleep(20 * time.Millisecond) {
		got := look()
		if strings.Contains(got, text) {
			return got
		}
		if time.Now().After(end) {
			t.Fatalf("%q did not come:\n%s", text, got)
		}
	}
}
