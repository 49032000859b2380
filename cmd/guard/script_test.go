package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard/process"
	"blastguard/guard/supervise"
	"blastguard/internal/ptytest"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the test binary be guard itself, so that the scripts run the
// real program in processes of its own.
func TestMain(m *testing.M) {
	testscript.Main(tests{m}, map[string]func(){"guard": guardUnderTest, "confined": confined})
}

// tests are run with the signals of a person's terminal; guard itself begins with
// those that it is given.
type tests struct{ *testing.M }

func (t tests) Run() int {
	ptytest.DefaultSignals()
	return t.M.Run()
}

// guardUnderTest is main, but for the root below which /etc/guard and
// /var/lib/guard are looked for: scripts have a world of their own.
func guardUnderTest() {
	w := machineWorld()
	w.root = os.Getenv("GUARD_TEST_ROOT")
	status, signal := run(context.Background(), os.Args, w)
	if signal != 0 {
		process.Die(signal)
	}
	os.Exit(status)
}

func TestScripts(t *testing.T) {
	commands := ptytest.Commands()
	commands["fill"] = fill
	maps.Copy(commands, logCommands())
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup:               setup,
		Cmds:                commands,
		Condition:           condition,
	})
}

// setup gives each script a home, a root and a log of its own.
func setup(env *testscript.Env) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	work := env.WorkDir
	for name, value := range map[string]string{
		"HOME": filepath.Join(work, "home"), "HOST": host, "GUARD_TEST_ROOT": filepath.Join(work, "root"),
		"XDG_CONFIG_HOME": filepath.Join(work, "config"), "XDG_STATE_HOME": filepath.Join(work, "state"),
		"GUARD_AUDIT": "", "GUARD_POLICIES": "", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
		"USER": "", "SSH_CONNECTION": "", "NO_COLOR": "",
	} {
		env.Setenv(name, value)
	}
	for _, dir := range []string{"home", "config/guard/policies", "state", "root"} {
		if err := os.MkdirAll(filepath.Join(work, dir), 0o755); err != nil {
			return err
		}
	}
	// A short name, so that texts to type fit into one line of the panel.
	short, err := os.MkdirTemp("", "g")
	if err != nil {
		return err
	}
	env.Defer(func() { os.RemoveAll(short) })
	env.Setenv("D", short)
	// The umask of the machine must not make a policy writable by others.
	return os.Chmod(work, 0o755)
}

// condition adds [root]; [supervised]: steps can be seen here; and [temporary]: the
// tests' directory is a temporary one to the shipped policies, and says when a file
// was made.
func condition(name string) (bool, error) {
	switch name {
	case "root":
		return os.Geteuid() == 0, nil
	case "supervised":
		return supervise.Available() == nil, nil
	case "temporary":
		dir := os.TempDir()
		below := func(one string) bool { return strings.HasPrefix(dir+"/", one+"/") }
		return slices.ContainsFunc([]string{"/dev/shm", "/tmp", "/var/tmp"}, below) && hasBirthTimes(dir), nil
	}
	return false, fmt.Errorf("unknown condition %q", name)
}

// fill writes a file of N times a text: fill FILE N TEXT.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: fill FILE N TEXT")
	}
	var n int
	if _, err := fmt.Sscan(args[1], &n); err != nil {
		ts.Fatalf("fill: %v", err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Repeat(args[2], n)), 0o644))
}
