package approve

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"blastguard/guard"
)

// lockPoll is how often a guard that waits looks whether the terminal is free.
const lockPoll = 100 * time.Millisecond

// questionLock keeps a terminal for one question. It ends with its process.
type questionLock struct{ file *os.File }

func (l *questionLock) close() {
	if l != nil && l.file != nil {
		l.file.Close()
	}
}

// lock waits until no other guard asks on the terminal: silently, for the
// other's question is on the screen, and no longer than the first
// confirmation's deadline. It answers when that, ctx or a signal comes first.
func (a *Approver) lock(ctx context.Context, terminal *terminal, stop *signals, question guard.Question) (*questionLock, *guard.Answer) {
	lock, err := openLock(a.config.LockDir, terminal)
	if err != nil {
		// Two questions at once are a nuisance, not a danger: a key reaches
		// one of them, and only the whole text is yes.
		a.debug("no lock for the terminal", "error", err)
		return nil, nil
	}
	end := a.config.Now().Add(deadlineOf(question.Decision.Confirmations[0]))
	for {
		if unix.Flock(int(lock.file.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil {
			return lock, nil
		}
		answer := a.stopped(ctx, stop)
		if answer == nil && !a.config.Now().Before(end) {
			late := no("timeout", "another guard is asking on this terminal: answer that one first")
			answer = &late
		}
		if answer != nil {
			lock.close()
			return nil, answer
		}
		pause(ctx, lockPoll)
	}
}

// stopped is the answer when ctx or a signal ended the question, or nil.
func (a *Approver) stopped(ctx context.Context, stop *signals) *guard.Answer {
	if answer := stop.pending(); answer != nil {
		return answer
	}
	if err := ctx.Err(); err != nil {
		answer := no("interrupted", "stopped: "+err.Error())
		return &answer
	}
	return nil
}

func openLock(dir string, terminal *terminal) (*questionLock, error) {
	device, err := terminal.device()
	if err != nil {
		return nil, err
	}
	if dir == "" {
		return nil, fmt.Errorf("lock the terminal: no directory for locks")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("lock the terminal: %w", err)
	}
	path := filepath.Join(dir, fmt.Sprintf("question-%d-%d.lock", unix.Major(device), unix.Minor(device)))
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CREAT|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the terminal: open %s: %w", path, err)
	}
	return &questionLock{file: os.NewFile(uintptr(fd), path)}, nil
}

func pause(ctx context.Context, long time.Duration) {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
