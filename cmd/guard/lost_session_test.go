//go:build linux && (amd64 || arm64)

package main

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"blastguard/internal/ptytest"

	"golang.org/x/sys/unix"
)

// lostSession is one thing that happens to a guard from outside.
type lostSession struct {
	name   string
	happen func(pid int)
	ends   syscall.Signal // what guard must end by where the signals are its own; 0: it goes on
}

func lostSessions() []lostSession {
	send := func(numbers ...syscall.Signal) func(int) {
		return func(pid int) {
			for _, number := range numbers {
				syscall.Kill(pid, number)
			}
		}
	}
	apart := func(pause time.Duration, first, second syscall.Signal) func(int) {
		return func(pid int) {
			syscall.Kill(pid, first)
			time.Sleep(pause) // is what is tested
			syscall.Kill(pid, second)
		}
	}
	return []lostSession{
		{"HUP", send(unix.SIGHUP), unix.SIGHUP},
		{"INT", send(unix.SIGINT), unix.SIGINT},
		{"TERM", send(unix.SIGTERM), unix.SIGTERM},
		{"QUIT", send(unix.SIGQUIT), unix.SIGQUIT},
		{"USR1", send(unix.SIGUSR1), unix.SIGUSR1},
		{"ALRM", send(unix.SIGALRM), unix.SIGALRM},
		{"PIPE", send(unix.SIGPIPE), 0},
		{"HUP twice at once", send(unix.SIGHUP, unix.SIGHUP), unix.SIGHUP},
		{"HUP twice, 5 ms apart", apart(5*time.Millisecond, unix.SIGHUP, unix.SIGHUP), unix.SIGHUP},
		{"HUP twice, 30 ms apart", apart(30*time.Millisecond, unix.SIGHUP, unix.SIGHUP), unix.SIGHUP},
		{"TERM, then TERM again", apart(10*time.Millisecond, unix.SIGTERM, unix.SIGTERM), unix.SIGTERM},
		{"a storm of INT", send(unix.SIGINT, unix.SIGINT, unix.SIGINT, unix.SIGINT, unix.SIGINT, unix.SIGINT), unix.SIGINT},
	}
}

// measuredSlowly is a policy whose probe says that it was begun, and ends when it may.
const measuredSlowly = `
policy "slow" {
  applies_to = [command.rm]
  probe "exec" "plan" {
    argv    = ["sh", "-c", ": > DIR/reached; while [ ! -e DIR/go ]; do sleep 0.01; done; echo 1"]
    decode  = "number"
    timeout = "1m"
  }
  rule "known" {
    condition     = probe.plan == 1
    error_message = "no"
  }
}
`

// A moment brings a guard to where it is met, and lets it go on afterwards.
type moment struct {
	name  string
	own   bool // the signals are guard's own
	start func(h home) (cmd *exec.Cmd, onward func())
}

func moments() []moment {
	return []moment{
		{"measuring", true, func(h home) (*exec.Cmd, func()) {
			h.write("slow.hcl", strings.ReplaceAll(measuredSlowly, "DIR", h.dir))
			return h.begun(h.command("--policies", "slow.hcl", "rm", "file")), func() { h.write("go", "") }
		}},
		{"recording", true, func(h home) (*exec.Cmd, func()) {
			h.write("slow.hcl", strings.ReplaceAll(measuredSlowly, "DIR", h.dir))
			h.write("go", "")
			h.logged()
			release := h.holdLog()
			return h.begun(h.command("--policies", "slow.hcl", "rm", "file")), release
		}},
		{"running a program", false, func(h home) (*exec.Cmd, func()) {
			h.script("slow", ": > reached\nwhile [ ! -e go ]; do sleep 0.01; done\nexit 3")
			return h.begun(h.command("run", "--supervise=never", "./slow")), func() { h.write("go", "") }
		}},
		{"running a script", false, func(h home) (*exec.Cmd, func()) {
			h.script("slow", ": > reached\nwhile [ ! -e go ]; do sleep 0.01; done\nexit 3")
			return h.begun(h.command("./slow")), func() { h.write("go", "") }
		}},
		{"recording the outcome", true, func(h home) (*exec.Cmd, func()) {
			h.script("slow", "echo $$ > pid; mv pid reached\nwhile [ ! -e go ]; do sleep 0.01; done\nexit 3")
			cmd := h.begun(h.command("run", "--supervise=never", "./slow"))
			release := h.holdLog()
			text, _ := os.ReadFile(filepath.Join(h.dir, "reached"))
			h.write("go", "")
			eventually(h.t, "the end of the command", func() bool { return !exists("/proc/" + strings.TrimSpace(string(text))) })
			return cmd, release
		}},
	}
}

