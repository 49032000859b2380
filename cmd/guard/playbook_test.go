//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"errors"
	"io"
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

// keepsPrecious is a policy that refuses to remove what is called precious.
const keepsPrecious = `
policy "precious" {
  applies_to = [command.rm]
  rule "keep" {
    condition     = !contains(arg.paths, "precious")
    error_message = "it is precious"
  }
}
`

// playbookHome has the policy, a directory "precious" and no other policies, so
// that other removals need no person.
func playbookHome(t *testing.T) home {
	t.Helper()
	if err := supervise.Available(); err != nil {
		t.Skipf("nothing can be supervised here: %v", err)
	}
	h := newHome(t)
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n") // nobody is asked for the script as a whole
	h.write("config/guard/policies/precious.hcl", keepsPrecious)
	h.write("config/guard/policies/rm.hcl", "command \"rm\" {\n  program = \"rm\"\n  flag \"recursive\" {\n    short = [\"r\", \"R\"]\n    type  = bool\n  }\n  flag \"force\" {\n    short = \"f\"\n    type  = bool\n  }\n  operand \"paths\" {\n    type     = list(string)\n    required = true\n  }\n}\n")
	h.write("precious/a", "x")
	return h
}

func (h home) script(name, text string) {
	h.t.Helper()
	h.write(name, "#!/bin/sh\n"+text+"\n")
	if err := os.Chmod(filepath.Join(h.dir, name), 0o755); err != nil {
		h.t.Fatal(err)
	}
}

func (h home) has(name string) bool { return exists(filepath.Join(h.dir, name)) }

