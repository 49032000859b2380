//go:build linux && (amd64 || arm64)

package supervise

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Supervisor supervises one command. Its life: New, Argv to start the command
// with, Serve in a goroutine of its own, Finish when the command has ended.
type Supervisor struct {
	config     Config
	socket     int // ours
	theirs     int // the launcher's, until its message has been read
	wake       int // an eventfd that ends the loop
	privileged bool
	calls      table
	self       file // guard's own program
	filters    int  // of guard itself
	counted    bool // the kernel is 5.9 or newer: it counts filters, and says when none is left
	listener   listener

	began        time.Time    // when the command was about to start, by the clock of file systems
	main         atomic.Int64 // pid of the command
	ungoverned   atomic.Int64
	refused      atomic.Int64
	traps        atomic.Int64
	stopping     atomic.Bool
	started      atomic.Bool  // the command was about to be executed
	busy         atomic.Int64 // open questions
	grace        atomic.Int64 // nanoseconds since 1970 when what is left is killed
	reading      atomic.Int64 // of them, those that are not read yet
	held         held
	refusals     refusals
	attempts     attempts
	others       sync.Map // processes that are guard, and decide by other policies
	inner        sync.Map // processes that are guard and leave their steps to this one: since when
	stoppedBelow sync.Map // of them, those whose command was stopped, by InnerGuard
	watcher      watcher
	served       chan struct{}
	problem      string // written before served is closed, as are the next ones
	nested       bool
	forbidden    bool // the problem is that nothing can be supervised here
	restarts     bool // a signal breaks off the wait for an answer
}

// file identifies a file.
type file struct{ device, inode uint64 }

// New prepares to supervise one command. The launcher inherits an open
// descriptor, so it must be started before anything else is.
func New(config Config) (*Supervisor, error) {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET, 0)
	if err != nil {
		return nil, fmt.Errorf("supervise: %w", err)
	}
	unix.CloseOnExec(pair[0])
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(pair[0])
		unix.Close(pair[1])
		return nil, fmt.Errorf("supervise: %w", err)
	}
	s := &Supervisor{
		config: config, socket: pair[0], theirs: pair[1], wake: wake, listener: -1,
		privileged: Privileged(), calls: newTable(), served: make(chan struct{}), began: fileTime(),
	}
	s.self, _ = identify("/proc/self/exe")
	s.filters, s.counted = ownFilters()
	return s, nil
}

func identify(path string) (file, error) {
	var status unix.Stat_t
	if err := unix.Stat(path, &status); err != nil {
		return file{}, err
	}
	return file{uint64(status.Dev), status.Ino}, nil
}

// Argv are the words with which guard must start itself (as /proc/self/exe) to
// launch the command. user is "", or "UID:GID:GROUP,GROUP…" to become after the
// filter is installed.
func (s *Supervisor) Argv(path, user string, argv []string) []string {
	return append([]string{filepath.Base(os.Args[0]), StageWord, strconv.Itoa(s.theirs), user, s.config.Acts.word(), path, "--"}, argv...)
}

// Serve hears the launcher and then answers for every exec until Finish. It
// returns at once when the launcher cannot do its part.
func (s *Supervisor) Serve(ctx context.Context) {
	defer close(s.served)
	// Before anything is started below: an orphan must not be lost to init.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	if s.problem = s.awaitLauncher(); s.problem != "" {
		// The launcher waits for a message: without one it ends, and Run with it.
		_ = unix.Shutdown(s.socket, unix.SHUT_RDWR)
		return
	}
	if s.nested {
		return
	}
	reaping, cancel := context.WithCancel(ctx)
	defer cancel()
	go s.reap(reaping)
	s.watcher.begin(s.listener, int(s.main.Load()), s.config.LastWords)
	s.answerAll(ctx)
}

// awaitLauncher takes the listener from the launcher and lets it go on. It returns
// "", or what is wrong.
func (s *Supervisor) awaitLauncher() string {
	message, fd, err := receiveMessage(s.socket)
	unix.Close(s.theirs)
	if err != nil || len(message) == 0 {
		return "the launcher did not answer"
	}
	if problem := s.readLauncher(message, fd); problem != "" {
		s.forbidden = true
		return problem
	}
	return s.release()
}

// readLauncher reads the launcher's message about the filter. It returns "", or why
// nothing can be supervised here.
func (s *Supervisor) readLauncher(message []byte, fd int) string {
	switch {
	case message[0] == saysNested:
		if s.nested = called(leaves) == present; !s.nested {
			return errForeign.Error()
		}
	case message[0] != saysListening:
		return "install a seccomp filter: " + string(message[1:])
	case fd < 0 || len(message) != 18:
		return "the launcher's answer is not complete"
	default:
		s.listener, s.restarts = listener(fd), message[1] != 0
		tid := int(binary.NativeEndian.Uint64(message[10:]))
		if err := s.tryReading(tid, uintptr(binary.NativeEndian.Uint64(message[2:]))); err != nil {
			return fmt.Sprintf("guard is not allowed to read the memory of its own child: %v", err)
		}
		s.main.Store(int64(processOf(tid)))
	}
	return ""
}

// Nested says that an outer guard supervises the command. It may be asked
// in Config.Ready, and after Finish.
func (s *Supervisor) Nested() bool { return s.nested }

// release lets the launcher become the command.
func (s *Supervisor) release() string {
	if err := s.config.Ready(); err != nil {
		return err.Error()
	}
	if _, err := unix.Write(s.socket, []byte{saysGo}); err != nil {
		return fmt.Sprintf("the launcher is gone: %v", err)
	}
	return ""
}

