package database

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/fileio"
)

// FileID is what a file is, by whatever name.
type FileID struct{ device, inode uint64 }

// IDOf tells which file a path is; it follows links.
func IDOf(path string) (FileID, error) {
	info, err := os.Stat(path)
	if err != nil {
		return FileID{}, err
	}
	return IDOfInfo(info), nil
}

// IDOfInfo tells it of a file that was looked at.
func IDOfInfo(info fs.FileInfo) FileID {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return FileID{device: uint64(stat.Dev), inode: stat.Ino}
	}
	return FileID{}
}

// OwnerOf is the numeric owner of a file, -1 when it cannot be told.
func OwnerOf(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}

// Exists tells whether something of that name is there; so is a dangling link.
func Exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// IsDir tells whether it is a directory, or a link to one.
func IsDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Within tells whether path is dir or lies below it. Both are clean and absolute.
func Within(path, dir string) bool {
	return path == dir || dir == "/" || strings.HasPrefix(path, dir+"/")
}

// NeedsRoot says why something could not be read, and what to do about it.
func NeedsRoot(what string, err error) string {
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return what + ": permission denied; " + guard.NeedsRoot
	}
	return what + ": " + WithoutPath(err).Error()
}

// ReadSmall reads a regular file up to a limit in bytes; what is longer is cut. It does
// not wait on a pipe that stands where a file is expected.
func ReadSmall(path string, limit int64) ([]byte, error) {
	return fileio.Read(path, int(limit))
}

// WithoutPath drops the path that the os package puts before an error.
func WithoutPath(err error) error {
	var pathError *os.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}

// FirstNames are some of the names in a directory; none when it cannot be read.
func FirstNames(dir string, limit int) []string {
	handle, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer handle.Close()
	names, _ := handle.Readdirnames(limit)
	return names
}
