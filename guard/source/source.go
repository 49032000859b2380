package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"blastguard/guard"
)

const (
	maxBytes = 1 << 20 // of one file
	maxFiles = 1000    // of all places together
)

// Place is where policy files are: one directory or one file.
type Place struct {
	Dir    string // its *.hcl, neither tests (see Tests) nor those of directories inside
	File   string
	Origin guard.Origin
	// Optional: it need not exist.
	Optional bool
}

// Found is what was read.
type Found struct {
	Files []guard.PolicyFile // sorted by path
	// Overlooked are paths that look like policy files and are not read: x.HCL, .x.hcl,
	// and files of directories inside. At most 20 of them.
	Overlooked []string
}

// Problem is one reason not to decide by what was read.
type Problem struct {
	Path string
	What string
	Next string // what to do about it; may be empty
}

// Error is the problem in one line, without what to do.
func (p Problem) Error() string {
	return fmt.Sprintf("read policy %s: %s", guard.Printable(p.Path), p.What)
}

// Read reads the policy files of all places and returns every problem at once. A place
// that is not optional and holds nothing is a problem. A file that two places name is read once, with the origin of
// the stronger. With any problem the files are incomplete. Relative paths are
// taken from the working directory.
func Read(places []Place) (Found, []Problem) {
	return (&reader{walker: newWalker(os.Geteuid())}).read(places)
}

// Sums is Read, but keeps only the sums of the files, not their content. Fill reads the
// content of those that are needed.
func Sums(places []Place) (Found, []Problem) {
	return (&reader{walker: newWalker(os.Geteuid()), keeps: sums}).read(places)
}

// Content is Read for one file that is not a policy file, without its sum.
func Content(path string) (string, []Problem) {
	found, problems := (&reader{walker: newWalker(os.Geteuid()), keeps: contents}).read([]Place{{File: path, Origin: guard.UserFile}})
	if len(problems) > 0 || len(found.Files) != 1 {
		return "", problems
	}
	return found.Files[0].Content, nil
}

// Fill reads the content of files that Sums found: those for which which(index) is true. A
// file that no longer has its sum is a problem.
func Fill(files []guard.PolicyFile, which func(int) bool) []Problem {
	r := &reader{walker: newWalker(os.Geteuid())}
	for i := range files {
		if file := &files[i]; file.Origin != guard.ShippedFile && file.Content == "" && which(i) {
			r.fill(file)
		}
	}
	return r.problems
}

func (r *reader) fill(file *guard.PolicyFile) {
	now, problems := (&reader{walker: r.walker}).read([]Place{{File: file.Path, Origin: file.Origin, Optional: true}})
	r.problems = append(r.problems, problems...)
	switch {
	case len(problems) > 0:
	case len(now.Files) != 1 || now.Files[0].Sum != file.Sum:
		r.refuse(file.Path, changed)
	default:
		file.Content = now.Files[0].Content
	}
}

func (r *reader) read(places []Place) (Found, []Problem) {
	r.seen = map[string]int{}
	for _, place := range places {
		switch {
		case place.Dir == "" && place.File == "":
			r.refuse("", fault{what: "no file or directory is named", next: `"" is neither in --policies nor in GUARD_POLICIES, also not between two colons`})
		case place.Dir != "" && place.File != "":
			r.refuse(place.Dir+place.File, fault{what: "a place is either a directory or a file"})
		case place.Dir != "":
			r.readDir(place)
		default:
			r.readFile(place, place.File)
		}
	}
	slices.SortStableFunc(r.files, func(a, b guard.PolicyFile) int { return strings.Compare(a.Path, b.Path) })
	return Found{r.files, r.overlooked}, r.problems
}

// Hash identifies a set of policy files by their paths and contents, in any
// order: hex SHA-256.
func Hash(files []guard.PolicyFile) string {
	lines := make([]string, len(files))
	for i, file := range files {
		sum := file.Sum
		if sum == "" {
			of := sha256.Sum256([]byte(file.Content))
			sum = hex.EncodeToString(of[:])
		}
		lines[i] = strconv.Quote(file.Path) + " " + sum + "\n"
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:])
}

// Overlay returns the shipped files and host's, sorted by path; a file of the
// host's administrator (guard.HostFile) replaces the shipped one of the same
// base name. Files of other origins replace nothing.
func Overlay(shipped, host []guard.PolicyFile) []guard.PolicyFile {
	replaced := map[string]bool{}
	for _, file := range host {
		if file.Origin == guard.HostFile {
			replaced[filepath.Base(file.Path)] = true
		}
	}
	all := slices.Clone(host)
	for _, file := range shipped {
		if !replaced[filepath.Base(file.Path)] {
			all = append(all, file)
		}
	}
	slices.SortStableFunc(all, func(a, b guard.PolicyFile) int { return strings.Compare(a.Path, b.Path) })
	return all
}
