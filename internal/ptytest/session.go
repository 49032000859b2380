package ptytest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Timeout is how long a wait may take before it fails.
const Timeout = 3 * time.Minute

// drain is how long Wait waits for the last output when a descendant of the
// program still holds the terminal.
const drain = 5 * time.Second

// Size of a terminal in characters.
type Size struct{ Columns, Rows int }

// Standard is the size that every program must look good in.
var Standard = Size{80, 24}

// Session is a program on a terminal of its own. Its methods may be called from
// several goroutines.
type Session struct {
	master *os.File
	cmd    *exec.Cmd
	exited chan struct{} // closed when the program has ended
	read   chan struct{} // closed when nothing can be read any more

	mu       sync.Mutex
	changed  chan struct{} // closed and renewed with every output
	terminal *terminal
	raw      []byte
	mark     int // how much of the text was expected already
}

// Start runs the command as the leader of a new session with a new terminal of
// that size as its controlling terminal and descriptors 0, 1 and 2. The command
// must not have been given descriptors of its own. It begins with DefaultSignals.
func Start(cmd *exec.Cmd, size Size) (*Session, error) {
	DefaultSignals()
	master, slave, err := open(size)
	if err != nil {
		return nil, err
	}
	defer slave.Close()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		master.Close()
		return nil, err
	}
	s := &Session{
		master: master, cmd: cmd, terminal: newTerminal(size),
		exited: make(chan struct{}), read: make(chan struct{}), changed: make(chan struct{}),
	}
	go s.receive()
	go func() {
		defer close(s.exited)
		_ = cmd.Wait() // the state says how it ended
	}()
	return s, nil
}

// open makes a new pseudo terminal.
func open(size Size) (master, slave *os.File, err error) {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	master = os.NewFile(uintptr(fd), "/dev/ptmx")
	slave, err = openSlave(fd)
	if err == nil {
		err = resize(slave, size)
	}
	if err != nil {
		master.Close()
		return nil, nil, fmt.Errorf("open a pseudo terminal: %w", err)
	}
	return master, slave, nil
}

func openSlave(master int) (*os.File, error) {
	if err := unix.IoctlSetPointerInt(master, unix.TIOCSPTLCK, 0); err != nil {
		return nil, err
	}
	number, err := unix.IoctlGetInt(master, unix.TIOCGPTN)
	if err != nil {
		return nil, err
	}
	return os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
}

func resize(terminal *os.File, size Size) error {
	control, err := terminal.SyscallConn()
	if err != nil {
		return err
	}
	window := &unix.Winsize{Row: uint16(size.Rows), Col: uint16(size.Columns)}
	var set error
	err = control.Control(func(fd uintptr) { set = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, window) })
	return errors.Join(err, set)
}

// Resize gives the terminal another size; the kernel tells the program. What
// was on the screen is forgotten, for the program has to draw it again.
func (s *Session) Resize(size Size) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.terminal.resize(size)
	return resize(s.master, size)
}

func (s *Session) receive() {
	defer close(s.read)
	buffer := make([]byte, 64<<10)
	for {
		n, err := s.master.Read(buffer)
		if answers := s.written(buffer[:n]); answers != "" {
			_ = s.Send(answers)
		}
		if err != nil { // EIO: nobody has the terminal open any more
			return
		}
	}
}

func (s *Session) written(data []byte) (answers string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.raw = append(s.raw, data...)
	answers = s.terminal.write(data)
	close(s.changed)
	s.changed = make(chan struct{})
	return answers
}

// PID is the number of the program, which is also that of its session.
func (s *Session) PID() int { return s.cmd.Process.Pid }

// Wait waits until the program has ended: by an exit status, or by a signal
// (then the status is -1). All that it wrote has then been read.
func (s *Session) Wait() (status int, signal syscall.Signal, err error) {
	select {
	case <-s.exited:
	case <-time.After(Timeout):
		return -1, 0, s.failure("the program did not end")
	}
	select {
	case <-s.read:
	case <-time.After(drain):
	}
	ended := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ended.Signaled() {
		return -1, ended.Signal(), nil
	}
	return ended.ExitStatus(), 0, nil
}

// HangUp closes the terminal, as a window is closed, and kills nobody. Close is
// still due.
func (s *Session) HangUp() error { return s.master.Close() }

// Close hangs up, and kills what is left of the session.
func (s *Session) Close() error {
	err := s.master.Close()
	if errors.Is(err, os.ErrClosed) {
		err = nil // HangUp came before
	}
	killSession(s.PID())
	<-s.exited
	killSession(s.PID())
	return err
}