func (s *Supervisor) tryReading(tid int, from uintptr) error {
	copied := make([]byte, len(knownText))
	if err := readMemory(tid, from, copied); err != nil {
		return err
	}
	if string(copied) != knownText {
		return unix.EFAULT
	}
	return nil
}

// receiveMessage reads one message, and the descriptor that comes with it.
func receiveMessage(socket int) (message []byte, fd int, err error) {
	buffer, rights := make([]byte, 4096), make([]byte, unix.CmsgSpace(4))
	var n, m int
	for {
		n, m, _, _, err = unix.Recvmsg(socket, buffer, rights, unix.MSG_CMSG_CLOEXEC)
		if err != unix.EINTR {
			break
		}
	}
	if err != nil {
		return nil, -1, err
	}
	messages, err := unix.ParseSocketControlMessage(rights[:m])
	if err != nil || len(messages) == 0 {
		return buffer[:n], -1, nil
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) != 1 {
		return nil, -1, fmt.Errorf("descriptors: %v", fds)
	}
	return buffer[:n], fds[0], nil
}

// Finish is called when the command has ended. It waits for open questions,
// leaves a copy of guard behind for descendants that live on, and says what was
// done. After Stop it ends them instead.
func (s *Supervisor) Finish() Summary {
	_ = unix.Shutdown(s.socket, unix.SHUT_RD)
	if s.stopping.Load() {
		s.endTree()
	} else if s.main.Load() != 0 {
		s.linger()
	}
	s.reapOrphans()
	s.awaitRestarts()
	_, _ = unix.Write(s.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	<-s.served
	s.closeQuestions()
	summary := Summary{
		Ungoverned: max(s.ungoverned.Load()-1, 0), Refused: s.refused.Load(), Stopped: s.stopping.Load(),
		Problem: s.problem, Nested: s.nested, Privileged: s.privileged, Forbidden: s.forbidden,
	}
	summary.Stopped = summary.Stopped || s.nested && called(endedByYou) == present
	summary.readLauncherError(s.socket)
	if s.listener >= 0 {
		summary.Background = s.leaveDetached()
	}
	s.watcher.end()
	unix.Close(s.socket)
	unix.Close(s.wake)
	return summary
}

// linger goes on a little for what the command started in the background just
// before it ended: until that is gone, or has executed nothing for a while.
func (s *Supervisor) linger() {
	const pause, quiet, longest = 10 * time.Millisecond, 250 * time.Millisecond, 3 * time.Second
	begin, last, count := time.Now(), time.Now(), s.traps.Load()
	for time.Since(begin) < longest && time.Since(last) < quiet && !(s.counted && nobodyWaits(s.listener)) && len(s.descendants()) > 0 {
		time.Sleep(pause)
		if now := s.traps.Load(); now != count {
			last, count = time.Now(), now
		}
	}
}

// awaitRestarts keeps the loop running while a call that a signal interrupted may be
// made again: the detached copy would allow it.
func (s *Supervisor) awaitRestarts() {
	const pause = 10 * time.Millisecond
	if s.main.Load() == 0 { // the launcher's message has not been read, or not in full
		return
	}
	for s.restarts && (s.busy.Load() > s.reading.Load() || s.attempts.owing()) {
		time.Sleep(pause)
	}
}

// readLauncherError reads what the launcher said if it could not become the command.
func (s *Summary) readLauncherError(socket int) {
	message, _, err := receiveMessage(socket)
	switch {
	case err != nil || len(message) == 0:
	case message[0] == saysErrno && len(message) == 2:
		s.Errno = int(message[1])
	case message[0] == saysFailed && s.Problem == "":
		s.Problem = string(message[1:])
	}
}

// leaveDetached leaves the listener to a detached copy of guard while there are
// still processes with the filter, and names them.
func (s *Supervisor) leaveDetached() []string {
	if s.counted && nobodyWaits(s.listener) {
		unix.Close(int(s.listener))
		return nil
	}
	left := s.descendants()
	if s.filterUnused(left) {
		unix.Close(int(s.listener))
		return nil
	}
	since := ""
	if !s.counted {
		since = startOf(int(s.main.Load()))
	}
	startDetached(s.listener, since)
	var names []string
	for _, pid := range left {
		names = append(names, fmt.Sprintf("%s[%d]", nameOf(pid), pid))
	}
	return names
}

// filterUnused: no process has the filter any more. Kernels before 5.9 do not say so.
func (s *Supervisor) filterUnused(left []int) bool {
	if !s.counted {
		return len(left) == 0
	}
	return nobodyWaits(s.listener)
}

// Stop ends the command and all its descendants: with the signal now, by SIGKILL
// after the grace. Decide is called for what comes from then on. While one of them is
// spared, all go on; it then returns before anything is signalled.
func (s *Supervisor) Stop(signal os.Signal, grace time.Duration) {
	if s.stopping.Swap(true) {
		return
	}
	number, _ := signal.(unix.Signal)
	if !s.unstoppable() {
		s.endWith(number, grace)
		return
	}
	go func() {
		const pause = 50 * time.Millisecond
		for s.unstoppable() {
			time.Sleep(pause)
		}
		s.endWith(number, grace)
	}()
}

func (s *Supervisor) endWith(number unix.Signal, grace time.Duration) {
	s.grace.Store(time.Now().Add(grace).UnixNano())
	s.signalTree(number)
	time.AfterFunc(grace, func() {
		select {
		case <-s.served: // Finish has seen to it
		default:
			s.signalTree(unix.SIGKILL)
		}
	})
}
