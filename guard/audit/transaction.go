package audit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"blastguard/guard"

	"github.com/mattn/go-sqlite3"
)

// transaction runs do between BEGIN IMMEDIATE and COMMIT, with the time at
// which the log was locked. After a nil error what do wrote is on disk. Only the
// wait for the lock ends with ctx: a commit that was broken off might be one.
func (l *Log) transaction(ctx context.Context, do func(ctx context.Context, at time.Time) error) error {
	l.one.Lock()
	defer l.one.Unlock()
	for {
		err := l.lock(ctx, l.stuck)
		if err == nil {
			err = l.locked(ctx, do)
		}
		if !exhausted(err) || !l.spare.release() {
			return err
		}
	}
}

// lastly is transaction for what must not be lost: it waits longer, and tries again when
// the machine has run out of a resource.
func (l *Log) lastly(ctx context.Context, do func(ctx context.Context, at time.Time) error) error {
	l.one.Lock()
	defer l.one.Unlock()
	for end := time.Now().Add(l.outcome); ; {
		err := l.lock(ctx, l.stuck)
		var held *Locked
		if errors.As(err, &held) {
			if l.config.Waiting != nil {
				l.config.Waiting(held)
			}
			err = l.lock(ctx, l.outcome)
		}
		if err == nil {
			err = l.locked(ctx, do)
		}
		switch {
		case !exhausted(err) || time.Now().After(end):
			return err
		case l.spare.release():
			continue
		}
		time.Sleep(exhaustedPause)
	}
}

// exhaustedPause is how often it is tried again.
const exhaustedPause = 100 * time.Millisecond

// exhausted: the machine has run out of descriptors or memory, which others give
// back. A full disk is another matter: nothing says that it will ever have room.
func exhausted(err error) bool {
	var sqlite sqlite3.Error
	return guard.Exhausted(err) ||
		errors.As(err, &sqlite) && (sqlite.Code == sqlite3.ErrNomem || sqlite.SystemErrno == syscall.EMFILE || sqlite.SystemErrno == syscall.ENFILE)
}

// spare is a descriptor that is kept for the moment when there is none any more:
// an entry is then still written.
type spare struct{ file *os.File }

func newSpare() spare {
	file, err := os.Open("/")
	if err != nil {
		return spare{}
	}
	return spare{file}
}

// release gives it up; false when that has been done already.
func (s *spare) release() bool {
	if s.file == nil {
		return false
	}
	s.file.Close()
	s.file = nil
	return true
}

func (l *Log) locked(ctx context.Context, do func(ctx context.Context, at time.Time) error) error {
	ctx = context.WithoutCancel(ctx)
	err := l.sameSchema(ctx)
	if err == nil {
		err = do(ctx, l.config.Now())
	}
	if err == nil {
		err = l.conn.exec(ctx, "COMMIT")
	}
	if err == nil {
		l.headMissing = false
		return nil
	}
	if l.headMissing {
		// The entry that says so is not on disk, and guard may end here: whoever writes the
		// next one must find it missing too.
		_ = os.Remove(headPath(l.config.Path))
	}
	// After some errors SQLite has rolled back by itself.
	if rollback := l.conn.run("ROLLBACK"); rollback != nil {
		l.debug("rollback", "error", rollback)
	}
	return err
}

// sameSchema refuses a schema that somebody changed since the log was opened, unless it
// is still guard's own: a newer guard may have added to it.
func (l *Log) sameSchema(ctx context.Context) error {
	now, err := schemaCount(ctx, l.conn)
	if err != nil || now == l.schema {
		return err
	}
	if now, err = checkSchema(ctx, l.conn); err == nil {
		l.schema = now
	}
	return err
}

// lock begins a transaction that writes. While others write it waits, as
// long as they make progress; after a time without any it says who holds the log.
func (l *Log) lock(ctx context.Context, stuck time.Duration) error {
	whole := context.WithoutCancel(ctx)
	moved, version := time.Now(), int64(-1)
	for {
		if ctx.Err() != nil {
			return fmt.Errorf("waiting for its lock: %w", ctx.Err())
		}
		err := l.conn.exec(whole, "BEGIN IMMEDIATE")
		if !isBusy(err) {
			return err
		}
		row, versionErr := l.conn.one(whole, "PRAGMA data_version")
		if versionErr == nil && asInt(row[0]) != version {
			if version >= 0 {
				moved = time.Now()
			}
			version = asInt(row[0])
		}
		if time.Since(moved) >= stuck {
			return &Locked{By: holder(l.config.Path), For: time.Since(moved)}
		}
	}
}

// Locked is the error of a log that another process holds without making progress.
type Locked struct {
	By  string // "guard (pid 4711)", "" when it is not known
	For time.Duration
}

func (e *Locked) Error() string {
	by := e.By
	if by == "" {
		by = "another process"
	}
	return fmt.Sprintf("locked by %s for more than %s: wait for it, or end it", by, e.For.Truncate(time.Second))
}

func isBusy(err error) bool {
	var sqlite sqlite3.Error
	return errors.As(err, &sqlite) && (sqlite.Code == sqlite3.ErrBusy || sqlite.Code == sqlite3.ErrLocked)
}
