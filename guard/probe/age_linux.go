package probe

import (
	"io/fs"
	"time"

	"golang.org/x/sys/unix"
)

// timesOf asks the kernel. Only file systems of this machine, by this machine's
// clock, are asked for births.
func timesOf(path string) (times, error) {
	var status unix.Statx_t
	err := unix.Statx(unix.AT_FDCWD, path, unix.AT_SYMLINK_NOFOLLOW, unix.STATX_BTIME|unix.STATX_MTIME, &status)
	if err != nil {
		return times{}, &fs.PathError{Op: "read", Path: path, Err: err}
	}
	found := times{
		born: timeOf(status.Btime), modified: timeOf(status.Mtime),
		device: unix.Mkdev(status.Dev_major, status.Dev_minor),
	}
	if status.Mask&unix.STATX_BTIME != 0 && status.Mask&unix.STATX_MTIME != 0 {
		found.told = ownClock(path)
	}
	return found, nil
}

func timeOf(stamp unix.StatxTimestamp) time.Time { return time.Unix(stamp.Sec, int64(stamp.Nsec)) }

// ownClock: the file system that holds the path has this machine's clock.
func ownClock(path string) bool {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	var status unix.Statfs_t
	return unix.Fstatfs(fd, &status) == nil && local(uint32(status.Type))
}

// local: a file system by its magic number that is none of a network, whose server
// has a clock of its own, and none of a program.
func local(magic uint32) bool {
	switch magic {
	case unix.EXT4_SUPER_MAGIC, unix.XFS_SUPER_MAGIC, unix.BTRFS_SUPER_MAGIC, unix.TMPFS_MAGIC, unix.F2FS_SUPER_MAGIC,
		unix.OVERLAYFS_SUPER_MAGIC, zfsMagic:
		return true
	default:
		return false
	}
}

// zfsMagic is what OpenZFS says for statfs (ZFS_SUPER_MAGIC in its sources).
const zfsMagic = 0x2fc12fc1
