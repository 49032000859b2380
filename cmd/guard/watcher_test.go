//go:build linux && (amd64 || arm64)

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// watcherOf is the copy of guard that watches a guard, or 0.
func watcherOf(guard int) int {
	children, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", guard))
	if err != nil {
		return 0
	}
	for _, list := range children {
		text, _ := os.ReadFile(list)
		for _, word := range strings.Fields(string(text)) {
			var pid int
			fmt.Sscan(word, &pid)
			line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
			if strings.Contains(string(line), "\x00watch\x00") {
				return pid
			}
		}
	}
	return 0
}

// startWatched starts a playbook, and returns when a copy watches its guard.
func startWatched(t *testing.T, h home, out *bytes.Buffer) (cmd *exec.Cmd, watcher int) {
	t.Helper()
	cmd = h.command("run", "--no-shipped", "./playbook.sh")
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "a copy watches", func() bool { watcher = watcherOf(cmd.Process.Pid); return watcher != 0 })
	return cmd, watcher
}

// Killed after a while, guard's copy says what happened and what to do, and so
// does the log.
func TestAKilledSupervisorIsSaidOnTheTerminalAndInTheLog(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "exec 2> /dev/null > /dev/null\nwhile [ ! -e go ]; do read -r line < /dev/null; done\n/bin/true || : > closed\n: > ended\n")
	var out bytes.Buffer
	cmd, _ := startWatched(t, h, &out)
	cmd.Process.Kill()
	cmd.Wait() // until the copy has closed it, too
	said := regexp.MustCompile(`guard: guard was killed while it supervised \./playbook\.sh \(entry 1\).*playbook\.sh\[\d+\]; to end it: kill \d+`)
	if !said.MatchString(out.String()) {
		t.Errorf("guard's copy said %q", out.String())
	}
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "ended"))
	if !h.has("closed") {
		t.Error("what is left still executes")
	}
	shown, err := h.command("history", "show", "1").CombinedOutput()
	if err != nil || !strings.Contains(string(shown), "guard itself ended while it supervised this") {
		t.Errorf("history show: %v\n%s", err, shown)
	}
	h.verify()
}

// A run that ends as it should ends its copy too, in silence.
func TestTheCopyThatWatchesEndsWithTheRun(t *testing.T) {
	for name, script := range map[string]string{
		"everything ends":      "while [ ! -e go ]; do read -r line < /dev/null; done",
		"something is left":    "while [ ! -e go ]; do read -r line < /dev/null; done; (exec > /dev/null 2>&1; until [ -e stop ] || [ ! -e playbook.sh ]; do /bin/sleep 0.02; done) &",
		"the run is stopped":   "while [ ! -e go ]; do read -r line < /dev/null; done; rm -r precious",
		"the script is killed": "while [ ! -e go ]; do read -r line < /dev/null; done; kill -9 $$",
	} {
		t.Run(name, func(t *testing.T) {
			h := playbookHome(t)
			h.script("playbook.sh", script)
			var out bytes.Buffer
			cmd, watcher := startWatched(t, h, &out)
			h.write("go", "")
			cmd.Wait()
			if exists(fmt.Sprintf("/proc/%d", watcher)) || strings.Contains(out.String(), "guard was killed") {
				t.Errorf("the copy is there: %v\n%s", exists(fmt.Sprintf("/proc/%d", watcher)), out.String())
			}
			h.write("stop", "")
		})
	}
}
