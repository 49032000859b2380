package ptytest

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// Command is a testscript command.
type Command = func(ts *testscript.TestScript, neg bool, args []string)

// Commands are the testscript commands of this package. Each script has at most
// one terminal at a time; it is closed at the script's end.
//
//	pty start [-size 80x24] PROGRAM ARG…   run it on a new terminal
//	pty expect TEXT                        wait until it has written TEXT
//	pty see TEXT, pty gone TEXT            wait until TEXT is, is not on the screen
//	pty raw REGEXP                         it matches the bytes written until now
//	pty send TEXT                          type TEXT; \r \n \t \e \xNN are understood
//	pty line TEXT                          type TEXT and Enter
//	pty paste TEXT                         paste TEXT (bracketed)
//	pty key NAME…                          enter, esc, backspace, ctrl-c, up, …
//	pty resize 60x20                       change the terminal's size
//	pty screen, pty text                   the screen, or all text, as stdout
//	pty status N                           wait for the end; it exited with N
//	pty signal INT                         wait for the end; a signal ended it
//	pty close                              hang up
//	[!] notty [-status N] PROGRAM ARG…     like exec, without a controlling terminal
//
// A negated `! pty see`, `! pty expect` or `! pty raw` looks once, at what is
// there now.
func Commands() map[string]Command {
	scripts := &scripts{sessions: map[*testscript.TestScript]*Session{}}
	return map[string]Command{"pty": scripts.pty, "notty": notty}
}

// scripts are the terminals of the scripts that run.
type scripts struct {
	mu       sync.Mutex
	sessions map[*testscript.TestScript]*Session
}

func (s *scripts) pty(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: pty start|expect|see|gone|send|line|paste|key|resize|screen|text|status|signal|close …")
	}
	verb, args := args[0], args[1:]
	if verb == "start" {
		s.start(ts, args)
		return
	}
	session := s.session(ts)
	if neg {
		ts.Check(absent(session, verb, strings.Join(args, " ")))
		return
	}
	switch verb {
	case "close":
		s.close(ts)
	case "screen":
		fmt.Fprintln(ts.Stdout(), session.Screen())
	case "text":
		fmt.Fprint(ts.Stdout(), session.Text())
	case "key":
		for _, name := range args {
			ts.Check(session.Key(name))
		}
	default:
		ts.Check(act(session, verb, strings.Join(args, " ")))
	}
}

func (s *scripts) session(ts *testscript.TestScript) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[ts] == nil {
		ts.Fatalf("pty: nothing was started")
	}
	return s.sessions[ts]
}

func (s *scripts) start(ts *testscript.TestScript, args []string) {
	size := Standard
	if len(args) > 1 && args[0] == "-size" {
		var err error
		size, err = parseSize(args[1])
		ts.Check(err)
		args = args[2:]
	}
	cmd := command(ts, args)
	s.close(ts)
	session, err := Start(cmd, size)
	ts.Check(err)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[ts] = session
	ts.Defer(func() { s.close(ts) })
}

func (s *scripts) close(ts *testscript.TestScript) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if session := s.sessions[ts]; session != nil {
		ts.Logf("[pty]\n%s", session.Text())
		session.Close()
		delete(s.sessions, ts)
	}
}

// act does the verbs that take one text.
func act(session *Session, verb, text string) error {
	switch verb {
	case "expect":
		return session.Expect(text)
	case "see":
		return session.See(text)
	case "gone":
		return session.Gone(text)
	case "raw":
		return written(session, text)
	case "send":
		return session.Send(unescape(text))
	case "line":
		return session.Send(text + "\r")
	case "paste":
		return session.Paste(text)
	case "resize":
		size, err := parseSize(text)
		if err != nil {
			return err
		}
		return session.Resize(size)
	case "status", "signal":
		return endedBy(session, verb, text)
	default:
		return fmt.Errorf("pty %s: there is no such verb", verb)
	}
}

