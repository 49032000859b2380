package machine

import (
	"strings"

	"blastguard/guard/fileio"
)

// read is the start of a regular file, at most limit bytes; nil when there is
// none. It never waits for a FIFO or a device.
func read(path string, limit int) []byte {
	data, err := fileio.Read(path, limit)
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
