//go:build linux && (amd64 || arm64)

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What a text on the command line removes may be known only when its shell has
// expanded it. It is decided then, as in a script.
func TestWordsThatTheShellExpandsAreDecidedAtTheirStep(t *testing.T) {
	h := playbookHome(t)
	for text, removed := range map[string]string{
		`X=junk; rm -r "$X"`:                             "junk",
		`for i in junk; do rm -r $i; done`:               "junk",
		`cd "$PWD"; rm -r junk`:                          "junk",
		`X=junk; ls | grep -x "$X" | xargs rm -r`:        "junk",
		`export PATH="$PATH:/x"; X=junk; rm -r "$X"`:     "junk",
		`X=junk; rm -r "$X"; trap - EXIT`:                "junk",
		`eval "Y=junk"; rm -r "$Y"`:                      "junk",
		`f() { rm -r "$1"; }; f junk; sleep 0 & wait $!`: "junk",
		`mv junk a; rm -r a`:                             "junk",
		`mv precious a; mv a precious; rm -r precious`:   "",
		`X=precious; rm -r "$X"`:                         "",
		`cd "$PWD/precious" && cd .. && rm -r precious`:  "",
		`echo precious | xargs rm -r`:                    "",
	} {
		h.write("junk/a", "x")
		out, status := h.guarded("sh", "-c", text)
		if want := map[string]int{"junk": 0, "": 77}[removed]; status != want || h.has("junk") != (removed == "") || !h.has("precious") {
			t.Errorf("%s: status %d, junk %v, precious %v\n%s", text, status, h.has("junk"), h.has("precious"), out)
		}
	}
	for _, argv := range [][]string{{"find", "junk", "-exec", "rm", "-rf", "{}", "+"}, {"sh", "-c", "echo junk | xargs rm -r"}} {
		h.write("junk/a", "x")
		if out, status := h.guarded(argv...); status != 0 || h.has("junk") {
			t.Errorf("%q: status %d\n%s", argv, status, out)
		}
	}
	if out, status := h.guarded("find", "precious", "-exec", "rm", "-rf", "{}", "+"); !h.has("precious/a") || status == 0 {
		t.Errorf("find: status %d\n%s", status, out)
	}
	h.verify()
}

// A person is asked once for each, also where some words are known before.
func TestWhatStandsBesideUnknownWordsIsAskedOnce(t *testing.T) {
	h := playbookHome(t)
	h.write("lit/a", "x")
	h.write("junk/a", "x")
	if out, status := h.guarded("sh", "-c", `rm -r lit; X=junk; rm -r "$X"`); status != 0 || h.has("lit") || h.has("junk") {
		t.Errorf("status %d, lit %v, junk %v\n%s", status, h.has("lit"), h.has("junk"), out)
	}
	var entries []struct{ Operations []struct{ Program string } }
	text := h.json(&entries, "history", "list", "--json", "--program", "rm")
	if len(entries) != 2 {
		t.Errorf("%d entries for two removals: %s", len(entries), text)
	}
	// What is certain is still refused before the first step.
	h.write("junk/a", "x")
	if out, status := h.guarded("sh", "-c", `X=junk; rm -r "$X"; rm -r precious`); status != 77 || !h.has("junk") || !h.has("precious") {
		t.Errorf("status %d, junk %v, precious %v\n%s", status, h.has("junk"), h.has("precious"), out)
	}
	h.verify()
}

