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

// search adds the databases that lie in and below the directories of the targets. It
// does not look below what it has recognised. The error is walk.ErrHurried: nothing
// is known of the targets, and the search has ended before it was through.
func (s *survey) search(ctx context.Context) error {
	roots := outermost(s.roots)
	if len(roots) == 0 {
		return nil
	}
	walks := walk.From(ctx)
	if walks == nil {
		walks = walk.New(IsMark, nil)
	}
	seen := walks.Search(ctx, roots, s.limit)
	recognised := s.recognised(seen.Marked)
	for _, failure := range seen.Failed {
		if !recognised.above(failure.Path) {
			s.missing(failure.Path, database.NeedsRoot("read "+failure.Path, failure.Err))
		}
	}
	if errors.Is(seen.Short, walk.ErrHurried) && len(s.sites) == 0 {
		return fmt.Errorf("databases below %s: %w", guard.Printable(roots[0].Path), walk.ErrHurried)
	}
	if seen.Short == nil {
		return nil
	}
	for _, root := range roots {
		s.missing(root.Path, "not known whether more databases are below "+root.Path+": "+reasonOf(seen))
	}
	return nil
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

// outermost drops the directories that lie in others.
func outermost(roots []walk.Root) []walk.Root {
	slices.SortFunc(roots, func(a, b walk.Root) int { return cmp.Compare(a.Path, b.Path) })
	in := directories{}
	return slices.DeleteFunc(roots, func(root walk.Root) bool {
		nested := in.above(root.Path)
		in[root.Path] = true
		return nested
	})
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

// recognised adds what the marked directories are, and gives those that belong to a
// database as a whole.
func (s *survey) recognised(marked []walk.Marked) directories {
	whole := directories{}
	for _, one := range marked { // a directory comes before those in it
		if whole.above(one.Dir) {
			continue
		}
		found := engine.Marked(one.Dir, one.Names)
		if found == (engine.Kind{}) {
			continue
		}
		s.add(one.Dir, found, "")
		if found.Whole() {
			whole[one.Dir] = true
		}
	}
	return whole
}
