package source

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const maxLinks = 40 // as the kernel allows in one path

// fault is an error with what to do about it.
type fault struct{ what, next string }

func (f fault) Error() string { return f.what }

// walker follows paths and remembers the directories that it checked.
type walker struct {
	euid int
	dirs map[string]*directory
}

// directory is one checked directory: err says why it is not trusted.
type directory struct {
	open bool // others may make entries; the sticky bit keeps them from ours
	err  error
}

func newWalker(euid int) *walker {
	return &walker{euid: euid, dirs: map[string]*directory{}}
}

// resolve follows every link in an absolute path and returns the path without
// links. Every directory and link on the way is checked. What stands at the end
// is checked when it is a directory; a file is not even opened.
func (w *walker) resolve(path string) (string, error) {
	if err := w.enter("/"); err != nil {
		return "", err
	}
	at, left, links := "/", strings.Split(path, "/"), 0
	for len(left) > 0 {
		name := left[0]
		left = left[1:]
		switch name {
		case "", ".":
			continue
		case "..":
			at = filepath.Dir(at)
			continue
		}
		next := filepath.Join(at, name)
		if known, seen := w.dirs[next]; seen {
			if known.err != nil {
				return "", known.err
			}
			at = next
			continue
		}
		info, err := os.Lstat(next)
		if err != nil {
			return "", missing(next, err)
		}
		switch {
		case info.Mode()&fs.ModeSymlink != 0:
			if links++; links > maxLinks {
				return "", fault{what: fmt.Sprintf("more than %d symbolic links on the way", maxLinks)}
			}
			target, err := w.follow(next, info)
			if err != nil {
				return "", err
			}
			if strings.HasPrefix(target, "/") {
				at = "/"
			}
			left = append(strings.Split(target, "/"), left...)
		case info.IsDir():
			if err := w.enter(next); err != nil {
				return "", err
			}
			at = next
		case len(left) > 0:
			return "", fault{what: fmt.Sprintf("%s is not a directory", next)}
		default:
			return next, nil
		}
	}
	return at, nil
}

func missing(path string, err error) error {
	if os.IsNotExist(err) {
		return fmt.Errorf("%s does not exist%w", path, silent{fs.ErrNotExist})
	}
	return fmt.Errorf("%s: %w", path, cause(err))
}

// silent carries an error for errors.Is without its text.
type silent struct{ error }

func (silent) Error() string   { return "" }
func (s silent) Unwrap() error { return s.error }

// follow reads a link that somebody trusted made.
func (w *walker) follow(path string, info fs.FileInfo) (string, error) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !w.owns(stat.Uid) {
		return "", w.foreign(path, stat)
	}
	target, err := os.Readlink(path)
	if err != nil {
		return "", fmt.Errorf("follow %s: %w", path, cause(err))
	}
	return target, nil
}

// enter checks one directory and remembers it.
func (w *walker) enter(path string) error {
	if known, seen := w.dirs[path]; seen {
		return known.err
	}
	entry := &directory{}
	w.dirs[path] = entry
	var stat syscall.Stat_t
	if err := syscall.Lstat(path, &stat); err != nil {
		entry.err = missing(path, err)
		return entry.err
	}
	sticky := stat.Mode&syscall.S_ISVTX != 0
	entry.open = stat.Mode&0o022 != 0
	switch {
	case stat.Mode&syscall.S_IFMT != syscall.S_IFDIR:
		entry.err = fault{what: fmt.Sprintf("%s is not a directory", path)}
	case !w.owns(stat.Uid):
		entry.err = w.foreign(path, &stat)
	case entry.open && !sticky:
		entry.err = writable(path, &stat)
	}
	return entry.err
}

// checkFile checks an open file in a directory that was checked.
func (w *walker) checkFile(stat *syscall.Stat_t, dir string) error {
	switch {
	case stat.Mode&syscall.S_IFMT != syscall.S_IFREG:
		return fault{what: "it is not a regular file", next: "remove it, or name it other than *.hcl"}
	case !w.owns(stat.Uid):
		return w.foreign("it", stat)
	case stat.Mode&0o022 != 0:
		return writable("it", stat)
	case stat.Nlink > 1 && w.openToOthers(dir):
		return fault{what: fmt.Sprintf("it has a second hard link, and anybody can link files into %s", dir), next: "copy it to a directory of your own"}
	case stat.Size > maxBytes:
		return fault{what: fmt.Sprintf("%d bytes, a policy file may have at most %d (1 MiB)", stat.Size, maxBytes), next: "split it into several files"}
	}
	return nil
}

func (w *walker) isDir(path string) bool {
	entry, seen := w.dirs[path]
	return seen && entry.err == nil
}

func (w *walker) openToOthers(dir string) bool {
	entry, seen := w.dirs[dir]
	return !seen || entry.open
}

func (w *walker) owns(uid uint32) bool { return uid == 0 || int64(uid) == int64(w.euid) }

func (w *walker) foreign(what string, stat *syscall.Stat_t) error {
	owner := "somebody unknown"
	if stat != nil {
		owner = fmt.Sprintf("uid %d", stat.Uid)
	}
	trusted := "root"
	if w.euid != 0 {
		trusted = fmt.Sprintf("root or uid %d", w.euid)
	}
	return fault{what: fmt.Sprintf("%s belongs to %s, not to %s", what, owner, trusted), next: "check its contents, then chown it"}
}

func writable(what string, stat *syscall.Stat_t) error {
	return fault{
		what: fmt.Sprintf("%s is writable by others (mode %04o)", what, stat.Mode&0o7777),
		next: "check its contents, then chmod go-w it",
	}
}
