package datadir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"blastguard/guard"
	"blastguard/guard/probe/database"
	"blastguard/guard/probe/engine"
	"blastguard/guard/probe/walk"
)

// searchLimit is how many directory entries one question looks at before it
// gives up and says so. A million take a fifth of a second when they are in memory.
const searchLimit = 10_000_000

// IsMark picks out the names by which data directories are recognised; everything
// else in a directory is passed over quickly.
func IsMark(name []byte) bool { return engine.IsMark(name) }

// search adds the databases that lie below the directories of the targets, also on other
// devices. It does not look below what it has recognised. The error is walk.ErrHurried:
// the search has ended before it was through, and what it has found is not the whole.
func (s *survey) search(ctx context.Context) error {
	walks := walk.From(ctx)
	if walks == nil {
		walks = walk.New(IsMark, nil)
	}
	within := searched{survey: s, walks: walks, begun: directories{}, unread: directories{}, left: s.limit}
	for pending := s.roots; len(pending) > 0; {
		roots, nested := outermost(pending)
		if err := within.all(ctx, roots); err != nil {
			return err
		}
		// The walk of an outer one may not have come to them, or passed them over.
		pending = slices.DeleteFunc(nested, func(root walk.Root) bool {
			return !within.passedOver(root.Path) && !within.unread.above(root.Path)
		})
	}
	return nil
}

// searched is one search.
type searched struct {
	*survey
	walks  *walk.Walks
	begun  directories // where a walk began
	unread directories // those that could not be read
	left   int64       // entries that may still be looked at
}

// all searches directories, and what is mounted in them.
func (s *searched) all(ctx context.Context, roots []walk.Root) error {
	for len(roots) > 0 {
		for _, root := range roots {
			s.begun[root.Path] = true
		}
		seen := s.walks.Search(ctx, roots, s.left, s.nothingFound)
		if errors.Is(seen.Short, walk.ErrHurried) && !s.nothingFound(seen) { // it was, after all
			seen = s.walks.Search(ctx, roots, s.left, nil)
		}
		if errors.Is(seen.Short, walk.ErrHurried) {
			return fmt.Errorf("databases below %s: %w", guard.Printable(roots[0].Path), walk.ErrHurried)
		}
		s.left -= seen.Entries
		s.recognised(seen.Marked)
		s.couldNotRead(seen.Failed)
		borders := slices.DeleteFunc(seen.Borders, func(border walk.Border) bool { return s.passedOver(border.Path) })
		if seen.Short != nil {
			for _, root := range seen.Unfinished {
				s.unknownBelow(root, reasonOf(seen))
			}
			for _, border := range borders {
				s.unknownBelow(border.Path, reasonOf(seen))
			}
			return nil
		}
		var unread []walk.Failure
		roots, unread = walk.Behind(ctx, borders)
		s.couldNotRead(unread)
	}
	return nil
}

// passedOver: the path lies in a database that was found on the way down from where its
// walk began.
func (s *searched) passedOver(path string) bool {
	for len(s.whole) > 0 && !s.begun[path] && path != "/" {
		if path = filepath.Dir(path); s.whole[path] {
			return true
		}
	}
	return false
}

// nothingFound: so far no target has anything to do with a database. When some has, a
// search is brought to its end, however much of a hurry there is.
func (s *searched) nothingFound(seen walk.Seen) bool {
	return len(s.sites) == 0 && !slices.ContainsFunc(seen.Marked, func(one walk.Marked) bool {
		return engine.Marked(one.Dir, one.Names) != engine.Kind{}
	})
}

func (s *searched) couldNotRead(failed []walk.Failure) {
	for _, failure := range failed {
		switch {
		case s.passedOver(failure.Path):
		case errors.Is(failure.Err, walk.ErrSlow):
			s.missing(failure.Path, "look at "+failure.Path+": no answer in time")
		default:
			s.missing(failure.Path, database.NeedsRoot("read "+failure.Path, failure.Err))
		}
		s.unread[failure.Path] = true
	}
}

func (s *searched) unknownBelow(dir, reason string) {
	if !s.whole[dir] && !s.passedOver(dir) {
		s.missing(dir, "not known whether more databases are below "+dir+": "+reason)
	}
}

// reasonOf says why a search ended before it was through.
func reasonOf(seen walk.Seen) string {
	switch {
	case errors.Is(seen.Short, walk.ErrLimit):
		return fmt.Sprintf("the search stopped after %d directory entries", seen.Entries)
	case errors.Is(seen.Short, walk.ErrSlow):
		return fmt.Sprintf("the search ran out of time after %d directory entries", seen.Entries)
	default:
		return seen.Short.Error()
	}
}

// outermost tells the directories that lie in no other from those that do.
func outermost(roots []walk.Root) (outer, nested []walk.Root) {
	slices.SortFunc(roots, func(a, b walk.Root) int { return cmp.Compare(a.Path, b.Path) })
	in := directories{}
	for _, root := range roots {
		if in.above(root.Path) {
			nested = append(nested, root)
		} else {
			outer = append(outer, root)
		}
		in[root.Path] = true
	}
	return outer, nested
}

// directories are some, by their paths.
type directories map[string]bool

// above: the path lies below one of them.
func (d directories) above(path string) bool {
	for len(d) > 0 && path != "/" {
		path = filepath.Dir(path)
		if d[path] {
			return true
		}
	}
	return false
}

// longPath is what the kernel takes for a path, less the names that are looked for in
// a directory, in bytes.
const longPath = 4096 - 256

// recognised adds what the marked directories are.
func (s *searched) recognised(marked []walk.Marked) {
	for _, one := range marked { // a directory comes before those in it
		switch {
		case s.passedOver(one.Dir):
			continue
		case len(one.Dir) > longPath:
			s.missing(one.Dir, "its path is too long to look at what it is")
			continue
		}
		found := engine.Marked(one.Dir, one.Names)
		if found == (engine.Kind{}) {
			continue
		}
		s.add(one.Dir, found, "")
		if found.Whole() {
			s.whole[one.Dir] = true
		}
	}
}
