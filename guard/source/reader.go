package source

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"blastguard/guard"
)

// reader collects files and problems.
type reader struct {
	walker   *walker
	files    []guard.PolicyFile
	seen     map[string]int // resolved path to its index in files
	problems []Problem

	overlooked []string

	sums   bool // of a file only its Sum is kept
	hash   hash.Hash
	buffer []byte
}

func (r *reader) refuse(path string, err error) {
	problem := Problem{Path: path, What: err.Error()}
	var found fault
	if errors.As(err, &found) {
		problem.Next = found.next
	}
	// One untrusted directory is one problem, not one for each file below it.
	if !slices.Contains(r.problems, problem) {
		r.problems = append(r.problems, problem)
	}
}

// refusePlace is refuse, but for what is allowed to be absent: nothing can have
// been taken away from the user's own directory, whose files only add, so there
// it does not matter who else could have written to the way.
func (r *reader) refusePlace(place Place, path string, err error) {
	absent := errors.Is(err, fs.ErrNotExist)
	if place.Optional && !absent && place.Origin == guard.UserFile {
		_, statErr := os.Lstat(path)
		absent = errors.Is(statErr, fs.ErrNotExist)
	}
	if !place.Optional || !absent {
		r.refuse(path, err)
	}
}

func (r *reader) readDir(place Place) {
	real, err := r.resolve(place.Dir)
	if err != nil {
		r.refusePlace(place, place.Dir, err)
		return
	}
	if !r.walker.isDir(real) {
		r.refuse(place.Dir, fault{what: "it is not a directory"})
		return
	}
	names, overlooked, err := namesIn(real)
	r.noteOverlooked(place.Dir, overlooked)
	switch {
	case err != nil:
		r.refuse(place.Dir, fault{what: "list it: " + cause(err).Error(), next: "make it readable, or remove it"})
		return
	case len(names) == 0 && !place.Optional:
		r.refuse(place.Dir, nothingIn(overlooked))
		return
	}
	for _, name := range names {
		if !r.readResolved(place, filepath.Join(place.Dir, name), filepath.Join(real, name)) {
			return
		}
	}
}

// noteOverlooked keeps what looks like a policy and is not read.
func (r *reader) noteOverlooked(dir string, names []string) {
	for _, name := range names {
		if path := filepath.Join(dir, name); len(r.overlooked) < maxOverlooked && !slices.Contains(r.overlooked, path) {
			r.overlooked = append(r.overlooked, path)
		}
	}
}

func (r *reader) readFile(place Place, path string) {
	real, err := r.resolve(path)
	if err != nil {
		r.refusePlace(place, path, err)
		return
	}
	r.readResolved(place, path, real)
}

func (r *reader) resolve(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return r.walker.resolve(absolute)
}

// nothingIn is the fault of a directory that somebody named and that holds no policy.
func nothingIn(overlooked []string) error {
	if len(overlooked) > 0 {
		return fault{what: fmt.Sprintf("it holds no *.hcl; %s is not read", guard.Printable(overlooked[0])), next: "name it NAME.hcl, in the directory itself"}
	}
	return fault{what: "it holds no *.hcl", next: "name a directory or a file that has policies"}
}

// readResolved reads one file, whose directory was checked, and says whether
// there may be more. The last name may still be a link.
func (r *reader) readResolved(place Place, shown, real string) bool {
	open, err := openRegular(real)
	if errors.Is(err, syscall.ELOOP) {
		if real, err = r.walker.resolve(real); err == nil {
			open, err = openRegular(real)
		}
	}
	if err != nil {
		r.refuse(shown, cause(err))
		return true
	}
	defer open.Close()
	if at, twice := r.seen[real]; twice {
		r.files[at].Origin = max(r.files[at].Origin, place.Origin)
		return true
	}
	if len(r.files) == maxFiles {
		r.refuse(shown, fault{what: fmt.Sprintf("more than %d policy files", maxFiles), next: "put several policies into one file"})
		return false
	}
	file, blank, err := r.readOpen(open, filepath.Dir(real))
	if err == nil && place.File != "" && !place.Optional && blank {
		err = fault{what: "it is empty", next: "name a file that has policies"}
	}
	if err != nil {
		r.refuse(shown, err)
		return true
	}
	r.seen[real] = len(r.files)
	file.Path, file.Origin = shown, place.Origin
	r.files = append(r.files, file)
	return true
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

// readOpen checks what is open, not what the path means by now, and reads it. A blank
// file holds nothing but white space.
func (r *reader) readOpen(open *file, dir string) (found guard.PolicyFile, blank bool, err error) {
	var before, after syscall.Stat_t
	if err := syscall.Fstat(open.fd, &before); err != nil {
		return found, false, fmt.Errorf("ask for its owner: %w", err)
	}
	if err := r.walker.checkFile(&before, dir); err != nil {
		return found, false, err
	}
	var content strings.Builder
	if !r.sums {
		content.Grow(int(min(before.Size, maxBytes)))
	}
	size, blank, err := r.readAll(open, &content)
	if err != nil {
		return found, false, err
	}
	if err := syscall.Fstat(open.fd, &after); err != nil || modified(&after) != modified(&before) || after.Size != size {
		return found, false, changed
	}
	return guard.PolicyFile{Content: content.String(), Sum: hex.EncodeToString(r.hash.Sum(nil)), Modified: modified(&before)}, blank, nil
}

var changed = fault{what: "it changed while it was read", next: "try again"}

// chunk is how much is read at once: most policy files.
const chunk = 32 << 10

// readAll leaves the sum of the file in r.hash, and its content in content unless only
// sums are wanted.
func (r *reader) readAll(open *file, content *strings.Builder) (size int64, blank bool, err error) {
	if r.hash == nil {
		r.hash, r.buffer = sha256.New(), make([]byte, chunk)
	}
	r.hash.Reset()
	for blank = true; size <= maxBytes; {
		n, err := open.Read(r.buffer)
		if err == io.EOF {
			return size, blank, nil
		}
		if err != nil {
			return size, blank, cause(err)
		}
		read := r.buffer[:n]
		size += int64(n)
		r.hash.Write(read)
		blank = blank && len(bytes.TrimSpace(read)) == 0
		if !r.sums {
			content.Write(read)
		}
	}
	return size, blank, nil // it is too large, and checkFile has said so, or it grew since
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

// cause is the error without the operation and path that a Problem already has.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
