package audit

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"syscall"

	"blastguard/guard"

	"github.com/mattn/go-sqlite3"
)

// explain says what was done to which log, what went wrong and what to do. A
// refused claim stays as it is.
func explain(operation, path string, err error) error {
	var claim *guard.ClaimRefused
	if errors.As(err, &claim) {
		return err
	}
	if next := remedy(path, err); next != "" {
		return fmt.Errorf("%s audit log %s: %w: %s", operation, guard.Printable(path), err, next)
	}
	return fmt.Errorf("%s audit log %s: %w", operation, guard.Printable(path), err)
}

// remedy is what to do about an error of the system or of SQLite; "" when the
// error says it itself.
func remedy(path string, err error) string {
	var sqlite sqlite3.Error
	isSQLite := errors.As(err, &sqlite)
	dir := guard.Printable(filepath.Dir(path))
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT), isSQLite && (sqlite.Code == sqlite3.ErrFull || sqlite.SystemErrno == syscall.ENOSPC):
		return "the disk is full: free some space in " + dir
	case errors.Is(err, syscall.EROFS), isSQLite && sqlite.SystemErrno == syscall.EROFS:
		return dir + " is mounted read-only: mount it for writing"
	case errors.Is(err, fs.ErrPermission), isSQLite && (sqlite.Code == sqlite3.ErrReadonly || sqlite.Code == sqlite3.ErrPerm || sqlite.Code == sqlite3.ErrAuth):
		return "you are not allowed to write it: join the group of " + dir + ", or run it with sudo"
	case isSQLite && sqlite.Code == sqlite3.ErrCantOpen:
		return "it or a file beside it cannot be opened: look at the owners and modes in " + dir
	case isSQLite && (sqlite.Code == sqlite3.ErrCorrupt || sqlite.Code == sqlite3.ErrNotADB):
		return "it is damaged, or not a database: move it and the files beside it away, and keep them for investigation"
	case isBusy(err):
		return "another process has locked it: try again"
	case isSQLite && sqlite.Code == sqlite3.ErrIoErr:
		return "the disk reports errors: look at the kernel's messages (dmesg)"
	}
	return ""
}

// isDamage says that SQLite found the file itself damaged.
func isDamage(err error) bool {
	var sqlite sqlite3.Error
	return errors.Is(err, errDamaged) || errors.Is(err, errNotCanonical) ||
		errors.As(err, &sqlite) && (sqlite.Code == sqlite3.ErrCorrupt || sqlite.Code == sqlite3.ErrNotADB || sqlite.Code == sqlite3.ErrError)
}
