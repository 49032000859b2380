package approve

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A real terminal emulator shows the panel as it was laid out, before and after
// the answer, and gets nothing else.
func TestPanelInTmux(t *testing.T) {
	tmux, err := exec.LookPath("tmux")
	if err != nil {
		t.Skip("tmux is not installed")
	}
	dir := t.TempDir()
	run := func(arguments ...string) string {
		command := exec.Command(tmux, append([]string{"-S", filepath.Join(dir, "s"), "-f", "/dev/null"}, arguments...)...)
		command.Env = append(os.Environ(), "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "TERM=xterm-256color", "TMUX=")
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v: %s", arguments, err, out)
		}
		return string(out)
	}
	child := "env LC_ALL=C.UTF-8 APPROVE_CHILD=1 APPROVE_QUESTION=standby APPROVE_ANSWER=" + dir + "/answer APPROVE_LOCKS=" + dir + " " + os.Args[0] + "; cat"
	run("new-session", "-d", "-x", "80", "-y", "24", child)
	t.Cleanup(func() { exec.Command(tmux, "-S", filepath.Join(dir, "s"), "kill-server").Run() })
	await := func(text string) string {
		for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
			screen := run("capture-pane", "-p")
			if strings.Contains(screen, text) {
				return screen
			}
			if time.Now().After(end) {
				t.Fatalf("%q is not on the screen:\n%s", text, screen)
			}
		}
	}
	await("Esc declines")
	run("send-keys", "-l", "secondary db3")
	run("send-keys", "Enter")
	await("▲")
	run("send-keys", "BSpace")
	run("send-keys", "-l", "2.cluster.gitlab.com")
	run("send-keys", "Enter")
	screen := await("✓ typed: secondary db2.cluster.gitlab.com")
	for _, text := range []string{" runs      rm -Rvf /var/opt/gitlab/postgresql/data", " policies  1a2b3c4d"} {
		if !strings.Contains(screen, text) {
			t.Errorf("%q is not on the screen:\n%s", text, screen)
		}
	}
	await(" log       /var/lib/guard/audit.db")
}