// A shell that may do itself what rm does, or that reads a file before its text, is
// not trusted with words that are not known: not every step would be seen.
func TestAShellThatMayRemoveThingsItselfIsRefusedBefore(t *testing.T) {
	h := playbookHome(t)
	h.write("junk/a", "x")
	const text = `X=junk; rm -r "$X"`
	h.write("bb/sh", string(busybox(t, h)))
	h.write("bb/bash", string(busybox(t, h)))
	h.write("loads", "")
	for _, name := range []string{"sh", "bash"} {
		if err := os.Chmod(filepath.Join(h.dir, "bb", name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(h.dir, "bb", "sh"), filepath.Join(h.dir, "ash")); err != nil {
		t.Fatal(err)
	}
	path := h.dir + "/bb:" + os.Getenv("PATH")
	for _, argv := range [][]string{
		{"--supervise=never", "sh", "-c", text},
		{"busybox", "sh", "-c", text},
		{"./ash", "-c", text},
		{"env", "./ash", "-c", text},
		{h.dir + "/bb/sh", "-c", text},
		{h.dir + "/bb/bash", "-c", text},
		{"bash", "-o", "monitor", "-c", text},
		{"bash", "-O", "lastpipe", "-c", text},
		{"sh", "-c", `X=junk; sudo -n -s rm -r "$X"`},
		{"sh", "-c", `X=junk; sudo -nE --shell rm -r "$X"`},
		{"env", "PATH=" + path, "sh", "-c", text},
		{"sh", "-c", "PATH=" + path + `; sh -c '` + text + `'`},
		{"sh", "-c", "PATH=" + path + ` sh -c '` + text + `'`},
		{"zsh", "-c", "zmodload zsh/files; " + text},
		{"zsh", "-c", text},
		{"bash", "-c", "enable -f files.so rm; " + text},
		{"bash", "-lc", text},
		{"bash", "--login", "-c", text},
		{"bash", "--rcfile", "loads", "-ic", text},
		{"env", "BASH_ENV=loads", "bash", "-c", text},
		{"sh", "-c", "BASH_ENV=loads bash -c '" + text + "'"},
		{"sh", "-c", "(sleep 9; " + text + ") &"},
		{"timeout", "--foreground", "1", "sh", "-c", "(sleep 9; " + text + ")"},
		{"timeout", "--foreg", "1", "sh", "-c", "(sleep 9; " + text + ")"},
		{"timeout", "-vf", "1", "sh", "-c", "(sleep 9; " + text + ")"},
		{"sh", "-c", "(sleep 9; " + text + ") & wait"},
		{"sh", "-c", "flock junk -c '" + text + "'"},
		{"env", "PATH=" + path, "find", "junk", "-exec", "rm", "-r", "{}", "+"},
		{"bash", "-c", "set -m; setsid sh -c '" + text + "'"},
		{"bash", "-c", "shopt -s lastpipe; (sleep 9; " + text + ") | exit"},
		{"sh", "-c", "f() { sleep 9; " + text + "; }; f &"},
	} {
		out, status := h.guarded(argv...)
		if status != 77 || !strings.Contains(out, "not known: it is precious") || !h.has("junk") {
			t.Errorf("%q: status %d, junk %v\n%s", argv, status, h.has("junk"), out)
		}
	}
	t.Setenv("BASH_ENV", "loads")
	if out, status := h.guarded("bash", "-c", text); status != 77 || !h.has("junk") {
		t.Errorf("BASH_ENV: status %d\n%s", status, out)
	}
	h.verify()
}

// busybox is its program, or something that says of itself what that says.
func busybox(t *testing.T, h home) []byte {
	t.Helper()
	if file, err := exec.LookPath("busybox"); err == nil {
		if text, err := os.ReadFile(file); err == nil {
			return text
		}
	}
	return []byte("#!/bin/dash\n# BusyBox v1.35\n")
}

// What a policy calls secret is written nowhere, also in the command as a whole.
func TestASecretInATextStaysOneWhereItsStepIsDecidedLater(t *testing.T) {
	h := playbookHome(t)
	h.write("junk/a", "x")
	h.write("config/guard/policies/drop.hcl", `
command "drop" {
  program = "dropthing"
  flag "pin" {
    type      = string
    sensitive = true
  }
  operand "what" { type = list(string) }
}
policy "drop" {
  applies_to = [command.drop]
  rule "some" { condition = length(arg.what) < 9 }
}
`)
	h.script("dropthing", "exit 0")
	t.Setenv("PATH", h.dir+":"+os.Getenv("PATH"))
	const secret = "zq81xk"
	argv := []string{"sh", "-c", `X=junk; dropthing --pin=` + secret + ` "$X"`}
	said, status := h.guarded(argv...)
	if status != 0 {
		t.Fatalf("status %d\n%s", status, said)
	}
	checked, _ := h.command(append([]string{"check", "--no-shipped"}, argv...)...).CombinedOutput()
	listed, _ := h.command("history", "list", "--json").CombinedOutput()
	shown, _ := h.command("history", "show", "1").CombinedOutput()
	if !strings.Contains(string(shown), "dropthing --pin") {
		t.Errorf("the entry does not show it:\n%s", shown)
	}
	for where, text := range map[string]string{"said": said, "check": string(checked), "list": string(listed), "show": string(shown)} {
		if strings.Contains(text, secret) {
			t.Errorf("%s: the secret stands in\n%s", where, text)
		}
	}
	h.verify()
}

// What is expected of one command is held against the whole, and is not left to
// steps that may not have it.
func TestExpectationsOfATextAreKnownBefore(t *testing.T) {
	h := playbookHome(t)
	h.write("junk/a", "x")
	if out, status := h.guarded("--expect", "role=secondary", "sh", "-c", `X=junk; rm -r junk; rm -r "$X"`); status != 77 || !h.has("junk") {
		t.Errorf("status %d, junk %v\n%s", status, h.has("junk"), out)
	}
	h.script("inner.sh", `rm -r junk`)
	h.script("outer.sh", "guard run --no-shipped --expect role=secondary ./inner.sh; echo =$?")
	if out, _ := h.guarded("./outer.sh"); !h.has("junk") || !strings.Contains(out, "does not know what --expect states") || !strings.Contains(out, "=125") {
		t.Errorf("nested: junk %v\n%s", h.has("junk"), out)
	}
	h.verify()
}

// What a text moves and then removes is asked about by what it is then; where its
// steps are not seen, a person is asked for the whole.
func TestATextThatMovesWhatItRemoves(t *testing.T) {
	playbookHome(t) // which skips where nothing is supervised
	h := newHome(t)
	h.write("data/a", "x")
	const text = `mv data gone && rm -rf gone`
	if out, err := h.unasked("sh", "-c", text); err == nil || !h.has("gone") || !strings.Contains(string(out), "sh → rm") {
		t.Errorf("it was not asked about at its step: %v\n%s", err, out)
	}
	if err := os.Rename(filepath.Join(h.dir, "gone"), filepath.Join(h.dir, "data")); err != nil {
		t.Fatal(err)
	}
	for _, argv := range [][]string{
		{"--supervise=never", "sh", "-c", text}, {"zsh", "-c", text}, {"sh", "-c", "mv data gone; (sleep 9; rm -rf gone) & /bin/true"},
	} {
		out, err := h.unasked(argv...)
		if err == nil || !h.has("data") || !strings.Contains(string(out), "no terminal") {
			t.Errorf("%q: %v, data %v\n%s", argv, err, h.has("data"), out)
		}
	}
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	h.write("moves.sh", "mv data gone")
	if out, err := h.unasked("sh", "-c", ". ./moves.sh; rm -rf gone"); err == nil || !h.has("gone") || !strings.Contains(string(out), "sh → rm") {
		t.Errorf("what a sourced file moves: %v, gone %v\n%s", err, h.has("gone"), out)
	}
	if err := os.Rename(filepath.Join(h.dir, "gone"), filepath.Join(h.dir, "data")); err != nil {
		t.Fatal(err)
	}
	if out, err := h.unasked("--supervise=never", "sh", "-c", ". ./moves.sh; rm -rf "+h.dir+"/gone"); err == nil || !h.has("data") || !strings.Contains(string(out), "no terminal") {
		t.Errorf("unsupervised: %v, data %v\n%s", err, h.has("data"), out)
	}
	h.verify()
}

// find and xargs do nothing themselves that lasts: what they execute is asked about,
// and not they.
func TestFindAndXargsAreNotAskedAboutThemselves(t *testing.T) {
	playbookHome(t)
	h := newHome(t)
	h.write("some/a.tmp", "x")
	if out, err := h.unasked("find", "some", "-name", "*.tmp", "-exec", "rm", "-f", "{}", "+"); err != nil || h.has("some/a.tmp") {
		t.Errorf("find: %v\n%s", err, out)
	}
	h.write("some/a.tmp", "x")
	h.write("names", "some/a.tmp")
	if out, err := h.unasked("xargs", "-a", "names", "rm", "-f"); err != nil || h.has("some/a.tmp") {
		t.Errorf("xargs: %v\n%s", err, out)
	}
	h.write("names", "some")
	if out, err := h.unasked("xargs", "-a", "names", "rm", "-rf"); err == nil || !h.has("some") || !strings.Contains(string(out), "xargs → rm") {
		t.Errorf("xargs of a directory: %v\n%s", err, out)
	}
	if out, err := h.unasked("find", "some", "-exec", "{}", ";"); err == nil || !strings.Contains(string(out), "no terminal") {
		t.Errorf("find of programs: %v\n%s", err, out)
	}
	h.verify()
}

// A file that a text empties is decided when its name is known, and what goes to a
// program empties none.
func TestRedirectionsOfATextAreDecidedAtTheirStep(t *testing.T) {
	playbookHome(t)
	h := newHome(t)
	h.write("small", "x")
	h.write("large", strings.Repeat("x", 2_000_000))
	for _, text := range []string{`exec > >(cat); echo said`, `F=new; echo x > "$F"`, `for f in small; do : > "$f"; done`} {
		if out, err := h.unasked("bash", "-c", text); err != nil {
			t.Errorf("%s: %v\n%s", text, err, out)
		}
	}
	if out, err := h.unasked("bash", "-c", `F=large; : > "$F"`); err == nil || !strings.Contains(string(out), "> large") {
		t.Errorf("a large file: %v\n%s", err, out)
	}
	if info, err := os.Stat(filepath.Join(h.dir, "large")); err != nil || info.Size() == 0 {
		t.Errorf("it was emptied: %v", err)
	}
	h.verify()
}

// unasked runs guard with the shipped policies and without a terminal.
func (h home) unasked(args ...string) ([]byte, error) {
	cmd := h.command(append([]string{"run"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd.CombinedOutput()
}

// A text that would break off half way is refused before its first step.
func TestATextThatChangesTheUserIsRefusedBeforeItStarts(t *testing.T) {
	h, run := unprivileged(t)
	for _, text := range []string{`echo be""gun; X=junk; rm -r "$X"; sudo -n true`, `echo be""gun; ./x.sh; sudo -n rm x`} {
		out, status := run("run", "--", "sh", "-c", text)
		if status != 77 || strings.Contains(out, "begun") || !strings.Contains(out, "sudo cannot change the user") {
			t.Errorf("%s: status %d\n%s", text, status, out)
		}
	}
	h.verify()
}
