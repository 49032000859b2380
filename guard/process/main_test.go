package process

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"blastguard/guard"
	"blastguard/internal/ptytest"
)

// TestMain lets the test binary be started again by another name: as guard, a
// small one that refuses nothing and runs its arguments, or as interrupt.
func TestMain(m *testing.M) {
	switch filepath.Base(os.Args[0]) {
	case "guard":
		os.Exit(prefix())
	case "interrupt":
		InterruptForeground()
		os.Exit(99)
	default:
		os.Exit(m.Run())
	}
}

func prefix() int {
	dir, _ := os.Getwd()
	request := guard.Request{Argv: os.Args[1:], Dir: dir, Env: os.Environ()}
	e, err := Find(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, "guard:", err)
		if err.(*guard.NotRunnable).Missing {
			return guard.StatusNotFound
		}
		return guard.StatusNotExecutable
	}
	outcome := Run(context.Background(), request, e)
	if outcome.Error != "" {
		fmt.Fprintln(os.Stderr, "guard:", outcome.Error)
	}
	if outcome.Signal != 0 {
		Die(signalOf(outcome))
		return 128 + outcome.Signal
	}
	return outcome.Status
}

// programs makes a folder with guard and interrupt in it.
func programs(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"guard", "interrupt"} {
		if err := os.Symlink(self, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// environment has guard in its PATH. The race detector would sleep for a second
// at every end of the small guard.
func environment(t *testing.T) []string {
	t.Helper()
	return append(os.Environ(), "PATH="+programs(t)+":"+os.Getenv("PATH"), "LC_ALL=C", "GORACE=atexit_sleep_ms=0")
}

func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("%s is not installed", program)
	}
	return path
}

// interactive starts a bash with job control on a terminal, with guard in its
// PATH.
func interactive(t *testing.T) *ptytest.Session {
	t.Helper()
	cmd := exec.Command(need(t, "bash"), "--norc", "--noprofile", "-i")
	cmd.Dir = t.TempDir()
	cmd.Env = append(environment(t), "PS1=ready> ", "TERM=xterm", "HISTFILE=")
	session, err := ptytest.Start(cmd, ptytest.Size{Columns: 200, Rows: 50})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	expect(t, session, "ready> ")
	return session
}

func expect(t *testing.T, session *ptytest.Session, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := session.Expect(text); err != nil {
			t.Fatal(err)
		}
	}
}

func line(t *testing.T, session *ptytest.Session, text string) {
	t.Helper()
	if err := session.Send(text + "\r"); err != nil {
		t.Fatal(err)
	}
}

func key(t *testing.T, session *ptytest.Session, name string) {
	t.Helper()
	if err := session.Key(name); err != nil {
		t.Fatal(err)
	}
}