// begun starts guard in a session of its own and waits until it has come to the moment.
func (h home) begun(cmd *exec.Cmd) *exec.Cmd {
	h.t.Helper()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	waitFor(h.t, filepath.Join(h.dir, "reached"))
	return cmd
}

// logged makes a log, with one entry that is not looked at.
func (h home) logged() {
	h.t.Helper()
	if out, err := h.command("true").CombinedOutput(); err != nil {
		h.t.Fatalf("guard true: %v\n%s", err, out)
	}
}

// holdLog takes the write lock of the log, until release.
func (h home) holdLog() (release func()) {
	h.t.Helper()
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(h.dir, "state/guard/audit.db")+"?mode=rw&_busy_timeout=30000")
	if err == nil {
		db.SetMaxOpenConns(1)
		_, err = db.ExecContext(context.Background(), "BEGIN IMMEDIATE")
	}
	if err != nil {
		h.t.Fatal(err)
	}
	return func() { db.Close() }
}

// Whatever happens to guard, and whenever: the log says that nothing ran, or how
// what ran has ended; and guard ends after that.
func TestALostSessionLeavesARecord(t *testing.T) {
	for _, at := range moments() {
		for _, lost := range lostSessions() {
			t.Run(at.name+"/"+lost.name, func(t *testing.T) {
				t.Parallel()
				h := newHome(t)
				h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
				h.write("file", "x")
				cmd, onward := at.start(h)
				lost.happen(cmd.Process.Pid)
				onward()
				ends(t, cmd)
				h.toldHow(at.name)
				if ended := cmd.ProcessState.Sys().(syscall.WaitStatus); at.own && lost.ends != 0 && ended.Signal() != lost.ends && !(at.name == "recording the outcome" && ended.ExitStatus() == 3) { // it may come just before the end was seen
					t.Errorf("guard ended with %v, want %v", cmd.ProcessState, lost.ends)
				}
			})
		}
	}
}

func TestALostSessionAtTheQuestionLeavesADecline(t *testing.T) {
	for _, command := range []string{"rm -rf old", "./script"} {
		for _, lost := range append(lostSessions(), lostSession{"the window is closed", nil, unix.SIGHUP}) {
			t.Run(command+"/"+lost.name, func(t *testing.T) {
				t.Parallel()
				h := newHome(t)
				h.write("old/a", "x")
				h.script("script", "rm -rf old\nexit 3")
				h.write("config/guard/guard.hcl", "unmatched = \"allow\"\n")
				session, err := ptytest.Start(h.command(strings.Fields(command)...), ptytest.Standard)
				if err != nil {
					t.Fatal(err)
				}
				defer session.Close()
				if err := session.See("Enter confirms"); err != nil {
					t.Fatal(err)
				}
				if lost.happen == nil {
					session.HangUp()
				} else {
					lost.happen(session.PID())
				}
				// Of a script's signals only those end a question that end a session.
				goesOn := lost.ends == 0 || command == "./script" && (lost.ends == unix.SIGUSR1 || lost.ends == unix.SIGALRM)
				if goesOn {
					session.Key("esc")
				}
				if goesOn && command == "./script" { // how the script goes on
					session.See("skip")
					session.Key("esc")
				}
				if _, ended, err := session.Wait(); err != nil || lost.ends != 0 && command != "./script" && ended != lost.ends {
					t.Errorf("guard ended by %v (%v), want %v", ended, err, lost.ends)
				}
				if !h.has("old/a") {
					t.Error("the target was touched")
				}
				h.toldHow("asking")
			})
		}
	}
}

// toldHow looks into the log: the newest command has not run, or has an outcome.
func (h home) toldHow(when string) {
	h.t.Helper()
	h.verify()
	var entries []struct {
		ID              int64
		Verdict, Ending string
		Outcome         *struct{ Started bool }
	}
	text := h.json(&entries, "history", "list", "--json")
	if len(entries) == 0 {
		h.t.Fatalf("%s: the log is empty", when)
	}
	for _, entry := range entries {
		switch {
		case entry.Verdict == "decline", entry.Verdict == "reject":
		case entry.Verdict == "accept" && entry.Outcome != nil:
		default:
			h.t.Errorf("%s: entry %s says not how it ended:\n%s", when, strconv.FormatInt(entry.ID, 10), text)
		}
	}
	// The last one is what was met: what else ran has left the file.
	if accepted := entries[0].Verdict == "accept" && entries[0].Outcome != nil && entries[0].Outcome.Started; h.has("file") == accepted && (when == "measuring" || when == "recording") {
		h.t.Errorf("%s: the file is there: %v\n%s", when, h.has("file"), text)
	}
}
