package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"blastguard/guard/probe/database"
	"blastguard/guard/probe/engine"
	"blastguard/guard/probe/walk"
)

// site is one directory that was found, by whatever way.
type site struct {
	path string
	id   database.FileID
	kind engine.Kind
	why  []string // evidence of how it belongs to the target
}

// survey collects what the targets hit.
type survey struct {
	processes []database.Process
	sites     []site
	inUse     []engine.InUse          // the data directories of the processes
	seen      map[database.FileID]int // index into sites
	lost      []database.Database     // what could not be looked at
	searched  map[database.FileID]bool
	roots     []walk.Root            // directories that are searched for more
	whole     directories            // those of databases, which are not searched
	limit     int64                  // directory entries that are looked at
	judged    map[string]engine.Kind // directories above targets, each looked at once
	places    map[string]string      // directories as written, resolved
}

func newSurvey(processes []database.Process) *survey {
	s := &survey{
		processes: processes, seen: map[database.FileID]int{}, searched: map[database.FileID]bool{}, limit: searchLimit,
		judged: map[string]engine.Kind{}, places: map[string]string{}, whole: directories{},
	}
	for _, process := range processes {
		s.inUse = append(s.inUse, engine.DataDirs(process)...)
	}
	return s
}

// add takes a directory in, once.
func (s *survey) add(path string, kind engine.Kind, why string) {
	id, err := database.IDOf(path)
	if err != nil {
		s.missing(path, database.NeedsRoot("look at "+path, err))
		return
	}
	index, known := s.seen[id]
	if !known {
		index = len(s.sites)
		s.seen[id] = index
		s.sites = append(s.sites, site{path: path, id: id, kind: kind})
	}
	if why != "" {
		s.sites[index].why = append(s.sites[index].why, why)
	}
}

func (s *survey) missing(path, reason string) {
	s.lost = append(s.lost, database.Gap(path, reason))
}

// gaps are what could not be looked at: the first few, and how many more.
func (s *survey) gaps() []database.Database {
	const shown = 5
	if len(s.lost) <= shown {
		return s.lost
	}
	more := fmt.Sprintf("%d more places could not be looked at", len(s.lost)-shown)
	return append(slices.Clone(s.lost[:shown]), database.Gap(s.lost[shown].Path, more))
}

// target looks at one target: what it is and what it lies in. What lies below it is left
// to the search. Unless links are followed, a link is only itself.
func (s *survey) target(path string, follow bool) {
	// The target's own place counts even if it is a link to somewhere else:
	// what a data directory links to belongs to it, wherever that is.
	if place := s.resolved(parentOf(path)); place != "" {
		s.owners(place, filepath.Join(place, filepath.Base(path)))
	}
	if !follow && isLink(path) {
		return
	}
	real, err := filepath.EvalSymlinks(path)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return // nothing there, so no database
	case err != nil:
		s.missing(path, database.NeedsRoot("resolve "+path, err))
		return
	}
	info, err := os.Stat(real)
	if err != nil {
		s.missing(real, database.NeedsRoot("look at "+real, err))
		return
	}
	s.owners(filepath.Dir(real), real)
	s.running(real)
	if info.IsDir() {
		s.inside(real, info)
	}
}

// isLink: a program that does not follow links hits the link alone. A slash
// behind its name makes the kernel follow it.
func isLink(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.Mode()&fs.ModeSymlink != 0 && !strings.HasSuffix(path, "/")
}

// resolved is a directory without links, "" when there is none.
func (s *survey) resolved(dir string) string {
	place, known := s.places[dir]
	if !known {
		place, _ = filepath.EvalSymlinks(dir)
		s.places[dir] = place
	}
	return place
}

// parentOf is the directory of a path, without cleaning away a "..": behind a
// link that would be another directory.
func parentOf(path string) string {
	trimmed := strings.TrimRight(path, "/")
	if trimmed == "" {
		return "/"
	}
	if base := trimmed[strings.LastIndexByte(trimmed, '/')+1:]; base == ".." || base == "." {
		return path + "/.."
	}
	return trimmed[:strings.LastIndexByte(trimmed, '/')+1]
}

// owners adds the databases that a file or directory lies in.
func (s *survey) owners(dir, target string) {
	s.above(dir, func(owner string, found engine.Kind) {
		if !found.Owns(owner, target) {
			return
		}
		s.add(owner, found, "")
	})
}

// inside adds the database that a directory is, or notes it for the search.
func (s *survey) inside(root string, info fs.FileInfo) {
	id := database.IDOfInfo(info)
	if s.searched[id] {
		return
	}
	s.searched[id] = true
	if found := s.judge(root); found != (engine.Kind{}) {
		s.add(root, found, "")
		if found.Whole() {
			s.whole[root] = true
			return
		}
	}
	s.roots = append(s.roots, walk.Root{Path: root, Info: info})
}

// running adds the data directories of running servers that the target
// contains, or whose tablespaces or write-ahead log it touches.
func (s *survey) running(target string) {
	for _, dir := range s.inUse {
		if database.Within(dir.Path, target) {
			s.add(dir.Path, dir.Kind, "")
		}
		for _, part := range dir.Kind.Linked(dir.Path) {
			if database.Within(part.Path, target) || database.Within(target, part.Path) {
				s.add(dir.Path, dir.Kind, part.Name+" of this database is "+part.Path)
			}
		}
	}
}

// above looks at a directory and all that it lies in.
func (s *survey) above(dir string, visit func(dir string, found engine.Kind)) {
	for {
		found := s.judge(dir)
		parent := filepath.Dir(dir)
		if found != (engine.Kind{}) {
			visit(dir, found)
		} else if around := engine.Around(filepath.Base(dir)); around != (engine.Kind{}) {
			visit(parent, around)
		}
		if parent == dir {
			return
		}
		dir = parent
	}
}

// judge says what a directory is; each is looked at once.
func (s *survey) judge(dir string) engine.Kind {
	found, known := s.judged[dir]
	if !known {
		found = engine.At(dir)
		s.judged[dir] = found
	}
	return found
}

// adopt drops the pieces of databases whose database is known: what
// they belong to stands in the answer itself.
func (s *survey) adopt() []site {
	owned := map[database.FileID]bool{}
	for _, found := range s.sites {
		for _, part := range found.kind.Linked(found.path) {
			if id, err := database.IDOf(part.Path); err == nil {
				owned[id] = true
			}
		}
	}
	var kept []site
	for _, found := range s.sites {
		if found.kind.IsData() || !owned[found.id] {
			kept = append(kept, found)
		}
	}
	return kept
}
