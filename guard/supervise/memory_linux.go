//go:build linux && (amd64 || arm64)

package supervise

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	pageSize  = 4096 // the smallest of any machine here; a read never crosses it
	shortRead = 256  // most words end within it
	batch     = 512  // words read by one call
	// maxWords and maxBytes bound what is read of one process; the kernel itself
	// takes no more than 6 MiB of words and environment by default.
	maxWords = 4 << 20
	maxBytes = 64 << 20
)

var errTooLong = errors.New("its arguments are longer than guard reads")

// readMemory copies from a process's memory; all of it, or an error.
func readMemory(pid int, from uintptr, to []byte) error {
	local := [1]unix.Iovec{{Base: &to[0]}}
	local[0].SetLen(len(to))
	remote := [1]unix.RemoteIovec{{Base: from, Len: len(to)}}
	n, _, errno := unix.Syscall6(unix.SYS_PROCESS_VM_READV, uintptr(pid),
		uintptr(unsafe.Pointer(&local[0])), 1, uintptr(unsafe.Pointer(&remote[0])), 1, 0)
	switch {
	case errno != 0:
		return errno
	case int(n) != len(to):
		return unix.EFAULT
	default:
		return nil
	}
}

// readTwo copies two pieces of a process's memory by one call; false unless it
// copied both whole.
func readTwo(pid int, from uintptr, to []byte, fromNext uintptr, toNext []byte) bool {
	local := [2]unix.Iovec{{Base: &to[0]}, {Base: &toNext[0]}}
	local[0].SetLen(len(to))
	local[1].SetLen(len(toNext))
	remote := [2]unix.RemoteIovec{{Base: from, Len: len(to)}, {Base: fromNext, Len: len(toNext)}}
	n, _, errno := unix.Syscall6(unix.SYS_PROCESS_VM_READV, uintptr(pid),
		uintptr(unsafe.Pointer(&local[0])), 2, uintptr(unsafe.Pointer(&remote[0])), 2, 0)
	return errno == 0 && int(n) == len(to)+len(toNext)
}

// toPageEnd is how many bytes from an address on may be read at once.
func toPageEnd(from uintptr, most int) int {
	return min(most, pageSize-int(from%pageSize))
}

// readText copies a text that ends with a zero byte into the buffer, and returns
// it without that byte. A text that does not fit is cut.
func readText(pid int, from uintptr, buffer []byte) ([]byte, error) {
	n := 0
	for n < len(buffer) {
		most := pageSize
		if n == 0 {
			most = shortRead
		}
		size := toPageEnd(from+uintptr(n), min(most, len(buffer)-n))
		part := buffer[n : n+size]
		if err := readMemory(pid, from+uintptr(n), part); err != nil {
			return nil, err
		}
		if end := bytes.IndexByte(part, 0); end >= 0 {
			return buffer[:n+end], nil
		}
		n += size
	}
	return buffer, nil
}

// readPointer reads one pointer of a process.
func readPointer(pid int, from uintptr, size int, buffer *[8]byte) (uintptr, error) {
	*buffer = [8]byte{}
	if err := readMemory(pid, from, buffer[:size]); err != nil {
		return 0, err
	}
	return uintptr(binary.NativeEndian.Uint64(buffer[:])), nil
}

// readWords reads an argument or environment vector; a vector at 0 is empty.
func readWords(pid int, vector uintptr, pointerSize int) ([]string, error) {
	if vector == 0 {
		return nil, nil
	}
	pointers, err := readPointers(pid, vector, pointerSize)
	if err != nil {
		return nil, err
	}
	words := make([]string, 0, len(pointers))
	total := 0
	buffer := make([]byte, batch*shortRead)
	for len(pointers) > 0 {
		some := pointers[:min(batch, len(pointers))]
		pointers = pointers[len(some):]
		var err error
		if words, err = readBatch(pid, some, buffer, words); err != nil {
			return nil, err
		}
		for _, word := range words[len(words)-len(some):] {
			total += len(word)
		}
		if total > maxBytes {
			return nil, errTooLong
		}
	}
	return words, nil
}

// readPointers reads up to the zero at the end of a vector, page by page.
func readPointers(pid int, vector uintptr, pointerSize int) ([]uintptr, error) {
	var pointers []uintptr
	buffer := make([]byte, pageSize)
	for len(pointers) <= maxWords {
		size := toPageEnd(vector, pageSize)
		size -= size % pointerSize
		if size == 0 { // a pointer that lies across two pages
			size = pointerSize
		}
		if err := readMemory(pid, vector, buffer[:size]); err != nil {
			return nil, err
		}
		for at := 0; at < size; at += pointerSize {
			var pointer [8]byte
			copy(pointer[:], buffer[at:at+pointerSize])
			value := uintptr(binary.NativeEndian.Uint64(pointer[:]))
			if value == 0 {
				return pointers, nil
			}
			pointers = append(pointers, value)
		}
		vector += uintptr(size)
	}
	return nil, errTooLong
}

// readBatch reads the beginnings of up to 512 words in one call, and the rest of
// those that are longer one by one.
func readBatch(pid int, pointers []uintptr, buffer []byte, words []string) ([]string, error) {
	remote := make([]unix.RemoteIovec, len(pointers))
	sum := 0
	for i, pointer := range pointers {
		remote[i] = unix.RemoteIovec{Base: pointer, Len: toPageEnd(pointer, shortRead)}
		sum += remote[i].Len
	}
	local := []unix.Iovec{{Base: &buffer[0]}}
	local[0].SetLen(sum)
	n, err := unix.ProcessVMReadv(pid, local, remote, 0)
	if err != nil {
		return nil, err
	}
	if n != sum {
		return nil, unix.EFAULT
	}
	for i, at := 0, 0; i < len(pointers); i++ {
		part := buffer[at : at+remote[i].Len]
		at += remote[i].Len
		if end := bytes.IndexByte(part, 0); end >= 0 {
			words = append(words, string(part[:end]))
			continue
		}
		rest, err := readLong(pid, pointers[i]+uintptr(len(part)))
		if err != nil {
			return nil, err
		}
		words = append(words, string(part)+rest)
	}
	return words, nil
}

// readLong reads a text of any length that the kernel would take.
func readLong(pid int, from uintptr) (string, error) {
	var text []byte
	for len(text) <= maxBytes {
		part := make([]byte, toPageEnd(from, pageSize))
		if err := readMemory(pid, from, part); err != nil {
			return "", err
		}
		if end := bytes.IndexByte(part, 0); end >= 0 {
			return string(append(text, part[:end]...)), nil
		}
		text = append(text, part...)
		from += uintptr(len(part))
	}
	return "", errTooLong
}

// unreadable puts a reason to a process's memory that cannot be read.
func unreadable(err error) string {
	switch {
	case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
		return "guard is not allowed to read the memory of the process that executes it (another user's, or one that forbids it); with sudo guard … it is"
	default:
		return fmt.Sprintf("the process that executes it cannot be read: %v", err)
	}
}