// written looks once.
func written(session *Session, expression string) error {
	pattern, err := regexp.Compile(expression)
	if err == nil && !pattern.MatchString(session.Transcript()) {
		err = session.failure(fmt.Sprintf("pty raw %q: it is not there", expression))
	}
	return err
}

// absent looks once.
func absent(session *Session, verb, text string) error {
	var there bool
	switch verb {
	case "see":
		there = strings.Contains(session.Screen(), text)
	case "expect":
		there = strings.Contains(session.Text(), text)
	case "raw":
		pattern, err := regexp.Compile(text)
		if err != nil {
			return err
		}
		there = pattern.MatchString(session.Transcript())
	default:
		return fmt.Errorf("! pty %s: only see, expect and raw can be negated", verb)
	}
	if there {
		return session.failure(fmt.Sprintf("! pty %s %q: it is there", verb, text))
	}
	return nil
}

func endedBy(session *Session, verb, text string) error {
	status, signal, err := session.Wait()
	got := "status " + strconv.Itoa(status)
	if signal != 0 {
		got = "signal " + strings.TrimPrefix(unix.SignalName(signal), "SIG")
	}
	if want := verb + " " + strings.TrimPrefix(text, "SIG"); err == nil && got != want {
		err = session.failure(fmt.Sprintf("it ended by %s, not by %s", got, want))
	}
	return err
}

func parseSize(text string) (Size, error) {
	var size Size
	if _, err := fmt.Sscanf(text, "%dx%d", &size.Columns, &size.Rows); err != nil {
		return Size{}, fmt.Errorf("size %q: not COLUMNSxROWS", text)
	}
	if size.Columns < 1 || size.Rows < 1 {
		return Size{}, fmt.Errorf("size %q: too small", text)
	}
	return size, nil
}

// unescape understands what cannot be written in a script.
func unescape(text string) string {
	text = strings.ReplaceAll(text, `\e`, `\x1b`)
	if plain, err := strconv.Unquote(`"` + strings.ReplaceAll(text, `"`, `\"`) + `"`); err == nil {
		return plain
	}
	return text
}

// command finds the program as the script's exec does, with its directory and
// environment.
func command(ts *testscript.TestScript, args []string) *exec.Cmd {
	if len(args) == 0 {
		ts.Fatalf("no program to run")
	}
	program := args[0]
	if strings.Contains(program, "/") {
		program = ts.MkAbs(program)
	} else {
		program = look(ts, program)
	}
	// A TestScript does not show its environment, but its children get it.
	ts.Check(ts.Exec("env", "-0"))
	environment := strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\x00"), "\x00")
	return &exec.Cmd{Path: program, Args: args, Dir: ts.MkAbs("."), Env: environment}
}

func look(ts *testscript.TestScript, program string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		path := filepath.Join(ts.MkAbs(dir), program)
		if unix.Access(path, unix.X_OK) == nil {
			return path
		}
	}
	ts.Fatalf("%s: not found in PATH", program)
	return ""
}

// notty runs a program in a session of its own, which has no controlling
// terminal: opening /dev/tty fails. Its input is empty.
func notty(ts *testscript.TestScript, neg bool, args []string) {
	want := ""
	if len(args) > 1 && args[0] == "-status" {
		want, args = args[1], args[2:]
	}
	cmd := command(ts, args)
	cmd.Stdout, cmd.Stderr = ts.Stdout(), ts.Stderr()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	err := cmd.Run()
	var ended *exec.ExitError
	switch {
	case err != nil && !errors.As(err, &ended):
		ts.Check(err)
	case want != "" && want != strconv.Itoa(cmd.ProcessState.ExitCode()):
		ts.Fatalf("it ended by %s, not by status %s", cmd.ProcessState, want)
	case want == "" && neg == (err == nil):
		ts.Fatalf("it ended by %s", cmd.ProcessState)
	}
}
