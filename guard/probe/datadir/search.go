package datadir

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"blastguard/guard"
	"blastguard/guard/probe/walk"
)

// searchLimit is how many directory entries one question looks at before it
// gives up and says so. A million take a fifth of a second when they are in memory.
const searchLimit = 10_000_000

// IsMark picks out the names by which data directories are recognised; everything
// else in a directory is passed over quickly.
func IsMark(name []byte) bool {
	switch string(name) {
	case "PG_VERSION", "global", "base", "pg_wal", "pg_xlog", "archive_status",
		"ibdata1", "mysql", "mysql.ibd", "aria_log_control", "ib_logfile0", "#innodb_redo", "undo001",
		"dump.rdb", "appendonlydir", "appendonly.aof",
		"WiredTiger", "WiredTiger.wt", "storage.bson", "mongod.lock", "_mdb_catalog.wt",
		"member":
		return true
	default:
		return len(name) > 3 && string(name[:3]) == "PG_" && isTablespaceVersion(string(name))
	}
}

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
			s.missing(failure.Path, needsRoot("read "+failure.Path, failure.Err))
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
		found := judge(one)
		if found == (kind{}) {
			continue
		}
		s.add(one.Dir, found, "")
		// What Redis does not own may hold others' databases.
		if found.engine != redis {
			whole[one.Dir] = true
		}
	}
	return whole
}

func judge(marked walk.Marked) kind {
	found := recognise(marked.Dir, func(name string) bool { return slices.Contains(marked.Names, name) })
	if found != (kind{}) {
		return found
	}
	for _, name := range marked.Names {
		if isTablespaceVersion(name) && isDir(filepath.Join(marked.Dir, name)) {
			return kind{postgresql, tablespace}
		}
	}
	return kind{}
}

// firstNames are some of the names in a directory; none when it cannot be read.
func firstNames(dir string, limit int) []string {
	handle, err := os.Open(dir)
	if err != nil {
		return nil
	}
	defer handle.Close()
	names, _ := handle.Readdirnames(limit)
	return names
}
