package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"blastguard/guard"

	"golang.org/x/sys/unix"
)

var errInterrupted = errors.New("a signal came before it started")

// Run executes the request and returns when the command has ended. It verifies
// the executable once more, and starts nothing when that fails, when ctx is
// done or when a signal that would have ended the command came before.
//
// Once the command has started, ctx is not looked at: a deadline or an
// interrupt of guard never kills a half-done command behind a person's back.
// The command gets its signals from the terminal, or passed on by guard.
//
// A command that did not start has Started false, an Error, and as Status the exit
// status for guard: 127 when there is no such file, 126 when the kernel refused it, 125
// otherwise, also when the machine has run out of a resource. While Run waits it has the
// process's signals to itself; there must be only one Run at a time.
func Run(ctx context.Context, request guard.Request, e guard.Executable) guard.Outcome {
	return (*Hold)(nil).Run(ctx, request, e)
}

// Run is Run with signals that are held: the command has them until it has ended.
func (h *Hold) Run(ctx context.Context, request guard.Request, e guard.Executable) guard.Outcome {
	signals := h.lend(taken())
	defer h.takeBack(signals)
	if err := ready(ctx, signals, e); err != nil {
		return guard.Outcome{Status: guard.StatusFailed, Error: err.Error()}
	}
	begin := time.Now()
	pid, err := start(request, e)
	if err != nil {
		return notStarted(e, err)
	}
	outcome := ended(signals.follow(pid))
	outcome.Duration = time.Since(begin)
	return outcome
}

func ready(ctx context.Context, signals *signals, e guard.Executable) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("start %q: %w", e.Path, err)
	}
	if signals.pending() {
		return fmt.Errorf("start %q: %w", e.Path, errInterrupted)
	}
	return Verify(e)
}

// start forks and executes. Descriptors from 3 on are inherited unless they are
// close-on-exec, as all of guard's own are; the Go runtime gives the child the
// signal mask and the limit of open files that guard was started with.
func start(request guard.Request, e guard.Executable) (pid int, err error) {
	if len(request.Argv) == 0 {
		return 0, unix.EINVAL
	}
	return syscall.ForkExec(executePath(request, e), request.Argv, &syscall.ProcAttr{
		Dir:   changeDir(request.Dir),
		Env:   request.Env,
		Files: []uintptr{0, 1, 2},
	})
}

// executePath is what the kernel is asked to execute. A script sees it as its
// $0, so a word with a slash stays as it was typed.
func executePath(request guard.Request, e guard.Executable) string {
	if strings.Contains(request.Argv[0], "/") {
		return request.Argv[0]
	}
	return e.Path
}

// changeDir is the directory to change to, or "" when guard is there already: a
// directory that was deleted or closed to us can be kept, but not entered.
func changeDir(dir string) string {
	here, errHere := os.Stat(".")
	there, errThere := os.Stat(dir)
	if dir == "" || errHere == nil && errThere == nil && os.SameFile(here, there) {
		return ""
	}
	return dir
}

func notStarted(e guard.Executable, err error) guard.Outcome {
	status := guard.StatusNotExecutable
	switch {
	case errors.Is(err, unix.ENOENT):
		status = guard.StatusNotFound
	case guard.Exhausted(err):
		status = guard.StatusFailed
	}
	return guard.Outcome{Status: status, Error: fmt.Sprintf("start %q: %v", e.Path, reason(err))}
}

// reason explains the kernel's error in words.
func reason(err error) error {
	switch {
	case errors.Is(err, unix.ENOEXEC):
		return fmt.Errorf("%w: not a program for this machine, nor a script with a #! line", err)
	case errors.Is(err, unix.ENOENT):
		return fmt.Errorf("%w: the file, the interpreter named by its #! line, or its loader", err)
	default:
		return err
	}
}

func ended(status unix.WaitStatus) guard.Outcome {
	if status.Signaled() {
		return guard.Outcome{Started: true, Status: -1, Signal: int(status.Signal())}
	}
	return guard.Outcome{Started: true, Status: status.ExitStatus()}
}
