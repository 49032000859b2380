//go:build linux && (amd64 || arm64)

package main

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// closedPipe is a pipe that nobody reads any more.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	reads, writes, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	reads.Close()
	t.Cleanup(func() { writes.Close() })
	return writes
}

// Where nobody reads what guard says, it is lost; the script goes on to its end as
// it would by itself, and its status is right.
func TestAClosedPipeKillsNobody(t *testing.T) {
	for _, test := range []struct {
		name   string
		args   []string
		script string
		status int
		after  bool
	}{
		{"a refused step, and the rest goes on", []string{"--on-deny=continue", "./script"}, "rm -r precious\n: > after\nexit 3", 3, true},
		{"a refused step ends the script", []string{"./script"}, "rm -r precious\n: > after", 77, false},
		{"nothing is refused", []string{"./script"}, "rm -f junk\n: > after\nexit 4", 4, true},
		{"one program", []string{"touch", "after"}, "", 0, true},
		{"one program is refused", []string{"rm", "-r", "precious"}, "", 77, false},
		{"the result cannot be written", []string{"--result", "fd:3", "touch", "after"}, "", 0, true},
		{"the script writes", []string{"./script"}, "echo; trap '' PIPE; echo; : > after", 141, false},
		{"the script does not mind", []string{"./script"}, "trap '' PIPE\necho hello\n: > after\nexit 5", 5, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := playbookHome(t)
			h.script("script", test.script)
			cmd := h.command(append([]string{"run", "--no-shipped"}, test.args...)...)
			pipe := closedPipe(t)
			cmd.Stdout, cmd.Stderr, cmd.ExtraFiles = pipe, pipe, []*os.File{pipe}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
			_ = cmd.Run()
			ended := cmd.ProcessState.Sys().(syscall.WaitStatus)
			status := ended.ExitStatus()
			if ended.Signaled() {
				status = 128 + int(ended.Signal())
			}
			if status != test.status || h.has("after") != test.after || !h.has("precious") {
				t.Errorf("status %d, want %d; after %v, precious %v", status, test.status, h.has("after"), h.has("precious"))
			}
			h.toldHow("a closed pipe")
		})
	}
}

// What guard does about closed pipes it keeps for itself.
func TestWhatRunsBelowGuardDiesOfAClosedPipeAsWithoutIt(t *testing.T) {
	h := playbookHome(t)
	h.script("script", "grep -E '^Sig(Ign|Blk)' /proc/self/status; yes | head -1; set +e; (yes; echo $? >&2) 2> status | head -1; cat status")
	for _, start := range []string{"", "trap '' PIPE; ", "trap '' HUP INT USR1 XFSZ; "} {
		bare := exec.Command("sh", "-c", start+"exec ./script")
		bare.Dir = h.dir
		want, _ := bare.Output()
		for _, way := range []string{"run --no-shipped ./script", "run --no-shipped --supervise=never ./script"} {
			guard := h.command()
			cmd := exec.Command("sh", "-c", start+`exec "$@"`, "sh", guard.Path)
			cmd.Args = append(cmd.Args, strings.Fields(way)...)
			cmd.Dir, cmd.Env = guard.Dir, guard.Env
			got, err := cmd.Output()
			if string(got) != string(want) {
				t.Errorf("%s%s: %v\n%s\nwithout guard:\n%s", start, way, err, got, want)
			}
		}
	}
}
