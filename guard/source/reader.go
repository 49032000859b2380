package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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

	keeps keeps
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
	for some := range slices.Chunk(r.withoutTests(real, names), atATime) {
		paths := make([]string, len(some))
		for i, name := range some {
			paths[i] = filepath.Join(real, name)
		}
		for i, found := range r.look(paths) {
			if !r.readResolved(place, filepath.Join(place.Dir, some[i]), paths[i], found) {
				return
			}
		}
	}
}

// atATime is how many files are read before it is known how many of them count: of more
// than maxFiles not all are read.
const atATime = 250

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
	r.readResolved(place, path, real, r.look([]string{real})[0])
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

// readResolved takes in one file, whose directory was checked, and says whether
// there may be more. The last name may still be a link.
func (r *reader) readResolved(place Place, shown, real string, found looked) bool {
	if errors.Is(found.err, syscall.ELOOP) {
		if real, found.err = r.walker.resolve(real); found.err == nil {
			found = r.look([]string{real})[0]
		}
	}
	if at, twice := r.seen[real]; twice && found.err == nil {
		r.files[at].Origin = max(r.files[at].Origin, place.Origin)
		return true
	}
	if len(r.files) == maxFiles {
		r.refuse(shown, fault{what: fmt.Sprintf("more than %d policy files", maxFiles), next: "put several policies into one file"})
		return false
	}
	if found.err == nil && place.File != "" && !place.Optional && found.blank {
		found.err = fault{what: "it is empty", next: "name a file that has policies"}
	}
	if found.err != nil {
		r.refuse(shown, cause(found.err))
		return true
	}
	r.seen[real] = len(r.files)
	found.file.Path, found.file.Origin = shown, place.Origin
	r.files = append(r.files, found.file)
	return true
}

// cause is the error without the operation and path that a Problem already has.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
