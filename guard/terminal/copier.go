package terminal

import (
	"time"

	"golang.org/x/sys/unix"
)

const (
	// block is how much is read at once.
	block = 32 << 10
	// patience is how long a question waits for the program to finish writing.
	patience = 100 * time.Millisecond
	// farewell is how long the last output is copied.
	farewell = time.Second
	// leaving is how often the copier checks whether the program is gone.
	leaving = 5 * time.Millisecond
	// redrawSoonest and redrawLatest bound how long the program sees the other
	// size that makes it draw again: until it has begun to write.
	redrawSoonest = 30 * time.Millisecond
	redrawLatest  = 300 * time.Millisecond
)

// copier is the state of the one goroutine that copies.
type copier struct {
	screen  screen
	in, out []byte    // read and not yet written: keys, and what the program wrote
	turn    *ask      // a question that waits for its turn
	asked   time.Time // when it came
	quiet   bool      // the program had nothing to say when it was last looked at
	shrunk  time.Time // when the inner size was made another; zero: it is right
	drawn   bool      // the program has written since
	closed  time.Time // when Close was called
}

// run copies until a terminal is gone or Close is called. It alone reads and
// writes the terminals while it runs, but for a question in its turn.
func (s *Session) run() {
	defer close(s.over)
	defer s.hangUp()
	buffer := make([]byte, block)
	for !s.gone.Load() {
		select {
		case turn := <-s.askable():
			s.turn, s.asked, s.quiet = turn, time.Now(), false
		default:
		}
		if s.turn != nil && len(s.out) == 0 && (s.quiet && s.screen.between() || time.Since(s.asked) > patience) {
			s.giveTurn()
			continue
		}
		if s.turn == nil && s.closing.Load() && s.lastWord() {
			return
		}
		s.adjust()
		if !s.wait() {
			return
		}
		if !s.step(buffer) {
			return
		}
	}
}

// lastWord says that everything the program had written is on the screen. Jobs that live
// on and go on writing are not waited for.
func (s *Session) lastWord() bool {
	if s.closed.IsZero() {
		s.closed, s.quiet = time.Now(), false
	}
	return s.quiet && len(s.out) == 0 || time.Since(s.closed) > farewell
}

// askable is where the next question comes from: nowhere while one waits.
func (s *Session) askable() <-chan *ask {
	if s.turn != nil {
		return nil
	}
	return s.asking
}

// hangUp lets the program's terminal go: what reads it sees its end, and its
// session gets SIGHUP. The leader gets it first, while there still is a terminal:
// bash, when it reads the end of its input at the same moment, may exit without
// signalling its jobs.
func (s *Session) hangUp() {
	s.gone.Store(true)
	if leader, err := unix.IoctlGetInt(s.master, unix.TIOCGSID); err == nil && leader > 1 {
		_ = unix.Kill(leader, unix.SIGHUP)
		_ = unix.Kill(leader, unix.SIGCONT)
		for end := time.Now().Add(farewell); time.Now().Before(end) && leads(leader, s.master); time.Sleep(leaving) {
		}
	}
	unix.Close(s.master)
}

// leads: the terminal still has that leader.
func leads(leader, master int) bool {
	now, err := unix.IoctlGetInt(master, unix.TIOCGSID)
	return err == nil && now == leader && unix.Kill(leader, 0) == nil
}

// fds are what the copier waits for.
func (s *Session) fds() []unix.PollFd {
	outer, master := unix.PollFd{Fd: int32(s.outer)}, unix.PollFd{Fd: int32(s.master)}
	if len(s.in) > 0 {
		master.Events |= unix.POLLOUT
	} else if s.listens() {
		outer.Events |= unix.POLLIN
	}
	if len(s.out) > 0 {
		outer.Events |= unix.POLLOUT
	} else {
		master.Events |= unix.POLLIN
	}
	return []unix.PollFd{{Fd: int32(s.wake), Events: unix.POLLIN}, outer, master}
}

// listens says whether keys are for the program.
func (s *Session) listens() bool { return s.turn == nil && !s.ending.Load() && !s.closing.Load() }

// wait is false when a terminal has gone.
func (s *Session) wait() bool {
	ready := s.fds()
	if _, err := unix.Poll(ready, s.timeout()); err != nil && err != unix.EINTR {
		return false
	}
	if ready[0].Revents != 0 {
		var count [8]byte
		_, _ = unix.Read(s.wake, count[:])
	}
	const broken = unix.POLLHUP | unix.POLLERR | unix.POLLNVAL
	return ready[1].Revents&broken == 0
}

