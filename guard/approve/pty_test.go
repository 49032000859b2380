package approve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard"
)

// patience is how long a test waits for what must happen; it only ends failures.
const patience = 2 * time.Minute

// pseudoTerminal is a pseudo-terminal, the keyboard and what was written on it.
type pseudoTerminal struct {
	t             *testing.T
	master, slave *os.File
	mu            sync.Mutex
	written       bytes.Buffer
}

func openPseudoTerminal(t *testing.T, columns, rows uint16) *pseudoTerminal {
	t.Helper()
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	master := os.NewFile(uintptr(fd), "/dev/ptmx") // non-blocking: Close ends a Read
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: rows}); err != nil {
		t.Fatal(err)
	}
	p := &pseudoTerminal{t: t, master: master, slave: slave}
	go p.read()
	t.Cleanup(func() { master.Close(); slave.Close() })
	return p
}

func (p *pseudoTerminal) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := p.master.Read(buffer)
		p.mu.Lock()
		p.written.Write(buffer[:n])
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (p *pseudoTerminal) output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.written.String()
}

// await waits until text has been written.
func (p *pseudoTerminal) await(text string) {
	p.t.Helper()
	p.awaitThat(strconv.Quote(text), func(output string) bool { return strings.Contains(output, text) })
}

// awaitThat waits until what has been written is as wanted.
func (p *pseudoTerminal) awaitThat(what string, is func(output string) bool) {
	p.t.Helper()
	for end := time.Now().Add(patience); !is(p.output()); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("%s was not written; this was:\n%q", what, p.output())
		}
	}
}

func (p *pseudoTerminal) keys(text string) {
	p.t.Helper()
	if _, err := p.master.WriteString(text); err != nil {
		p.t.Fatal(err)
	}
}

func (p *pseudoTerminal) state() unix.Termios {
	p.t.Helper()
	state, err := unix.IoctlGetTermios(int(p.slave.Fd()), unix.TCGETS)
	if err != nil {
		p.t.Fatal(err)
	}
	return *state
}

// asking is a guard that asks, in a session of its own.
type asking struct {
	*pseudoTerminal
	command *exec.Cmd
	answers *os.File
	before  unix.Termios
}

// ask starts a guard on a pseudo-terminal of 80 × 24; env chooses the question.
func ask(t *testing.T, env ...string) *asking {
	t.Helper()
	return askOn(t, openPseudoTerminal(t, 80, 24), env...)
}

func askOn(t *testing.T, p *pseudoTerminal, env ...string) *asking {
	t.Helper()
	return start(t, p, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0}, []string{os.Args[0]}, env...)
}

func start(t *testing.T, p *pseudoTerminal, attributes *syscall.SysProcAttr, argv []string, env ...string) *asking {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(argv[0], argv[1:]...)
	command.Env = append([]string{"TERM=xterm-256color", "LANG=C.UTF-8", "APPROVE_CHILD=1", "APPROVE_LOCKS=" + t.TempDir()}, env...)
	command.Stdin, command.Stdout, command.Stderr = p.slave, p.slave, p.slave
	command.ExtraFiles = []*os.File{write}
	command.SysProcAttr = attributes
	a := &asking{pseudoTerminal: p, command: command, answers: read, before: p.state()}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	t.Cleanup(func() { command.Process.Kill(); command.Wait(); read.Close() })
	return a
}

// answer waits for the answer.
func (a *asking) answer() guard.Answer {
	a.t.Helper()
	a.answers.SetReadDeadline(time.Now().Add(patience))
	text, err := io.ReadAll(a.answers)
	if err != nil {
		a.t.Fatalf("no answer: %v; on the terminal:\n%q", err, a.output())
	}
	var answer guard.Answer
	if err := json.Unmarshal(text, &answer); err != nil {
		a.t.Fatalf("answer %q: %v; on the terminal:\n%q", text, err, a.output())
	}
	return answer
}

// restored: the terminal is as it was found.
func (a *asking) restored() {
	a.t.Helper()
	if now := a.state(); now != a.before {
		a.t.Errorf("the terminal is left as %+v, was %+v", now, a.before)
	}
}

// asked waits until keys are taken: they are thrown away before.
func (a *asking) asked() {
	a.t.Helper()
	a.await(prompts)
}

// prompts is written in both ways to ask once keys are taken.
const prompts = "Enter "

func short(answer guard.Answer) string {
	return fmt.Sprintf("yes=%v how=%q wrong=%d interrupted=%v typed=%q", answer.Yes, answer.How, answer.Wrong, answer.Interrupted, answer.Typed)
}
