//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/internal/ptytest"
)

// hanging is guard with a directory "dead" whose file system never answers.
func hanging(t *testing.T, h home) *exec.Cmd {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(h.dir, "dead"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := hung(h, "true").CombinedOutput(); err != nil {
		t.Skipf("no file system that hangs can be had here: %v: %s", err, out)
	}
	return hung(h, "guard", "run", "--no-shipped", "./playbook.sh")
}

func hung(h home, words ...string) *exec.Cmd {
	cmd := h.program("confined", append([]string{"hanging"}, words...)...)
	cmd.Env = append(cmd.Env, "HANGING="+filepath.Join(h.dir, "dead"))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return cmd
}

// ends waits for a command that must not hang; the long deadline only ends the
// test.
func ends(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-done:
	case <-time.After(ptytest.Timeout):
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		t.Fatal("it hangs")
	}
}

// A program on a file system that does not answer hangs, as without guard. The
// rest of the script goes on, each step is decided, and guard ends.
func TestAFileSystemThatHangsStopsNobodyElse(t *testing.T) {
	h := playbookHome(t)
	h.write("junk", "x")
	h.script("playbook.sh", `dead/tool > /dev/null 2>&1 &
PATH=$PWD/dead:$PATH /bin/true &
for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true || exit 1; done
rm junk
rm -r precious
: > after`)
	cmd := hanging(t, h)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ends(t, cmd)
	if status := cmd.ProcessState.ExitCode(); status != 77 || h.has("junk") || !h.has("precious") || h.has("after") {
		t.Errorf("status %d, junk %v, precious %v, after %v\n%s", status, h.has("junk"), h.has("precious"), h.has("after"), out.String())
	}
	h.verify()
}

// What still hangs when the script has ended is refused, and guard ends.
func TestWhatHangsAtTheEndIsRefused(t *testing.T) {
	for _, name := range []string{"tool", "rm"} {
		t.Run(name, func(t *testing.T) {
			h := playbookHome(t)
			h.script("playbook.sh", fmt.Sprintf("(dead/%s; echo $? > status) > /dev/null 2>&1 &\n/bin/true", name))
			cmd := hanging(t, h)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			ends(t, cmd)
			waitFor(t, filepath.Join(h.dir, "status"))
			text := ""
			eventually(t, "a status", func() bool {
				read, _ := os.ReadFile(filepath.Join(h.dir, "status"))
				text = strings.TrimSpace(string(read))
				return text != ""
			})
			if cmd.ProcessState.ExitCode() != 0 || text != "126" {
				t.Errorf("guard %v, the program %s", cmd.ProcessState, text)
			}
		})
	}
}

// A signal ends a script that waits for such a file. (dash holds signals back
// while it waits for a program to start, also without guard.)
func TestAScriptThatHangsCanBeEnded(t *testing.T) {
	needs(t, false, "bash")
	h := playbookHome(t)
	h.script("playbook.sh", "exec bash -c ': > started; dead/tool; : > after'")
	cmd := hanging(t, h)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(h.dir, "started"))
	syscall.Kill(-cmd.Process.Pid, syscall.SIGINT)
	ends(t, cmd)
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT || h.has("after") {
		t.Errorf("ended with %v, after %v", cmd.ProcessState, h.has("after"))
	}
}
