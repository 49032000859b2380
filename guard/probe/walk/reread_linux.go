package walk

import (
	"bytes"
	"encoding/binary"
	"errors"

	"golang.org/x/sys/unix"
)

// inodeIn is the number that a directory has for a name; 0 when it has none.
func inodeIn(dir int, name string) (inode uint64) {
	eachEntry(dir, func(entry []byte, number uint64) {
		if string(entry) == name {
			inode = number
		}
	})
	return inode
}

// eachEntry reads a directory once more.
func eachEntry(dir int, visit func(name []byte, inode uint64)) {
	fd, err := openDir(dir, ".")
	if err != nil {
		return
	}
	defer unix.Close(fd)
	buffer := buffers.Get().(*[readSize]byte)
	defer buffers.Put(buffer)
	for {
		n, err := unix.Getdents(fd, buffer[:])
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		for records := buffer[:n]; len(records) > direntHeader; {
			length := int(binary.NativeEndian.Uint16(records[16:]))
			if length <= direntHeader || length > len(records) {
				return
			}
			name := records[direntHeader:length]
			visit(name[:max(bytes.IndexByte(name, 0), 0)], binary.NativeEndian.Uint64(records))
			records = records[length:]
		}
	}
}
