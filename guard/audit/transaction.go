package audit

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/mattn/go-sqlite3"
)

// transaction runs do between BEGIN IMMEDIATE and COMMIT, with the time at
// which the log was locked. After a nil error what do wrote is on disk.
func (l *Log) transaction(ctx context.Context, do func(at time.Time) error) error {
	l.one.Lock()
	defer l.one.Unlock()
	if err := l.lock(ctx); err != nil {
		return err
	}
	err := l.sameSchema(ctx)
	if err == nil {
		err = do(l.config.Now())
	}
	if err == nil {
		err = l.conn.exec(ctx, "COMMIT")
	}
	if err == nil {
		return nil
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

// lock begins a transaction that writes. While others write it waits, for as
// long as they get on; when nothing moves for a while it says who holds the log.
func (l *Log) lock(ctx context.Context) error {
	moved, version := time.Now(), int64(-1)
	for {
		err := l.conn.exec(ctx, "BEGIN IMMEDIATE")
		if !isBusy(err) {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("waiting for its lock: %w", ctx.Err())
		}
		row, versionErr := l.conn.one(ctx, "PRAGMA data_version")
		if versionErr == nil && asInt(row[0]) != version {
			if version >= 0 {
				moved = time.Now()
			}
			version = asInt(row[0])
		}
		if time.Since(moved) >= l.stuck {
			return &Locked{By: holder(l.config.Path), For: time.Since(moved)}
		}
	}
}

// Locked is the error of a log that another process holds without getting on.
type Locked struct {
	By  string // "guard (pid 4711)", "" when it cannot be told
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
