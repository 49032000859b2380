package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/internal/ptytest"
)

// A guard that is killed while its command runs leaves an intent without an
// outcome: the log verifies, and says that the outcome is not known.
func TestAGuardKilledWhileTheCommandRunsLeavesAnUnknownOutcome(t *testing.T) {
	h := newHome(t)
	h.write("config/guard/guard.hcl", `unmatched = "allow"`)
	h.write("slow", "#!/bin/sh\n: > started\nexec sleep 300\n")
	if err := os.Chmod(filepath.Join(h.dir, "slow"), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd := h.command("./slow")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	waitFor(t, filepath.Join(h.dir, "started"))
	cmd.Process.Kill()
	cmd.Wait()

	h.verify()
	out, err := h.command("history", "show", "1").CombinedOutput()
	if err != nil || !strings.Contains(string(out), "unknown outcome") {
		t.Errorf("history show: %v\n%s", err, out)
	}
}

// A guard that is killed at its question has run nothing and recorded no run.
func TestAGuardKilledAtTheQuestionRanNothing(t *testing.T) {
	h := newHome(t)
	h.write("old/a", "x")
	session, err := ptytest.Start(h.command("rm", "-rf", "old"), ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	defer session.Close()
	if err := session.Expect(filepath.Join(h.dir, "old")); err != nil {
		t.Fatal(err)
	}
	syscall.Kill(session.PID(), syscall.SIGKILL)
	session.Wait()
	if _, err := os.Stat(filepath.Join(h.dir, "old/a")); err != nil {
		t.Errorf("the target was touched: %v", err)
	}
	if out, err := h.command("true").CombinedOutput(); err != nil {
		t.Errorf("the next guard: %v\n%s", err, out)
	}
	h.verify()
}

// A guard that is killed while it measures has recorded nothing.
func TestAGuardKilledWhileItMeasuresLeavesALogThatVerifies(t *testing.T) {
	h := newHome(t)
	h.write("file", "x")
	h.write("slow.hcl", `
policy "slow" {
  applies_to = [command.rm]
  probe "exec" "plan" {
    argv    = ["sh", "-c", ": > `+h.dir+`/measuring; exec sleep 300"]
    decode  = "json"
    timeout = "1m"
  }
  rule "r" {
    condition     = probe.plan.ok
    error_message = "no"
  }
}
`)
	cmd := h.command("--policies", "slow.hcl", "rm", "file")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(h.dir, "measuring"))
	cmd.Process.Kill()
	cmd.Wait()
	if _, err := os.Stat(filepath.Join(h.dir, "file")); err != nil {
		t.Errorf("the target was touched: %v", err)
	}
	if out, err := h.command("true").CombinedOutput(); err != nil {
		t.Errorf("the next guard: %v\n%s", err, out)
	}
	h.verify()
}

// waitFor waits until a file is there; the long deadline only ends a hang.
func waitFor(t *testing.T, path string) {
	t.Helper()
	for deadline := time.Now().Add(ptytest.Timeout); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(path); err == nil {
			return
		}
	}
	t.Fatalf("%s did not appear in %v", path, ptytest.Timeout)
}
