package ptytest

import (
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata", Cmds: Commands()})
}

// shell starts a bash with job control and a prompt that its echo cannot be.
func shell(t *testing.T) *Session {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	cmd := exec.Command(bash, "--norc", "--noprofile", "-i")
	cmd.Env = append(cmd.Environ(), "PS1=ready> ", "TERM=xterm", "HISTFILE=")
	session, err := Start(cmd, Standard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	check(t, session.Expect("ready> "))
	return session
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestShellHasJobControl(t *testing.T) {
	session := shell(t)
	// The program says itself when it has the terminal: what the shell prints
	// comes a moment before. (dash would not do: it starts programs by vfork, and
	// a stop that hits one before its exec hangs the shell.)
	check(t, session.Send(`bash -c 'trap "echo con""tinued" CONT; echo star""ted; while :; do sleep 0.1; done'`+"\r"))
	check(t, session.Expect("started"))
	check(t, session.Key("ctrl-z"))
	check(t, session.Expect("Stopped"))
	check(t, session.Expect("ready> "))
	check(t, session.Send("fg\r"))
	check(t, session.Expect("continued"))
	check(t, session.Key("ctrl-c"))
	check(t, session.Expect("ready> "))
	check(t, session.Send("echo =$?; exit 7\r"))
	check(t, session.Expect("=130"))
	status, signal, err := session.Wait()
	if status != 7 || signal != 0 || err != nil {
		t.Errorf("Wait = %d, %v, %v; want 7, 0, nil", status, signal, err)
	}
}

func TestExpectFailsAtOnceWhenNothingMoreCanCome(t *testing.T) {
	session, err := Start(exec.Command("echo", "one"), Standard)
	check(t, err)
	defer session.Close()
	if err := session.Expect("two"); err == nil || !strings.Contains(err.Error(), "one") {
		t.Errorf("Expect = %v; want an error that shows what was written", err)
	}
	check(t, session.Expect("one"))
}

func TestEndBySignal(t *testing.T) {
	session, err := Start(exec.Command("sh", "-c", "kill -KILL $$"), Standard)
	check(t, err)
	defer session.Close()
	if status, signal, err := session.Wait(); status != -1 || signal != syscall.SIGKILL || err != nil {
		t.Errorf("Wait = %d, %v, %v; want -1, killed, nil", status, signal, err)
	}
}

func TestTerminalIsTheControllingOne(t *testing.T) {
	session, err := Start(exec.Command("sh", "-c", "echo asked >/dev/tty; stty size"), Size{100, 30})
	check(t, err)
	defer session.Close()
	check(t, session.Expect("asked"))
	check(t, session.Expect("30 100"))
}

func TestCloseKillsTheWholeSession(t *testing.T) {
	session := shell(t)
	check(t, session.Send("(trap '' HUP TERM; echo \"pid=$BASHPID.\"; exec sleep 1000) & wait\r"))
	check(t, session.Expect("\npid="))
	check(t, session.Expect("."))
	text := session.Text()
	pid := text[strings.LastIndex(text, "pid=")+4 : strings.LastIndex(text, ".")]
	check(t, session.Close())
	// Its parent is gone, so init reaps it: it may be a zombie for a moment.
	if state, err := exec.Command("ps", "-o", "stat=", "-p", pid).Output(); err == nil && !strings.HasPrefix(string(state), "Z") {
		t.Errorf("process %s still runs after Close: %s", pid, state)
	}
}

func TestKeys(t *testing.T) {
	for name, want := range map[string]string{
		"enter": "\r", "esc": "\x1b", "ctrl-c": "\x03", "ctrl-z": "\x1a", `ctrl-\`: "\x1c", "up": "\x1b[A", "backspace": "\x7f",
	} {
		if got, err := sequence(name); got != want || err != nil {
			t.Errorf("sequence(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	for _, name := range []string{"", "return", "ctrl-", "ctrl-1", "ctrl-cc"} {
		if got, err := sequence(name); err == nil {
			t.Errorf("sequence(%q) = %q; want an error", name, got)
		}
	}
}

func TestAProgramBeginsWithDefaultSignals(t *testing.T) {
	signal.Ignore(syscall.SIGINT)
	defer signal.Reset(syscall.SIGINT)
	session, err := Start(exec.Command("sh", "-c", "kill -INT $$; echo ignored"), Standard)
	check(t, err)
	defer session.Close()
	if status, ended, err := session.Wait(); ended != syscall.SIGINT || err != nil {
		t.Errorf("ended with %d, signal %v, %v; want SIGINT\n%s", status, ended, err, session.Text())
	}
}