// guarded runs guard without the shipped policies and without a terminal.
func (h home) guarded(args ...string) (string, int) {
	h.t.Helper()
	cmd := h.command(append([]string{"run", "--no-shipped"}, args...)...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	out, err := cmd.CombinedOutput()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		h.t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

func TestANestedGuardIsAskedOnce(t *testing.T) {
	h := playbookHome(t)
	h.write("junk", "x")
	h.script("inner.sh", "rm junk\n/bin/true")
	h.script("outer.sh", "guard run --no-shipped ./inner.sh && guard run --no-shipped rm more && echo both")
	h.write("more", "x")
	out, status := h.guarded("./outer.sh")
	if status != 0 || h.has("junk") || h.has("more") || !strings.Contains(out, "an outer guard already supervises") || !strings.Contains(out, "both") {
		t.Errorf("status %d, junk %v, more %v\n%s", status, h.has("junk"), h.has("more"), out)
	}
	var entries []map[string]any
	if text := h.json(&entries, "history", "list", "--json", "--program", "rm"); len(entries) != 2 {
		t.Errorf("%d entries for two removals: %s", len(entries), text)
	}
	h.verify()
}

func TestANestedGuardDoesNotOpenTheDoor(t *testing.T) {
	h := playbookHome(t)
	h.script("inner.sh", "rm -r precious")
	h.script("outer.sh", "guard run --no-shipped ./inner.sh")
	if out, status := h.guarded("./outer.sh"); status != 77 || !h.has("precious") {
		t.Errorf("status %d, precious %v\n%s", status, h.has("precious"), out)
	}
}

// What a killed supervisor leaves behind can execute nothing, so no step goes by
// unseen; the log verifies and says that the outcome is not known.
func TestAKilledSupervisorFailsClosed(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", `: > started
while [ ! -e go ]; do read -r line < /dev/null; done
rm -r precious 2> refused
/bin/true || : > closed
: > ended`)
	cmd := h.command("run", "--no-shipped", "./playbook.sh")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(h.dir, "started"))
	cmd.Process.Kill()
	cmd.Wait()
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "ended"))
	if !h.has("precious") || !h.has("closed") {
		t.Errorf("precious %v, closed %v", h.has("precious"), h.has("closed"))
	}
	h.verify()
	if out, err := h.command("history", "show", "1").CombinedOutput(); err != nil || !strings.Contains(string(out), "unknown outcome") {
		t.Errorf("history show: %v\n%s", err, out)
	}
}

func TestADaemonThatAPlaybookLeavesGoesOn(t *testing.T) {
	h := playbookHome(t)
	h.script("daemon.sh", `while [ ! -e go ]; do sleep 0.01; done
for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true || exit 1; done
/bin/echo fine > result`)
	h.script("playbook.sh", "setsid ./daemon.sh > /dev/null 2>&1 &")
	out, status := h.guarded("./playbook.sh")
	if status != 0 || !strings.Contains(out, "still running") || !strings.Contains(out, "daemon.sh[") {
		t.Errorf("status %d\n%s", status, out)
	}
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "result"))
}

func TestAStepInTheBackgroundAtTheEndIsSeen(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "rm -r precious &")
	if out, status := h.guarded("./playbook.sh"); status != 77 || !h.has("precious") {
		t.Errorf("status %d, precious %v\n%s", status, h.has("precious"), out)
	}
}

func TestAPlaybookInAPipelineGivesItsOutputAndStatus(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "cat; echo out; exit 7")
	cmd := h.command("run", "--no-shipped", "./playbook.sh")
	cmd.Stdin = strings.NewReader("in\n")
	out, _ := cmd.Output()
	if string(out) != "in\nout\n" || cmd.ProcessState.ExitCode() != 7 {
		t.Errorf("status %d, output %q", cmd.ProcessState.ExitCode(), out)
	}
}

func TestSupervisionThatIsNotWantedOrNotToBeHad(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", ": > ran")
	h.write("config/guard/guard.hcl", "unmatched = \"deny\"\n")
	if out, status := h.guarded("./playbook.sh"); status != 77 || h.has("ran") {
		t.Errorf("what no policy governs is not refused: status %d, ran %v\n%s", status, h.has("ran"), out)
	}
	h.write("config/guard/guard.hcl", "unmatched = \"confirm\"\n")
	if out, status := h.guarded("--supervise=never", "./playbook.sh"); status != 77 || h.has("ran") {
		t.Errorf("never: status %d, ran %v\n%s", status, h.has("ran"), out)
	}
	if out, status := h.guarded("--supervise=sometimes", "./playbook.sh"); status != 125 || h.has("ran") {
		t.Errorf("a word that is none: status %d\n%s", status, out)
	}
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	if out, status := h.guarded("--supervise=require", "./playbook.sh"); status != 0 || !h.has("ran") {
		t.Errorf("require: status %d\n%s", status, out)
	}
}

func TestRootCanRunAPlaybookAsAUser(t *testing.T) {
	if os.Geteuid() != 0 || !supervise.Privileged() {
		t.Skip("needs root")
	}
	h := playbookHome(t)
	h.script("playbook.sh", `echo "I am $(id -un) $(id -G) $HOME"; rm -r precious; echo after`)
	if err := os.Chmod(filepath.Dir(h.dir), 0o755); err != nil {
		t.Fatal(err)
	}
	out, status := h.guarded("--as", "nobody", "./playbook.sh")
	if status != 77 || !strings.Contains(out, "I am nobody 65534 /nonexistent") || !h.has("precious") {
		t.Errorf("status %d\n%s", status, out)
	}
}

func TestAStoppedPlaybookEndsInTime(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", `(trap "" TERM; while :; do /bin/sleep 0.05; done) &
rm -r precious`)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	done := make(chan int, 1)
	go func() { _, status := h.guarded("./playbook.sh"); done <- status }()
	select {
	case status := <-done:
		if status != 77 {
			t.Errorf("status %d", status)
		}
	case <-ctx.Done():
		t.Fatal("what ignores SIGTERM is not ended")
	}
}

// The policies that decide the last step are those that decided the first.
func TestPoliciesThatChangeOnTheWayRefuse(t *testing.T) {
	h := playbookHome(t)
	h.write("junk", "x")
	h.script("playbook.sh", "echo '# other' >> config/guard/policies/precious.hcl; rm junk")
	// The first run keeps the index that lets the second load late.
	if out, status := h.guarded("--supervise=never", "true"); status != 0 {
		t.Fatalf("status %d\n%s", status, out)
	}
	h.guarded("rm", "-f", "nothing")
	out, status := h.guarded("./playbook.sh")
	if status != 77 || !h.has("junk") || !strings.Contains(out, "the policies changed since the script was started") {
		t.Errorf("status %d, junk %v\n%s", status, h.has("junk"), out)
	}
}

// A link that only the process itself can follow is no reason to let it pass.
func TestALinkThatGuardCannotFollowIsRefused(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "cp /bin/rm real; mkdir q; ln -s /proc/self/cwd/real q/rm; q/rm -r precious; : > after")
	if out, status := h.guarded("./playbook.sh"); status != 77 || !h.has("precious/a") || h.has("after") {
		t.Errorf("status %d, precious %v, after %v\n%s", status, h.has("precious/a"), h.has("after"), out)
	}
}

// What runs in another root is refused, whatever its links look like from here.
func TestAnotherRootIsRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, to change the root")
	}
	h := playbookHome(t)
	build := exec.Command("go", "build", "-o", filepath.Join(h.dir, "root/opt/tool"), "./testdata/touch")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build a static program: %v\n%s", err, out)
	}
	if err := os.MkdirAll(filepath.Join(h.dir, "root/bin"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/opt/tool", filepath.Join(h.dir, "root/bin/rm")); err != nil {
		t.Fatal(err)
	}
	h.script("playbook.sh", "chroot root /bin/rm precious; : > after")
	if out, status := h.guarded("./playbook.sh"); status != 77 || h.has("root/touched") || h.has("after") {
		t.Errorf("status %d, touched %v, after %v\n%s", status, h.has("root/touched"), h.has("after"), out)
	}
}

// A signal after the script's end does not take the supervisor from what the
// script left running.
func TestASignalAfterTheEndLeavesBackgroundWorkAlone(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "(until [ -e go ]; do /bin/sleep 0.02; done; /bin/true && : > survived) &\n: > ended\nexit 7")
	cmd := h.command("run", "--no-shipped", "./playbook.sh")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	waitFor(t, filepath.Join(h.dir, "ended"))
	syscall.Kill(cmd.Process.Pid, syscall.SIGHUP) // to guard alone
	cmd.Wait()
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "survived"))
	if status := cmd.ProcessState.ExitCode(); status != 7 && status != -1 {
		t.Errorf("ended with %v", cmd.ProcessState)
	}
}

// The copy that answers for what lives on holds nothing of the caller's: a lock
// or a pipe would be held for as long as a daemon lives.
func TestTheCopyLeftBehindHoldsNothingOfTheCaller(t *testing.T) {
	h := playbookHome(t)
	h.script("playbook.sh", "(exec 4>&-; until [ -e go ]; do /bin/sleep 0.02; done; /bin/true && : > survived) &\n: > ended")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	cmd := h.command("run", "--no-shipped", "./playbook.sh")
	cmd.ExtraFiles = []*os.File{nil, writer} // 4: the copy puts its listener at 3
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	// The long deadline only ends a hang: the end of file comes at once.
	reader.SetReadDeadline(time.Now().Add(ptytest.Timeout))
	if n, err := reader.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("read %d bytes, %v: somebody still holds the pipe", n, err)
	}
	h.write("go", "")
	waitFor(t, filepath.Join(h.dir, "survived"))
}
