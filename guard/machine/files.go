package machine

import (
	"strings"

	"golang.org/x/sys/unix"
)

// read is the start of a regular file, at most limit bytes; nil when there is
// none. It never waits for a FIFO or a device. An os.File would also be registered
// with the runtime's poller, which costs more than the reading of a small file.
func read(path string, limit int) []byte {
	fd, err := retried(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0) })
	if err != nil {
		return nil
	}
	defer unix.Close(fd)
	var info unix.Stat_t
	if unix.Fstat(fd, &info) != nil || info.Mode&unix.S_IFMT != unix.S_IFREG {
		return nil
	}
	data := make([]byte, 0, min(limit, 1024))
	for len(data) < limit {
		if len(data) == cap(data) {
			data = append(data, 0)[:len(data)]
		}
		n, err := retried(func() (int, error) { return unix.Read(fd, data[len(data):min(cap(data), limit)]) })
		if err != nil {
			return nil
		}
		if n == 0 {
			break
		}
		data = data[:len(data)+n]
	}
	return data
}

// retried calls again what a signal has interrupted.
func retried(call func() (int, error)) (n int, err error) {
	for {
		if n, err = call(); err != unix.EINTR {
			return n, err
		}
	}
}

// word is the first line of a small file, without blanks around it.
func word(path string) string {
	line, _, _ := strings.Cut(string(read(path, 256)), "\n")
	return strings.TrimSpace(line)
}
