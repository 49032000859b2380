package fileio

import (
	"bytes"
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// LinkLength is how much of a link's text is read, in bytes. A text of that length may
// have been cut.
const LinkLength = 1 << 10

// Links reads the links in a directory in the order of the kernel, and visits those
// whose text is wanted, until visit returns false. What is no link, or has gone, is
// passed over. The text is the visitor's only for the call. A process has thousands of
// open files, so nothing is allocated for the links that are not wanted.
func Links(dir string, visit func(name string, text []byte) (more bool), wanted func(text []byte) bool) error {
	fd, err := open(dir, unix.O_DIRECTORY)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	var records [8 << 10]byte
	var text [LinkLength]byte
	for {
		n, err := again(func() (int, error) { return unix.Getdents(fd, records[:]) })
		if err != nil || n <= 0 {
			return err
		}
		for rest := records[:n]; ; {
			var name []byte // with the zero at its end, as readlinkat(2) wants it
			if name, rest = nextName(rest); name == nil {
				break
			}
			length, ok := readLink(fd, name, text[:])
			if ok && wanted(text[:length]) && !visit(string(name[:len(name)-1]), text[:length]) {
				return nil
			}
		}
	}
}

// nextName is the name in the first record of getdents64(2): inode (8 bytes), offset (8),
// length of the record (2), type (1), name, zero.
func nextName(records []byte) (name, rest []byte) {
	const header = 19
	if len(records) <= header {
		return nil, nil
	}
	length := int(binary.NativeEndian.Uint16(records[16:]))
	if length <= header || length > len(records) {
		return nil, nil
	}
	end := bytes.IndexByte(records[header:length], 0)
	if end < 0 {
		return nil, nil
	}
	return records[header : header+end+1], records[length:]
}

func readLink(dir int, name, text []byte) (length int, ok bool) {
	n, _, errno := unix.Syscall6(unix.SYS_READLINKAT, uintptr(dir), uintptr(unsafe.Pointer(&name[0])),
		uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)), 0, 0)
	return int(n), errno == 0
}
