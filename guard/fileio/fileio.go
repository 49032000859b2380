// Package fileio reads small files and the names in directories with as few system
// calls as there can be.
//
// The probes look at hundreds of files of /proc and /etc before each governed step. An
// os.File is made for more than that: it is registered with the poller of the runtime,
// gets a finalizer and a name for its errors, and so costs several times what the
// reading of one line does. Errors are those of the kernel (unix.Errno), without a
// path.
package fileio

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ErrNotRegular is the error for a directory, a pipe or a device in the place of a file.
var ErrNotRegular = errors.New("not a regular file")

// first is how much is read at once at first: most of what is asked for.
const first = 1 << 10

// Read reads a regular file up to a limit in bytes; what is longer is cut. It follows
// links, and does not wait for the other end of a pipe.
func Read(path string, limit int) ([]byte, error) {
	fd, err := open(path, unix.O_NONBLOCK)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var info unix.Stat_t
	if err := unix.Fstat(fd, &info); err != nil {
		return nil, err
	}
	if info.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil, ErrNotRegular
	}
	data := make([]byte, 0, min(limit, first))
	for len(data) < limit {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := again(func() (int, error) { return unix.Read(fd, data[len(data):min(cap(data), limit)]) })
		if err != nil {
			return nil, err
		}
		if n == 0 {
			break
		}
		data = data[:len(data)+n]
	}
	return data, nil
}

// Names returns the names in a directory in the order of the kernel, without "." and "..", at
// most limit; a limit below 0 is none. With an error they are incomplete.
func Names(dir string, limit int) ([]string, error) {
	fd, err := open(dir, unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	var names []string
	buffer := make([]byte, 8<<10)
	for limit < 0 || len(names) < limit {
		n, err := again(func() (int, error) { return unix.ReadDirent(fd, buffer) })
		if err != nil {
			return names, err
		}
		if n == 0 {
			break
		}
		most := -1
		if limit >= 0 {
			most = limit - len(names)
		}
		_, _, names = unix.ParseDirent(buffer[:n], most, names)
	}
	return names, nil
}

func open(path string, flags int) (int, error) {
	return again(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|flags, 0) })
}

// again calls once more what a signal has interrupted.
func again(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); err != unix.EINTR {
			return n, err
		}
	}
}
