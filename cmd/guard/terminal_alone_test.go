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

	"blastguard/internal/ptytest"
)

// withSudoers is guard where sudo reads other rules than this machine's: in a
// namespace of mounts of its own.
func (h home) withSudoers(rules string, args ...string) *exec.Cmd {
	h.t.Helper()
	needs(h.t, true, "sudo", "unshare")
	h.write("sudoers", rules)
	file := filepath.Join(h.dir, "sudoers")
	if err := os.Chmod(file, 0o440); err != nil {
		h.t.Fatal(err)
	}
	inside := h.command(args...)
	cmd := exec.Command("unshare", append([]string{"--mount", "--propagation", "private", "sh", "-c",
		`mount --bind "$1" /etc/sudoers || exit 99; shift; exec "$@"`, "sh", file, inside.Path}, args...)...)
	cmd.Dir, cmd.Env = inside.Dir, inside.Env
	return cmd
}

// confirmed types the text of the question on the terminal, and waits for the end.
func confirmed(t *testing.T, cmd *exec.Cmd, text string) (status int, s *ptytest.Session) {
	t.Helper()
	session, err := ptytest.Start(cmd, ptytest.Size{Columns: 160, Rows: 50})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	if err := session.See("Enter confirms"); err != nil {
		t.Fatal(err)
	}
	if err := session.Send(text + "\r"); err != nil {
		t.Fatal(err)
	}
	status, signal, err := session.Wait()
	if err != nil || signal != 0 {
		t.Fatalf("ended by %v: %v", signal, err)
	}
	return status, session
}

// reader is a script that leaves somebody in the run who reads the terminal while
// guard asks about rm -rf old.
type reader struct{ name, needs, text string }

func readers() []reader {
	const background = " & while [ ! -s pid ]; do sleep 0.01; done\nrm -rf old\nkill $(cat pid)"
	return []reader{
		{"a sudo that relays keys", "sudo", "sudo rm -rf old"},
		{"a sudo in a sudo", "sudo", "sudo sh -c 'sudo rm -rf old; exit $?'"},
		{"a su that relays keys", "su", "su --pty root -c 'rm -rf old'"},
		{"a su that does not", "su", "su root -c 'rm -rf old'"},
		{"a recording", "script", "script -qec 'rm -rf old' /dev/null"},
		{"a program of several threads", "python3", `python3 -c '
import subprocess, sys, threading
threading.Thread(target=sys.stdin.read, daemon=True).start()
sys.stdout.flush()
import os
os._exit(subprocess.call(["rm", "-rf", "old"], stdin=subprocess.DEVNULL))'`},
		{"a terminal in a terminal", "python3", `python3 -c 'import pty; pty.spawn(["rm", "-rf", "old"])'`},
		{"a pager in the background", "less", "(sh -c 'echo $$ > pid; exec less after-all'; true)" + background},
		{"a read in the background", "cat", "sh -c 'echo $$ > pid; exec cat < /dev/tty > eaten'" + background},
		{"a reader at the end of a pipeline", "cat", "sh -c 'echo $$ > pid; exec cat < /dev/tty' | { while [ ! -s pid ]; do sleep 0.01; done; rm -rf old; kill $(cat pid); }"},
		{"a reader that comes later", "cat", "sh -c 'sleep 0.3; exec cat < /dev/tty > eaten' & pid=$!\nrm -rf old\nkill $pid"},
		{"nobody", "rm", "rm -rf old"},
	}
}

// sudoHome is a home with a script and a directory to remove.
func sudoHome(t *testing.T, script string) home {
	t.Helper()
	h := nearHome(t)
	h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
	h.write("old/a", "x")
	h.write("after-all", "x\n")
	h.script("script", script)
	return h
}

func sudoers(setting string) string {
	return "Defaults " + setting + "\nroot ALL=(ALL:ALL) NOPASSWD: ALL\n"
}

// While guard asks at a step of a script, nobody else in the run reads the keys.
func TestNobodyElseReadsTheAnswer(t *testing.T) {
	for _, reader := range readers() {
		t.Run(reader.name, func(t *testing.T) {
			t.Parallel()
			needs(t, true, reader.needs)
			h := sudoHome(t, reader.text+"\n: > after")
			status, session := confirmed(t, h.withSudoers(sudoers("use_pty"), "./script"), asked(t, h))
			if status != 0 || h.has("old") || !h.has("after") {
				t.Errorf("status %d, old %v, after %v\n%s", status, h.has("old"), h.has("after"), session.Screen())
			}
			h.toldHow("asking")
		})
	}
}

// Each of many runs can be confirmed, with both settings, wherever sudo stands.
func TestSudoInAScriptCanBeConfirmed(t *testing.T) {
	for _, setting := range []string{"use_pty", "!use_pty"} {
		for _, command := range []string{"./script", "sudo ./script", "sudo -u root sh script"} {
			for run := range 7 {
				t.Run(fmt.Sprintf("%s/%s/%d", setting, command, run), func(t *testing.T) {
					t.Parallel()
					h := sudoHome(t, "sudo -n rm -rf old\n: > after")
					status, session := confirmed(t, h.withSudoers(sudoers(setting), strings.Fields(command)...), asked(t, h))
					if status != 0 || h.has("old") || !h.has("after") {
						t.Errorf("status %d, old %v, after %v\n%s", status, h.has("old"), h.has("after"), session.Screen())
					}
				})
			}
		}
	}
}

// After a no, or when guard is killed at its question, all that stood still goes on.
func TestWhoStoodStillGoesOn(t *testing.T) {
	for _, killed := range []bool{false, true} {
		t.Run(fmt.Sprintf("guard killed %v", killed), func(t *testing.T) {
			h := sudoHome(t, "sh -c 'trap \"\" TERM HUP; echo $$ > pid; read key < /dev/tty' & while [ ! -s pid ]; do sleep 0.01; done\nrm -rf old")
			session, err := ptytest.Start(h.withSudoers(sudoers("use_pty"), "run", "--on-deny=continue", "./script"), ptytest.Standard)
			if err != nil {
				t.Fatal(err)
			}
			defer session.Close()
			if err := session.See("Enter confirms"); err != nil {
				t.Fatal(err)
			}
			pid, err := os.ReadFile(filepath.Join(h.dir, "pid"))
			if err != nil {
				t.Fatal(err)
			}
			state := func() string { return stateOf(strings.TrimSpace(string(pid))) }
			if state() != "t" {
				t.Errorf("while guard asks the reader is in state %q", state())
			}
			if killed {
				syscall.Kill(session.PID(), syscall.SIGKILL)
			} else {
				session.Key("esc")
			}
			eventually(t, "a reader that goes on", func() bool { return state() != "t" && state() != "T" })
			if !h.has("old/a") {
				t.Error("the target was touched")
			}
		})
	}
}

// stateOf is the state of a process, a letter; "" when it is gone.
func stateOf(pid string) string {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return ""
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	return rest[:1]
}

// nearHome is a home with a short name, which can be typed.
func nearHome(t *testing.T) home {
	t.Helper()
	dir, err := os.MkdirTemp("", "g")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return home{t, dir}
}

// asked is the text to type for the directory old.
func asked(t *testing.T, h home) string {
	t.Helper()
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	return host + ":" + filepath.Join(h.dir, "old")
}
