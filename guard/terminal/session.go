package terminal

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// Session is a program's terminal inside a person's. Its life: Open, Inside to
// start the program on, Start, End when the program has ended, Close.
type Session struct {
	outer  int // the person's terminal, by a description of our own that does not block
	found  *unix.Termios
	master int
	slave  *os.File
	wake   int // an eventfd
	full   bool

	begun   bool
	ending  atomic.Bool // keys are left to whoever reads the outer terminal next
	gone    atomic.Bool // a terminal has hung up: nothing is copied any more
	closing atomic.Bool
	resized atomic.Bool
	resumed atomic.Bool   // guard was stopped and continued
	asking  chan *ask     // holds one
	over    chan struct{} // closed when nothing is copied any more
	signals chan os.Signal
	done    sync.Once

	copier
}

// ask is a question's turn with the outer terminal.
type ask struct {
	granted, released chan struct{}
}

// ErrBackground is the error when this process is in the background and must not take
// the terminal.
var ErrBackground = errors.New("guard is not in the terminal's foreground")

// errHungUp: there is nobody left who could be asked.
var errHungUp = errors.New("the terminal hung up")

// Open takes hold of the terminal at path, which must be this process's own, and
// changes nothing about it yet. full says that it has an alternate screen.
func Open(path string, full bool) (*Session, error) {
	outer, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	s := &Session{
		outer: outer, master: -1, wake: -1, full: full,
		asking: make(chan *ask, 1), over: make(chan struct{}), signals: make(chan os.Signal, 4),
	}
	if err := s.prepare(path); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Session) prepare(path string) (err error) {
	if s.found, err = unix.IoctlGetTermios(s.outer, unix.TCGETS); err != nil {
		return fmt.Errorf("open %s: not a terminal: %w", path, err)
	}
	if !s.foreground() {
		return ErrBackground
	}
	if s.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return fmt.Errorf("wake the copier: %w", err)
	}
	if s.master, s.slave, err = pair(); err != nil {
		return err
	}
	if err := unix.IoctlSetTermios(int(s.slave.Fd()), unix.TCSETS, s.found); err != nil {
		return fmt.Errorf("set up a pseudo terminal: %w", err)
	}
	s.fit()
	return nil
}

// Inside is the program's terminal.
func (s *Session) Inside() *os.File { return s.slave }

// Start takes the outer terminal and copies from now on.
func (s *Session) Start() error {
	if err := s.set(unix.TCSETSW, raw(*s.found)); err != nil {
		return err
	}
	s.begun = true
	signal.Notify(s.signals, unix.SIGWINCH, unix.SIGCONT)
	go s.listen()
	go s.run()
	return nil
}

// listen tells the copier of signals that concern the outer terminal.
func (s *Session) listen() {
	for {
		select {
		case <-s.over:
			return
		case number := <-s.signals:
			if number == unix.SIGCONT {
				s.resumed.Store(true)
			}
			s.resized.Store(true)
			s.poke()
		}
	}
}

// Ask holds everything and runs question, which has the outer terminal to
// itself. One question at a time. It is not run where the terminal hung up.
func (s *Session) Ask(question func()) error {
	turn := &ask{make(chan struct{}), make(chan struct{})}
	select {
	case s.asking <- turn:
	case <-s.over:
		return errHungUp
	}
	s.poke() // only now: the copier looks once
	select {
	case <-turn.granted:
	case <-s.over:
		return errHungUp
	}
	defer close(turn.released)
	question()
	return nil
}

// HangUp does to the program what a disappearing terminal does.
func (s *Session) HangUp() {
	s.gone.Store(true)
	s.poke()
}

// End is called when the program has ended: what is typed from now on is for
// whoever reads the outer terminal next. What runs on may still write.
func (s *Session) End() {
	s.ending.Store(true)
	s.poke()
}

// Close writes what the program has still written, and puts the outer terminal
// back as it was found. It may be called again.
func (s *Session) Close() {
	s.done.Do(func() {
		if s.begun {
			s.closing.Store(true)
			s.poke()
			<-s.over
			signal.Stop(s.signals)
			_ = s.set(unix.TCSETSW, s.found)
		}
		if s.slave != nil {
			s.slave.Close()
		}
		for _, fd := range []int{s.outer, s.wake} {
			if fd >= 0 {
				unix.Close(fd)
			}
		}
		if s.master >= 0 && !s.begun {
			unix.Close(s.master)
		}
	})
}

func (s *Session) poke() { _, _ = unix.Write(s.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

// foreground: reading the outer terminal is this process's right.
func (s *Session) foreground() bool {
	group, err := unix.IoctlGetInt(s.outer, unix.TIOCGPGRP)
	return err == unix.ENOTTY || err == nil && group == unix.Getpgrp()
}

// set changes the outer terminal's state.
func (s *Session) set(request uint, state *unix.Termios) error {
	if err := SetState(s.outer, request, state); err != nil {
		return fmt.Errorf("set up the terminal: %w", err)
	}
	return nil
}

// fit gives the inner terminal the outer one's size; the kernel tells the program
// if that is another.
func (s *Session) fit() {
	if size, err := unix.IoctlGetWinsize(s.outer, unix.TIOCGWINSZ); err == nil {
		_ = unix.IoctlSetWinsize(s.master, unix.TIOCSWINSZ, size)
	}
}
