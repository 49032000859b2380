//go:build linux && (amd64 || arm64)

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"blastguard/internal/ptytest"
)

// confinements are the ways in which supervision is not available, with what guard
// says of each.
var confinements = map[string]string{
	"no-seccomp":      "a container may forbid it",
	"unknown-seccomp": "a container may forbid it",
	"no-reading":      "guard is not allowed to read the memory of its own child",
	"listened":        "an outer program already listens for seccomp notifications",
}

// forbidding is a home with a script whose steps alone are asked about. Where
// they cannot be seen, nobody has allowed the whole.
func forbidding(t *testing.T) home {
	t.Helper()
	h := playbookHome(t)
	h.script("playbook.sh", ": > ran")
	return h
}

// Without a terminal nobody can be asked for the whole, so nothing runs; and the
// log says no more than that.
func TestWhereSupervisionIsForbiddenTheWholeIsAskedFor(t *testing.T) {
	for way, why := range confinements {
		t.Run(way, func(t *testing.T) {
			h := forbidding(t)
			out, status := h.confined(way, "./playbook.sh")
			if status != 77 || h.has("ran") || strings.Count(out, "cannot be supervised") != 1 || !strings.Contains(out, why) {
				t.Errorf("status %d, ran %v\n%s", status, h.has("ran"), out)
			}
			h.verify()
		})
	}
}

func TestWhereSupervisionIsForbiddenItCannotBeRequired(t *testing.T) {
	for way, why := range confinements {
		t.Run(way, func(t *testing.T) {
			h := forbidding(t)
			out, status := h.confined(way, "--supervise=require", "./playbook.sh")
			if status != 125 || h.has("ran") || !strings.Contains(out, why) {
				t.Errorf("status %d, ran %v\n%s", status, h.has("ran"), out)
			}
			h.verify()
		})
	}
}

// Confirmed by the host's name, the whole runs, and the log shows an operation
// that nobody looked into.
func TestWhereSupervisionIsForbiddenTheHostsNameRunsTheWhole(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for way := range confinements {
		t.Run(way, func(t *testing.T) {
			h := forbidding(t)
			session, err := ptytest.Start(h.program("confined", way, "guard", "run", "--no-shipped", "./playbook.sh"), ptytest.Standard)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			answer(t, session, host)
			if status, _, err := session.Wait(); err != nil || status != 0 || !h.has("ran") {
				t.Errorf("status %d (%v), ran %v\n%s", status, err, h.has("ran"), session.Transcript())
			}
			var entries []struct {
				Verdict string
				Outcome struct {
					Started bool
					Error   string
				}
			}
			h.json(&entries, "history", "list", "--json")
			if len(entries) == 0 || !entries[0].Outcome.Started || len(entries) > 1 && entries[1].Outcome.Started {
				t.Errorf("the log has %+v", entries)
			}
			h.verify()
		})
	}
}

// confined runs guard below what forbids supervision, without a terminal.
func (h home) confined(way string, args ...string) (string, int) {
	h.t.Helper()
	cmd := h.program("confined", append([]string{way, "guard", "run", "--no-shipped"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		h.t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// answer types the text when it is asked for.
func answer(t *testing.T, session *ptytest.Session, text string) {
	t.Helper()
	if err := session.Expect(text); err != nil {
		t.Fatal(err)
	}
	enter(t, session, text)
}

func enter(t *testing.T, session *ptytest.Session, text string) {
	t.Helper()
	if err := session.Send(text); err != nil {
		t.Fatal(err)
	}
	if err := session.Key("enter"); err != nil {
		t.Fatal(err)
	}
}

// What a supervised script left running is seen by nobody any more: a guard
// below it is not told that somebody decides its steps.
func TestAGuardBelowWhatWasLeftBehindAsksForTheWhole(t *testing.T) {
	h := playbookHome(t)
	h.script("inner.sh", ": > ran")
	h.script("daemon.sh", `until [ -e go ]; do /bin/sleep 0.02; done
guard run --no-shipped ./inner.sh > said 2>&1
echo $? > status`)
	h.script("playbook.sh", "setsid ./daemon.sh > /dev/null 2>&1 &")
	if out, status := h.guarded("./playbook.sh"); status != 0 {
		t.Fatalf("status %d\n%s", status, out)
	}
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "status"))
	said, err := os.ReadFile(filepath.Join(h.dir, "said"))
	if err != nil || h.has("ran") || !strings.Contains(string(said), "already listens for seccomp notifications") {
		t.Errorf("%v: ran %v\n%s", err, h.has("ran"), said)
	}
}

// A guard that may be executed and not read has a child that it may not read.
func TestWithoutRightsAGuardThatMayNotReadItselfAsksForTheWhole(t *testing.T) {
	h, run := unprivileged(t)
	program := filepath.Join(h.dir, "guard")
	if err := os.Chown(program, 0, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(program, 0o711); err != nil {
		t.Fatal(err)
	}
	h.script("playbook.sh", ": > ran")
	if out, status := run("run", "./playbook.sh"); status != 77 || h.has("ran") || !strings.Contains(out, "executed, but not read") {
		t.Errorf("status %d, ran %v\n%s", status, h.has("ran"), out)
	}
	if out, status := run("run", "--supervise=require", "./playbook.sh"); status != 125 || h.has("ran") {
		t.Errorf("required: status %d, ran %v\n%s", status, h.has("ran"), out)
	}
}

// On a kernel before 5.19 a signal breaks off the wait of a step that is being
// asked about. It is asked once, runs once, and is one entry.
func TestOnAnOldKernelAStepIsAskedOnceThoughSignalsArrive(t *testing.T) {
	h := playbookHome(t)
	h.write("config/guard/policies/ask.hcl", "policy \"ask\" {\n  applies_to = [command.rm]\n  confirm {\n    type = \"yes, go on\"\n  }\n}\n")
	h.write("junk", "x")
	h.script("playbook.sh", "sh -c 'echo $$ > pid; exec rm junk'; [ ! -e junk ] && : > once")
	session, err := ptytest.Start(h.program("confined", "old-kernel", "guard", "run", "--no-shipped", "./playbook.sh"), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if err := session.Expect("yes, go on"); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(h.dir, "pid"))
	pid, errNumber := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || errNumber != nil {
		t.Fatal(err, errNumber)
	}
	for range 20 {
		syscall.Kill(pid, syscall.SIGSTOP)
		syscall.Kill(pid, syscall.SIGCONT)
	}
	enter(t, session, "yes, go on")
	if status, _, err := session.Wait(); err != nil || status != 0 || !h.has("once") {
		t.Errorf("status %d (%v)\n%s", status, err, session.Transcript())
	}
	var entries []map[string]any
	if text := h.json(&entries, "history", "list", "--json", "--program", "rm"); len(entries) != 1 {
		t.Errorf("%d entries for one step: %s", len(entries), text)
	}
	h.verify()
}
