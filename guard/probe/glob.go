package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"blastguard/guard/fileio"
)

// maxMatches bounds one glob.
const maxMatches = 100_000

// glob finds the paths that match an absolute pattern of path.Match, sorted.
// Unlike filepath.Glob it does not take a directory that cannot be read for an
// empty one. A name that begins with a dot is matched only by a pattern that
// does.
func glob(ctx context.Context, pattern string) ([]string, error) {
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("glob %s: %w", pattern, err)
	}
	at := []string{"/"}
	for _, component := range strings.Split(pattern, "/") {
		if component == "" {
			continue
		}
		var next []string
		for _, dir := range at {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			found, err := matches(dir, component)
			if err != nil {
				return nil, err
			}
			if next = append(next, found...); len(next) > maxMatches {
				return nil, fmt.Errorf("glob %s: more than %d matches; make it narrower", pattern, maxMatches)
			}
		}
		at = next
	}
	slices.Sort(at)
	return at, nil
}

// matches are the paths in dir that match one component of a pattern.
func matches(dir, component string) ([]string, error) {
	if !strings.ContainsAny(component, `*?[\`) {
		return existing(path.Join(dir, component), component == "..")
	}
	names, err := dirNames(dir)
	if err != nil {
		return nil, err
	}
	var found []string
	for _, name := range names {
		if strings.HasPrefix(name, ".") && !strings.HasPrefix(component, ".") {
			continue
		}
		if ok, err := path.Match(component, name); err != nil {
			return nil, err
		} else if ok {
			found = append(found, path.Join(dir, name))
		}
	}
	return found, nil
}

func existing(name string, up bool) ([]string, error) {
	if up {
		return nil, errors.New(`glob: ".." in a pattern could lead anywhere; write the path without it`)
	}
	_, err := os.Lstat(name)
	switch {
	case err == nil:
		return []string{name}, nil
	case absent(err):
		return nil, nil
	default:
		return nil, &looking{err}
	}
}

// looking is an error of the file system, with what to do next.
type looking struct{ err error }

func (l *looking) Error() string { return cause(l.err) }
func (l *looking) Unwrap() error { return l.err }

func dirNames(dir string) ([]string, error) {
	names, err := fileio.Names(dir, -1)
	switch {
	case err == nil:
		return names, nil
	case absent(err):
		return nil, nil
	default:
		return nil, &looking{&fs.PathError{Op: "open", Path: dir, Err: err}}
	}
}
