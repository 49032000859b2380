package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"blastguard/internal/ptytest"

	"golang.org/x/sys/unix"
)

// TestMain lets the test binary be the program that owns the outer terminal.
func TestMain(m *testing.M) {
	if os.Getenv("TERMINAL_TEST") != "" {
		os.Exit(host(os.Getenv("TERMINAL_TEST")))
	}
	os.Exit(m.Run())
}

// host runs a shell command line on a terminal inside, and asks a question each
// time that SIGUSR1 arrives: it reads a line of the outer terminal itself.
func host(line string) int {
	session, err := Open("/dev/tty", os.Getenv("TERM") != "dumb")
	if err != nil {
		fmt.Println(err)
		return 3
	}
	defer session.Close()
	cmd := exec.Command("sh", "-c", line)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = session.Inside(), session.Inside(), session.Inside()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	cmd.Env = append(os.Environ(), fmt.Sprintf("HOST=%d", os.Getpid()))
	questions := listenForQuestions(session)
	if err := session.Start(); err != nil {
		fmt.Println(err)
		return 4
	}
	defer questions()
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return 5
	}
	session.End()
	session.Close()
	fmt.Printf("ended with %d\n", cmd.ProcessState.ExitCode())
	return cmd.ProcessState.ExitCode()
}

func listenForQuestions(session *Session) (stop func()) {
	wanted := make(chan os.Signal, 8)
	signal.Notify(wanted, unix.SIGUSR1)
	go func() {
		for range wanted {
			_ = session.Ask(func() {
				tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
				if err != nil {
					return
				}
				defer tty.Close()
				fmt.Fprint(tty, "question? ")
				answer := make([]byte, 1)
				for answer[0] != '\r' {
					if _, err := tty.Read(answer); err != nil {
						return
					}
				}
				fmt.Fprint(tty, "answered\r\n")
			})
		}
	}()
	return func() { signal.Stop(wanted) }
}

func on(t *testing.T, term, line string) *ptytest.Session {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "TERMINAL_TEST="+line, "TERM="+term)
	session, err := ptytest.Start(cmd, ptytest.Standard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { session.Close() })
	return session
}

func must(t *testing.T, errs ...error) {
	t.Helper()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func ends(t *testing.T, s *ptytest.Session, want int) {
	t.Helper()
	if status, died, err := s.Wait(); err != nil || status != want || died != 0 {
		t.Fatalf("status %d, signal %v, %v", status, died, err)
	}
}

func TestWhatIsWrittenArrivesWhole(t *testing.T) {
	s := on(t, "xterm", "seq 1 20000; echo last")
	must(t, s.Expect("ended with 0"))
	ends(t, s, 0)
	var want strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&want, "%d\n", i+1)
	}
	if text := s.Text(); text != want.String()+"last\nended with 0\n" {
		t.Errorf("%d bytes came: …%q", len(text), text[max(0, len(text)-80):])
	}
}

// The terminal inside has the kernel's line discipline: its own echo, keys that
// send signals, the end of input.
func TestTheTerminalInsideIsAWholeOne(t *testing.T) {
	s := on(t, "xterm", `trap 'echo interrupted' INT; echo ready; read -r line || read -r line; echo "<$line>"; cat; stty size; test -t 0 && tty; exit 6`)
	must(t, s.Expect("ready"), s.Key("ctrl-c"), s.Expect("^C"), s.Expect("interrupted"))
	must(t, s.Send("wrnog\x7f\x7f\x7fong\r"), s.Expect("<wrong>"), s.Send("to cat\r"), s.Expect("to cat"), s.Expect("to cat"), s.Key("ctrl-d"))
	must(t, s.Expect("24 80"), s.Expect("/dev/pts/"))
	ends(t, s, 6)
}

// Keys of a question reach only the question, the others only the program; what
// the program wrote before stands there again, and what it writes waits.
func TestAQuestionHasTheTerminalToItself(t *testing.T) {
	s := on(t, "xterm", `echo before; kill -USR1 $HOST; read -r a; echo "<$a>"`)
	must(t, s.See("question?"))
	if strings.Contains(s.Screen(), "before") {
		t.Errorf("the screen is not the question's:\n%s", s.Screen())
	}
	must(t, s.Send("answer\r"), s.Gone("question?"), s.See("before"), s.Send("mine\r"), s.Expect("<mine>"))
	ends(t, s, 0)
}

func TestAProgramWithTheScreenDrawsAgain(t *testing.T) {
	s := on(t, "xterm", `trap 'printf "\033[H\033[2Jdrawn $(stty size)"' WINCH
printf '\033[?1049h\033[Hfirst'; kill -USR1 $HOST
while [ ! -e end ]; do sleep 0.02; done; printf '\033[?1049l'; echo back`)
	must(t, s.See("question?"), s.Send("\r"), s.See("drawn 24 80"))
	if strings.Contains(s.Screen(), "question?") {
		t.Errorf("the question is still there:\n%s", s.Screen())
	}
}

func TestASizeChangedDuringTheQuestionIsSeenAfterIt(t *testing.T) {
	s := on(t, "dumb", `kill -USR1 $HOST; read -r a; stty size; echo "<$a>"`)
	must(t, s.Expect("question?"), s.Resize(ptytest.Size{Columns: 66, Rows: 11}), s.Send("\r"))
	must(t, s.Expect("answered"), s.Send("go\r"), s.Expect("11 66"))
	ends(t, s, 0)
}

// The loop of questions: each has its keys, whatever else happens.
func TestManyQuestions(t *testing.T) {
	const times = 20
	s := on(t, "xterm", `i=0; while [ $i -lt 20 ]; do kill -USR1 $HOST; read -r a; echo "<$i$a>"; i=$((i+1)); done`)
	for i := range times {
		must(t, s.See("question?"), s.Send("secret\r"), s.Gone("question?"), s.Send("mine\r"), s.Expect(fmt.Sprintf("<%dmine>", i)))
	}
	ends(t, s, 0)
	if strings.Contains(s.Text(), "secret") {
		t.Error("a key of a question was echoed inside")
	}
}

func TestInTheBackgroundNothingIsTaken(t *testing.T) {
	cmd := exec.Command("sh", "-c", "set -m; "+os.Args[0]+" & wait $!; echo status $?")
	cmd.Env = append(os.Environ(), "TERMINAL_TEST=echo started")
	s, err := ptytest.Start(cmd, ptytest.Standard)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	must(t, s.Expect("not in the terminal's foreground"), s.Expect("status 3"))
	ends(t, s, 0)
}

func TestSay(t *testing.T) {
	master, slave, err := pair()
	must(t, err)
	defer unix.Close(master)
	defer slave.Close()
	must(t, Say(slave.Name(), "one\ntwo\n"))
	buffer := make([]byte, 64)
	n, err := unix.Read(master, buffer)
	if err != nil || string(buffer[:n]) != "one\r\ntwo\r\n" {
		t.Errorf("%q, %v", buffer[:n], err)
	}
	state, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	must(t, err)
	must(t, unix.IoctlSetTermios(int(slave.Fd()), unix.TCSETS, raw(*state)))
	must(t, Say(slave.Name(), "raw\n"))
	if n, err = unix.Read(master, buffer); err != nil || string(buffer[:n]) != "raw\r\n" {
		t.Errorf("in raw mode: %q, %v", buffer[:n], err)
	}
	if err := Say("/dev/pts/nothing", "x"); err == nil {
		t.Error("a terminal that is not there took it")
	}
}
