//go:build linux && (amd64 || arm64)

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Under a limit that guard cannot live with it says so in one line, before anything
// is run; under any other it does its work.
func TestLimitsOfFilesAndMemoryAreSaid(t *testing.T) {
	needs(t, false, "prlimit")
	limits := []string{"--as=100000000", "--as=700000000", "--as=1200000000", "--data=100000000", "--as=4000000000", "--data=1000000000", "--nofile=256"}
	for files := 7; files < 48; files += 3 {
		limits = append(limits, fmt.Sprintf("--nofile=%d", files))
	}
	h := playbookHome(t)
	h.script("script", "rm -f junk || exit 9\nexit 3")
	for _, limit := range limits {
		for _, args := range [][]string{{"./script"}, {"rm", "junk"}, {"rm", "-r", "precious"}} {
			h.write("junk", "x")
			guard := h.command(append([]string{"run", "--no-shipped"}, args...)...)
			cmd := exec.Command("prlimit", append([]string{limit, guard.Path}, guard.Args[1:]...)...)
			cmd.Dir, cmd.Env = guard.Dir, guard.Env
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			out, _ := cmd.CombinedOutput()
			status := cmd.ProcessState.ExitCode()
			works := map[string]int{"./script": 3, "rm": 0}[args[0]]
			if args[len(args)-1] == "precious" {
				works = 77
			}
			said := status == 125 && strings.Count(string(out), "\n") == 1 && strings.Contains(string(out), "nothing was run: the limit of") && h.has("junk")
			if status != works && !said || !h.has("precious") {
				t.Errorf("%s guard %v: status %d\n%s", limit, args, status, out)
			}
			if status == works && strings.HasPrefix(limit, "--as=1") || status != works && (limit == "--as=4000000000" || limit == "--data=1000000000" || limit == "--nofile=256") {
				t.Errorf("%s guard %v: status %d\n%s", limit, args, status, out)
			}
		}
	}
	h.toldHow("limits")
}

// A log that somebody holds for longer than guard waits before a command is waited
// for when the command has ended; guard says so.
func TestALogLockedAtTheEndKeepsTheOutcome(t *testing.T) {
	h := newHome(t)
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	h.script("slow", ": > reached\nwhile [ ! -e go ]; do sleep 0.01; done\nexit 3")
	cmd := h.command("run", "--supervise=never", "./slow")
	said, err := os.Create(filepath.Join(h.dir, "said"))
	if err != nil {
		t.Fatal(err)
	}
	defer said.Close()
	cmd.Stderr = said
	h.begun(cmd)
	release := h.holdLog()
	h.write("go", "")
	eventually(t, "a word about the lock", func() bool {
		text, _ := os.ReadFile(said.Name())
		return strings.Contains(string(text), "the command has ended, but the audit log is locked by")
	})
	release()
	ends(t, cmd)
	if status := cmd.ProcessState.ExitCode(); status != 3 {
		t.Errorf("status %d", status)
	}
	h.toldHow("at the end")
}
