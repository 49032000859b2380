package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/probe/walk"
)

type contentsProbe struct{ dir string }

func contentsKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "contents",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "as they were typed"},
			{Name: "in", Type: guard.ListParam, Required: true, Doc: "directories that are looked at, as paths or patterns"},
			{Name: "below", Type: guard.NumberParam, Doc: "directories below those too, where at least so many of the paths lie; absent: none. Those of a pattern count only then as well"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative paths start; absent: the directory of the request"},
		},
		Usual: []any{},
		Doc:   "how much of a directory some paths are: a list of {path, listed, entries, taken}, one for each directory in which some of them lie",
	}
}

// maxEntries is how many entries a directory may have to be counted.
const maxEntries = 200_000

// answer gives one object for each directory that directly holds some of the paths
// and is one of those that are asked for, or lies below one. It is the directory
// itself that counts, by device and inode: behind a link or a bind mount it is
// the same. "listed" says that it is one of those, "entries" how many names are in
// it, "taken" how many of them are among the paths. Names that begin with a dot
// do not count, as "*" does not match them, unless there are no others. Paths
// where nothing is do not count.
func (p contentsProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	paths, err := list(args["paths"])
	if err != nil {
		return nil, nil, err
	}
	places, err := list(args["in"])
	if err != nil {
		return nil, nil, err
	}
	least := int64(-1)
	if args["below"] != nil {
		if least, err = number(args["below"]); err != nil {
			return nil, nil, fmt.Errorf("contents: below: %w", err)
		}
	}
	holders, err := holdersOf(ctx, paths, dirOf(args, p.dir))
	if err != nil {
		return nil, nil, err
	}
	listed, err := listsOf(places)
	if err != nil {
		return nil, nil, err
	}
	answer := []any{}
	for _, holder := range holders {
		name, byPattern := listed.name(holder.path, holder.id)
		few := int64(len(holder.names)) < least
		switch {
		case name != "" && !(byPattern && few):
			holder.path = name
		case name != "", least < 0, few, !listed.below(holder.path):
			continue
		}
		answer = append(answer, holder.object(ctx, name != ""))
	}
	return answer, nil, nil
}

// holder is a directory that directly holds some of the paths.
type holder struct {
	path  string
	id    file
	names map[string]bool
}

func holdersOf(ctx context.Context, paths []string, dir string) ([]*holder, error) {
	var holders []*holder
	byPath, byID := map[string]*holder{}, map[file]*holder{}
	for _, given := range paths {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		absolutePath, err := absolute(given, dir)
		if err != nil {
			return nil, err
		}
		found, err := locate(absolutePath, false)
		if err != nil {
			return nil, errors.New(cause(err))
		}
		if found.info == nil || found.path == "/" {
			continue
		}
		at := path.Dir(found.path)
		if byPath[at] == nil {
			info, err := os.Stat(at)
			if err != nil {
				return nil, errors.New(cause(err))
			}
			id := fileOf(info)
			if byID[id] == nil {
				byID[id] = &holder{path: at, id: id, names: map[string]bool{}}
				holders = append(holders, byID[id])
			}
			byPath[at] = byID[id]
		}
		byPath[at].names[path.Base(found.path)] = true
	}
	return holders, nil
}

// object counts what the directory holds.
func (h *holder) object(ctx context.Context, listed bool) map[string]any {
	object := map[string]any{"path": h.path, "listed": listed}
	visible, hidden, err := countNames(ctx, h.path)
	if err != nil {
		object["entries"], object["taken"] = guard.Unmeasured{Reason: cause(err)}, int64(len(h.names))
		return object
	}
	entries, taken := visible, 0
	for name := range h.names {
		if visible == 0 || !strings.HasPrefix(name, ".") {
			taken++
		}
	}
	if visible == 0 {
		entries = hidden
	}
	object["entries"], object["taken"] = entries, int64(taken)
	return object
}

func countNames(ctx context.Context, dir string) (visible, hidden int64, err error) {
	handle, err := os.Open(dir)
	if err != nil {
		return 0, 0, err
	}
	defer handle.Close()
	for {
		names, err := handle.Readdirnames(4096)
		for _, name := range names {
			if strings.HasPrefix(name, ".") {
				hidden++
			} else {
				visible++
			}
		}
		switch {
		case ctx.Err() != nil:
			return 0, 0, walk.ErrSlow
		case visible+hidden > maxEntries:
			return 0, 0, fmt.Errorf("%s has more than %d entries", dir, maxEntries)
		case len(names) == 0 && err != nil && err != io.EOF:
			return 0, 0, err
		case len(names) == 0:
			return visible, hidden, nil
		}
	}
}

// lists are the directories that are asked for.
type lists struct {
	known    map[file]string
	patterns []string
}

func listsOf(places []string) (lists, error) {
	l := lists{known: map[file]string{}}
	for _, place := range places {
		if strings.ContainsAny(place, `*?[\`) {
			if _, err := path.Match(place, ""); err != nil {
				return l, fmt.Errorf("contents: in: %q: %w", place, err)
			}
			l.patterns = append(l.patterns, place)
			continue
		}
		info, err := os.Stat(place)
		switch {
		case err != nil && absent(err):
		case err != nil:
			return l, errors.New(cause(err))
		case info.IsDir():
			if id := fileOf(info); l.known[id] == "" {
				l.known[id] = place
			}
		}
	}
	return l, nil
}

// name is what the directory is called there; "" when it is not. A pattern is
// compared to where it really is.
func (l lists) name(dir string, id file) (name string, byPattern bool) {
	if name := l.known[id]; name != "" {
		return name, false
	}
	for _, pattern := range l.patterns {
		if match, _ := path.Match(pattern, dir); match {
			return dir, true
		}
	}
	return "", false
}

// below: some directory above the path is one of those.
func (l lists) below(name string) bool {
	return slices.ContainsFunc(above(name), func(dir string) bool {
		info, err := os.Stat(dir)
		if err != nil {
			return true
		}
		name, _ := l.name(dir, fileOf(info))
		return name != ""
	})
}

// above are the directories that a path lies in, without the root.
func above(name string) []string {
	var dirs []string
	for at := path.Dir(name); at != "/" && at != "."; at = path.Dir(at) {
		dirs = append(dirs, at)
	}
	return dirs
}
