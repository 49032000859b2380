package shell

import (
	"fmt"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

// shimNames are programs that only write down how they were called.
var shimNames = []string{"rm", "mv", "cp", "dd", "p1", "p2", "p3", "chmod", "sub"}

// realNames are programs that run others; with PATH as it is they find shims
// only.
var realNames = []string{"env", "nice", "nohup", "timeout", "setsid", "stdbuf", "xargs", "find", "cat", "ionice", "flock", "bash", "dash", "sh"}

// arena is a directory in which a shell can be let loose: PATH holds shims,
// every path in the texts is relative.
type arena struct{ bin, log, work string }

func newArena(t *testing.T) arena {
	t.Helper()
	root := t.TempDir()
	a := arena{bin: filepath.Join(root, "bin"), log: filepath.Join(root, "log"), work: filepath.Join(root, "work")}
	for _, dir := range []string{a.bin, a.work, filepath.Join(a.work, "sub"), filepath.Join(a.work, "home")} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	shim := "#!/bin/sh\nprintf '%s\\0' \"$#\" \"$PWD\" \"${0##*/}\" \"$@\" >> '" + a.log + "'\n"
	for _, name := range shimNames {
		if err := os.WriteFile(filepath.Join(a.bin, name), []byte(shim), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range realNames {
		if path, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(path, filepath.Join(a.bin, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	return a
}

func (a arena) env() []string {
	return []string{"PATH=" + a.bin, "HOME=" + filepath.Join(a.work, "home"), "x=p q", "y="}
}

// ran is one call that a shim wrote down.
type ran struct {
	dir, program string
	args         []string
}

// let runs text in the shell and returns what the shims wrote, and the files
// that were emptied or replaced.
func (a arena) let(t *testing.T, shell, text string) (calls []ran, changed []string) {
	t.Helper()
	_ = os.Remove(a.log)
	files := []string{"keep1", "keep2", "sub/keep3"}
	for _, file := range files {
		if err := os.WriteFile(filepath.Join(a.work, file), []byte("aa bb\ncc\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.CommandContext(t.Context(), shell, "-c", text)
	command.Dir, command.Env = a.work, append(a.env(), "PWD="+a.work)
	runWhole(t, command)
	for _, file := range files {
		if data, err := os.ReadFile(filepath.Join(a.work, file)); err != nil || !strings.HasPrefix(string(data), "aa bb\ncc\n") {
			changed = append(changed, file)
		}
	}
	data, _ := os.ReadFile(a.log)
	fields := strings.Split(string(data), "\x00")
	for len(fields) > 3 {
		n, err := strconv.Atoi(fields[0])
		if err != nil || len(fields) < n+3 {
			t.Fatalf("log: %q", fields)
		}
		calls = append(calls, ran{fields[1], fields[2], fields[3 : n+3]})
		fields = fields[n+3:]
	}
	return calls, changed
}

// runWhole runs the command and waits for what it leaves in the background:
// each process holds the pipe until it ends. Its status says nothing here.
func runWhole(t *testing.T, command *exec.Cmd) {
	t.Helper()
	ended, held, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer ended.Close()
	command.ExtraFiles = []*os.File{held}
	_ = command.Run()
	held.Close()
	if err := ended.SetReadDeadline(time.Now().Add(2 * time.Minute)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, ended)
}

// covers: the operation stands for the call.
func covers(op guard.Operation, call ran) bool {
	if op.Opaque != "" {
		return true
	}
	if op.Dir.Reading == guard.Literal && op.Dir.Text != call.dir {
		return false
	}
	return op.Program == call.program && matches(op.Args, call.args)
}

func matches(words []guard.Word, args []string) bool {
	if len(words) == 0 {
		return len(args) == 0
	}
	switch words[0].Reading {
	case guard.Literal:
		return len(args) > 0 && args[0] == words[0].Text && matches(words[1:], args[1:])
	case guard.OneWord:
		return len(args) > 0 && matches(words[1:], args[1:])
	default:
		for i := range len(args) + 1 {
			if matches(words[1:], args[i:]) {
				return true
			}
		}
		return false
	}
}

func (a arena) check(t *testing.T, shell, text string) {
	t.Helper()
	context := Context{Dir: a.work, Env: a.env()}
	ops := Operations([]string{shell, "-c", text}, context)
	calls, changed := a.let(t, shell, text)
	for _, call := range calls {
		if !slices.ContainsFunc(ops, func(op guard.Operation) bool { return covers(op, call) }) {
			t.Errorf("%s -c %q ran %+v, which guard missed:\n%s", shell, text, call, listing(ops))
		}
	}
	for _, file := range changed {
		if !slices.ContainsFunc(ops, func(op guard.Operation) bool { return empties(op, filepath.Join(a.work, file)) }) {
			t.Errorf("%s -c %q changed %s, which guard missed:\n%s", shell, text, file, listing(ops))
		}
	}
}

func empties(op guard.Operation, file string) bool {
	if op.Opaque != "" {
		return true
	}
	if op.On != "truncate" || len(op.Args) != 3 {
		return false
	}
	target := op.Args[2]
	return target.Reading != guard.Literal || op.Dir.Reading != guard.Literal || filepath.Join(op.Dir.Text, target.Text) == file
}

func listing(ops []guard.Operation) string {
	var b strings.Builder
	for _, op := range ops {
		fmt.Fprintln(&b, "  "+shown(op))
	}
	return b.String()
}

func shellsHere(t *testing.T) []string {
	var found []string
	for _, name := range []string{"bash", "dash", "zsh", "mksh"} {
		if path, err := exec.LookPath(name); err == nil {
			found = append(found, path)
		}
	}
	if len(found) == 0 {
		t.Skip("no shell to compare with: none of bash, dash, zsh, mksh is installed")
	}
	return found
}

// No program is started, and no file emptied, without an operation for it.
func TestRealShellsRunNothingThatWasNotRead(t *testing.T) {
	a := newArena(t)
	for _, shell := range shellsHere(t) {
		for _, text := range handWritten {
			a.check(t, shell, text)
		}
	}
}

func TestRealShellsRunNothingThatWasNotReadInGeneratedTexts(t *testing.T) {
	a := newArena(t)
	for i, shell := range shellsHere(t) {
		random := rand.New(rand.NewSource(int64(i + 1)))
		for range generatedTexts {
			a.check(t, shell, generate(random, 4))
		}
	}
}
