package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// place creates the directory and the file of a log where they are missing, and
// refuses those that others could tamper with.
func place(ctx context.Context, path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	mode, err := fileMode(filepath.Dir(path))
	if err != nil {
		return err
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return create(ctx, path, mode)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("it is a %s, not a file: name the file itself", info.Mode().Type())
	case info.Mode().Perm()&0o002 != 0:
		return fmt.Errorf("everybody can write to it: chmod o-w %s", path)
	}
	return errors.Join(writable(path), writable(filepath.Dir(path)))
}

// writable asks the kernel. The database is never opened and closed for that:
// closing a file gives up every lock that this process holds on it.
func writable(path string) error {
	if err := unix.Faccessat(unix.AT_FDCWD, path, unix.W_OK, unix.AT_EACCESS); err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return nil
}

// fileMode is the mode of the log's files: for the group when the group may
// write the directory, else for the owner alone.
func fileMode(dir string) (fs.FileMode, error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return 0, err
	case !info.IsDir():
		return 0, fmt.Errorf("%s is not a directory", dir)
	case info.Mode().Perm()&0o002 != 0:
		return 0, fmt.Errorf("everybody can write to the directory %s: use one of your own, or chmod o-w %s", dir, dir)
	case info.Mode().Perm()&0o020 != 0:
		return 0o660, nil
	default:
		return 0o600, nil
	}
}

// create makes a new log beside its place and links it there whole, so that two
// guards that start at once do not see half of one.
func create(ctx context.Context, path string, mode fs.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new-*")
	if err != nil {
		return err
	}
	temporary := file.Name()
	defer removeAll(temporary, temporary+"-wal", temporary+"-shm")
	err = errors.Join(file.Chmod(mode), file.Close())
	if err == nil {
		err = createAt(ctx, temporary)
	}
	if err != nil {
		return err
	}
	if err := gone(path); err != nil {
		return err
	}
	if err := os.Link(temporary, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// gone says that there was a log that is no more. A head is written after its
// log, so whoever sees a head first must then see the log.
func gone(path string) error {
	if _, err := os.Lstat(headPath(path)); err != nil {
		return nil
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("the log is missing, but %s shows that there was one: restore it, or remove that file to start a new log", headPath(path))
}

// createAt fills an empty file. Closing the only connection leaves everything
// in the one file, synced.
func createAt(ctx context.Context, path string) error {
	c, err := connect(path, "_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		return err
	}
	err = fill(ctx, c)
	return errors.Join(err, c.close())
}

func removeAll(paths ...string) {
	for _, path := range paths {
		_ = os.Remove(path) // it may never have existed
	}
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
