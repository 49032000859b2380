package process

import (
	"context"
	"fmt"
	"os"
	"syscall"
	"time"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

// RunOn is Run for a program that has a terminal to itself: it leads a session
// of its own with that terminal as its controlling one, and its descriptors 0 to
// 2. What the keys of that terminal do to its jobs is the kernel's business and
// does not reach guard.
//
// A SIGTERM or SIGHUP to guard calls hangUp, which must do what a disappearing terminal
// does; a second one is passed on. SIGINT and SIGQUIT are dropped, user
// signals passed on. A leader that stops itself is continued: nobody else could.
func (h *Hold) RunOn(ctx context.Context, request guard.Request, e guard.Executable, on *os.File, hangUp func()) guard.Outcome {
	signals := h.lend(passedOn())
	defer h.takeBack(signals)
	if err := ready(ctx, signals, e); err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	begin := time.Now()
	pid, err := startOn(request, e, on)
	if err != nil {
		return notStarted(e, err)
	}
	outcome := ended(signals.lead(pid, hangUp))
	outcome.Duration = time.Since(begin)
	return outcome
}

func startOn(request guard.Request, e guard.Executable, on *os.File) (pid int, err error) {
	if len(request.Argv) == 0 {
		return 0, unix.EINVAL
	}
	fd := on.Fd()
	pid, err = syscall.ForkExec(executePath(request, e), request.Argv, &syscall.ProcAttr{
		Dir:   changeDir(request.Dir),
		Env:   request.Env,
		Files: []uintptr{fd, fd, fd},
		Sys:   &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 0},
	})
	if err != nil {
		return 0, fmt.Errorf("in a session of its own: %w", err)
	}
	return pid, nil
}

// lead waits for the leader of a session.
func (s *signals) lead(pid int, hangUp func()) unix.WaitStatus {
	changed, seen := make(chan bool), make(chan bool)
	defer close(seen)
	go watch(pid, changed, seen)
	hungUp := false
	for {
		select {
		case number := <-s.arrived:
			switch {
			case number == unix.SIGINT, number == unix.SIGQUIT:
			case !hungUp && (number == unix.SIGTERM || number == unix.SIGHUP):
				hungUp = true
				hangUp()
			default:
				_ = unix.Kill(pid, number.(syscall.Signal))
			}
		case <-changed:
			status, waited := wait(pid)
			if waited && status.Stopped() {
				_ = unix.Kill(pid, unix.SIGCONT)
			} else if waited {
				return status
			}
			seen <- true
		}
	}
}