// timeout of the next wait, in milliseconds.
func (s *Session) timeout() int {
	switch {
	case s.turn != nil && len(s.out) == 0, s.closing.Load():
		return 5
	case !s.shrunk.IsZero():
		return 10
	default:
		return -1
	}
}

// step moves what can be moved without waiting; false when a terminal has gone.
func (s *Session) step(buffer []byte) bool {
	if len(s.in) > 0 {
		n, err := unix.Write(s.master, s.in)
		if s.in = s.in[max(n, 0):]; failed(err) {
			return false
		}
	} else if s.listens() && s.keysWait() {
		n, err := unix.Read(s.outer, buffer)
		if n == 0 && err == nil || failed(err) {
			return false
		}
		s.in = append(s.in[:0], buffer[:max(n, 0)]...)
		if s.shrunk.IsZero() {
			s.fit() // what is typed after a change of the size comes after it
		}
	}
	if len(s.out) == 0 {
		n, err := unix.Read(s.master, buffer)
		s.quiet = n <= 0
		if n == 0 && err == nil || failed(err) && err != unix.EIO {
			return false
		}
		s.out = append(s.out[:0], buffer[:max(n, 0)]...)
		s.screen.write(s.out)
		s.drawn = s.drawn || n > 0
	}
	return s.flush()
}

// flush writes to the outer terminal what it takes now.
func (s *Session) flush() bool {
	if len(s.out) == 0 {
		return true
	}
	n, err := unix.Write(s.outer, s.out)
	s.out = s.out[max(n, 0):]
	return !failed(err)
}

// failed: the terminal is gone, not only busy.
func failed(err error) bool {
	return err != nil && err != unix.EAGAIN && err != unix.EINTR
}

// keysWait says whether there is something to read. In the background reading it
// stops guard until it is put into the foreground, like any program.
func (s *Session) keysWait() bool {
	ready := []unix.PollFd{{Fd: int32(s.outer), Events: unix.POLLIN}}
	n, err := unix.Poll(ready, 0)
	return err == nil && n > 0
}

// giveTurn lets the question that waits have the outer terminal.
func (s *Session) giveTurn() {
	turn := s.turn
	s.turn = nil
	if !s.shrunk.IsZero() {
		s.shrunk = time.Time{}
		s.fit()
	}
	taken := s.screen.take(s.full)
	s.writeAll(taken.before)
	close(turn.granted)
	<-turn.released
	s.writeAll(taken.after)
	s.fit()
	if taken.below {
		s.screen.mid = false
		s.remind()
	}
	if taken.redraw {
		s.redraw()
	}
}

// writeAll writes a text of guard's own; a terminal that takes nothing for a
// second is left as it is.
func (s *Session) writeAll(text string) {
	const most = time.Second
	for end := time.Now().Add(most); len(text) > 0 && time.Now().Before(end); {
		n, err := unix.Write(s.outer, []byte(text))
		text = text[max(n, 0):]
		if failed(err) {
			return
		}
		if err != nil {
			_, _ = unix.Poll([]unix.PollFd{{Fd: int32(s.outer), Events: unix.POLLOUT}}, 100)
		}
	}
}

// remind tells what is in the foreground that its terminal may look different: an
// editor at a prompt writes its line again.
func (s *Session) remind() {
	if group, err := unix.IoctlGetInt(s.master, unix.TIOCGPGRP); err == nil && group > 1 {
		_ = unix.Kill(-group, unix.SIGWINCH)
	}
}

// redraw makes the program draw its whole screen: for a moment its terminal has
// another size. A change back at once might not be seen.
func (s *Session) redraw() {
	size, err := unix.IoctlGetWinsize(s.master, unix.TIOCGWINSZ)
	if err != nil || size.Row == 0 {
		return
	}
	other := *size
	if other.Row--; other.Row == 0 {
		other.Row = 2
	}
	if unix.IoctlSetWinsize(s.master, unix.TIOCSWINSZ, &other) == nil {
		s.shrunk, s.drawn = time.Now(), false
	}
}

// adjust gives the inner terminal its right size, when it is time.
func (s *Session) adjust() {
	if s.resumed.Swap(false) && s.foreground() {
		_ = s.set(unix.TCSETSW, raw(*s.found))
		if s.screen.alternate() {
			s.redraw()
		} else {
			s.remind()
		}
	}
	if !s.shrunk.IsZero() {
		since := time.Since(s.shrunk)
		if since < redrawSoonest || !s.drawn && since < redrawLatest {
			return
		}
		s.shrunk = time.Time{}
		s.fit()
	}
	if s.resized.Swap(false) {
		s.fit()
	}
}
