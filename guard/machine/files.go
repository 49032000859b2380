package machine

import (
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// read is the start of a regular file, at most limit bytes; nil when there is
// none. It never waits for a FIFO or a device.
func read(path string, limit int64) []byte {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	data, err := io.ReadAll(io.LimitReader(file, limit))
	if err != nil {
		return nil
	}
	return data
}

// word is the first line of a small file, without blanks around it.
func word(path string) string {
	line, _, _ := strings.Cut(string(read(path, 256)), "\n")
	return strings.TrimSpace(line)
}
