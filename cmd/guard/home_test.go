package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// home is one guard with a home, a root and a log of its own.
type home struct {
	t   *testing.T
	dir string
}

func newHome(t *testing.T) home {
	t.Helper()
	return home{t, t.TempDir()}
}

// command is the test binary as guard, run in the home.
func (h home) command(args ...string) *exec.Cmd {
	h.t.Helper()
	return h.program("guard", args...)
}

// program is guard, or another that stands beside it in tests.
func (h home) program(name string, args ...string) *exec.Cmd {
	h.t.Helper()
	program, err := exec.LookPath(name)
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Dir = h.dir
	cmd.Env = append(os.Environ(), "HOME="+h.dir, "XDG_CONFIG_HOME="+h.dir+"/config", "XDG_STATE_HOME="+h.dir+"/state",
		"XDG_CACHE_HOME="+h.dir+"/cache", "GUARD_TEST_ROOT="+h.dir+"/root", "TERM=xterm-256color", "GUARD_AUDIT=", "GUARD_POLICIES=")
	return cmd
}

// write makes a file below the home, with its directories.
func (h home) write(name, content string) {
	h.t.Helper()
	path := filepath.Join(h.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		h.t.Fatal(err)
	}
}

// json runs guard and reads what it prints into value; the exit status is not
// looked at.
func (h home) json(value any, args ...string) string {
	h.t.Helper()
	out, err := h.command(args...).Output()
	if _, exited := err.(*exec.ExitError); err != nil && !exited {
		h.t.Fatal(err)
	}
	if err := json.Unmarshal(out, value); err != nil {
		h.t.Fatalf("%v: %v in %s", args, err, out)
	}
	return string(out)
}

// verify fails the test when the log does not.
func (h home) verify() {
	h.t.Helper()
	if out, err := h.command("history", "verify").CombinedOutput(); err != nil {
		h.t.Errorf("the log does not verify: %v\n%s", err, out)
	}
}
