package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"

	"blastguard/guard"
)

// looked is what was found at a path without links.
type looked struct {
	file  guard.PolicyFile // without a path and an origin
	blank bool             // it holds nothing but white space
	err   error            // why it is not to be used; ELOOP for a link
}

// keeps is what is kept of a file.
type keeps int

const (
	both keeps = iota
	sums
	contents
)

// atOnce is how many files make a second goroutine worth its start.
const atOnce = 32

// look reads files whose directories were checked, several at once.
func (r *reader) look(paths []string) []looked {
	found := make([]looked, len(paths))
	share := max(atOnce, (len(paths)+runtime.GOMAXPROCS(0)-1)/runtime.GOMAXPROCS(0))
	read := func(from int) {
		look := looker{walker: r.walker, keeps: r.keeps}
		for i := from; i < min(from+share, len(paths)); i++ {
			found[i] = look.at(paths[i])
		}
	}
	var group sync.WaitGroup
	for from := share; from < len(paths); from += share {
		group.Go(func() { read(from) })
	}
	read(0)
	group.Wait()
	return found
}

// looker reads one file after the other. It only reads what the walker knows.
type looker struct {
	walker *walker
	keeps  keeps
	hash   hash.Hash
	buffer []byte
}

func (l *looker) at(path string) looked {
	open, err := openRegular(path)
	if err != nil {
		return looked{err: err}
	}
	defer open.Close()
	return l.readOpen(open, filepath.Dir(path))
}

// openRegular opens without following a link and without waiting for a pipe's
// other end.
func openRegular(path string) (*file, error) {
	for {
		fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		if err == nil {
			return &file{fd: fd}, nil
		}
		if err != syscall.EINTR {
			return nil, err
		}
	}
}

// readOpen checks what is open, not what the path means by now, and reads it.
func (l *looker) readOpen(open *file, dir string) looked {
	var before, after syscall.Stat_t
	if err := syscall.Fstat(open.fd, &before); err != nil {
		return looked{err: fmt.Errorf("ask for its owner: %w", err)}
	}
	if err := l.walker.checkFile(&before, dir); err != nil {
		return looked{err: err}
	}
	var content strings.Builder
	if l.keeps != sums {
		content.Grow(int(min(before.Size, maxBytes)))
	}
	size, blank, err := l.readAll(open, before.Size, &content)
	if err != nil {
		return looked{err: err}
	}
	if err := syscall.Fstat(open.fd, &after); err != nil || modified(&after) != modified(&before) || after.Size != size {
		return looked{err: changed}
	}
	found := looked{file: guard.PolicyFile{Content: content.String(), Modified: modified(&before)}, blank: blank}
	if l.keeps != contents {
		found.file.Sum = hex.EncodeToString(l.hash.Sum(nil))
	}
	return found
}

var changed = fault{what: "it changed while it was read", next: "try again"}

// chunk is how much is read at once: most policy files.
const chunk = 32 << 10

// readAll leaves the sum of the file in l.hash, and its content in content, as far as
// they are wanted. It reads as far as the file was long: whether it has grown is seen by
// its length afterwards, which costs less than to read once more.
func (l *looker) readAll(open *file, length int64, content *strings.Builder) (size int64, blank bool, err error) {
	if l.hash == nil {
		l.hash, l.buffer = sha256.New(), make([]byte, chunk)
	}
	l.hash.Reset()
	for blank = true; size < length; {
		n, err := open.Read(l.buffer)
		if err == io.EOF {
			return size, blank, nil
		}
		if err != nil {
			return size, blank, cause(err)
		}
		read := l.buffer[:n]
		size += int64(n)
		if l.keeps != contents {
			l.hash.Write(read)
		}
		blank = blank && len(bytes.TrimSpace(read)) == 0
		if l.keeps != sums {
			content.Write(read)
		}
	}
	return size, blank, nil
}

// file is an open file descriptor. os.File would also register it with the
// runtime's poller, which costs as much as all the rest.
type file struct{ fd int }

// Read reads as io.Reader says.
func (f *file) Read(buffer []byte) (int, error) {
	for {
		n, err := syscall.Read(f.fd, buffer)
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		}
		return n, nil
	}
}

// Close closes the descriptor.
func (f *file) Close() error { return syscall.Close(f.fd) }
