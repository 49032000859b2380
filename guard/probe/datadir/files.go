package datadir

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"blastguard/guard"
)

// fileID is what a file is, by whatever name.
type fileID struct{ device, inode uint64 }

// idOf follows links.
func idOf(path string) (fileID, error) {
	info, err := os.Stat(path)
	if err != nil {
		return fileID{}, err
	}
	return idOfInfo(info), nil
}

func idOfInfo(info fs.FileInfo) fileID {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return fileID{device: uint64(stat.Dev), inode: stat.Ino}
	}
	return fileID{}
}

// ownerOf is the numeric owner of a file, -1 when it cannot be told.
func ownerOf(path string) int {
	info, err := os.Stat(path)
	if err != nil {
		return -1
	}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Uid)
	}
	return -1
}

// exists: something of that name is there, also a dangling link.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// isDir: a directory, or a link to one.
func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// within: path is dir or lies below it. Both are clean and absolute.
func within(path, dir string) bool {
	return path == dir || dir == "/" || strings.HasPrefix(path, dir+"/")
}

// needsRoot says why something could not be read, and what to do about it.
func needsRoot(what string, err error) string {
	if errors.Is(err, fs.ErrPermission) && os.Geteuid() != 0 {
		return what + ": permission denied; " + guard.NeedsRoot
	}
	return what + ": " + withoutPath(err).Error()
}
