package probe

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/walk"
)

type ageProbe struct{ dir string }

func ageKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "age",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "as they were typed; a link is looked at, and followed only before a slash"},
			{Name: "since", Type: guard.TimeParam, Doc: "the moment; null or absent: nothing is younger"},
			{Name: "owner", Type: guard.NumberParam, Doc: "the number of a user: what another one has made, or may have, is older; absent: whose they are is not looked at"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative paths start; absent: the directory of the request"},
		},
		Result: []string{"younger", "older"},
		Doc:    "whether all that hangs under some paths was made, and last written, after a moment; what cannot be told is older",
	}
}

// maxYoung is how many entries are looked at before they are taken for older: who
// asks wants to know of a few things that were made just now.
const maxYoung = 100_000

// answer says in "younger" whether every entry, the paths themselves included, was
// born and last modified at since or later, by the clock of a local file system,
// and in "older" which was not, or null. A copy that keeps its times (mv to another
// file system, cp -p, tar) is as old as what it was made of. A path that does not
// exist is neither; where none does, nothing is younger. An entry whose birth the
// file system does not tell, one in the future, and one on another device than the
// path is older. With an owner, so is a path of another user, and below it what
// another user has in a directory that others may write to, unless they cannot get
// there: the owner may have unpacked an archive with the users of another host.
func (p ageProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	paths, err := list(args["paths"])
	if err != nil {
		return nil, nil, err
	}
	if args["since"] == nil {
		return map[string]any{"younger": false, "older": nil}, []string{"no moment was given"}, nil
	}
	since, err := moment(args["since"])
	if err != nil {
		return nil, nil, fmt.Errorf("age: since: %w", err)
	}
	roots, evidence, err := findRoots(ctx, paths, dirOf(args, p.dir))
	if err != nil {
		return nil, nil, err
	}
	look := ages{ctx: ctx, since: since, most: maxYoung, owner: anybody}
	if args["owner"] != nil {
		if look.owner, err = number(args["owner"]); err != nil {
			return nil, nil, fmt.Errorf("age: owner: %w", err)
		}
	}
	for _, root := range roots {
		if err := look.below(root); err != nil {
			return nil, nil, err
		}
		if look.older != "" {
			return map[string]any{"younger": false, "older": look.older}, append(evidence, look.older+" "+look.why), nil
		}
	}
	return map[string]any{"younger": len(roots) > 0, "older": nil}, evidence, nil
}

// moment reads seconds since 1970.
func moment(value any) (time.Time, error) {
	if seconds, ok := value.(float64); ok && seconds >= 0 && seconds < 1<<40 {
		return time.UnixMicro(int64(seconds * 1e6)), nil
	}
	seconds, err := number(value)
	return time.Unix(seconds, 0), err
}

// ages is one look at what hangs under some paths.
type ages struct {
	ctx        context.Context // of one walk; it does not outlive it
	since      time.Time
	device     uint64
	owner      int64           // anybody: it is not asked
	closed     bool            // nobody but the owner gets below the root
	open       map[string]bool // directories that others may write to
	seen, most int
	older, why string // the first that is older, and why it is
}

// below walks one root, as far as to the first that is older.
func (a *ages) below(r root) error {
	a.device, a.closed, a.open = r.device(), r.info.Mode()&0o077 == 0, map[string]bool{}
	if a.owner != anybody && userOf(r.info) != a.owner {
		a.older, a.why = r.path, "belongs to another user"
		return nil
	}
	return filepath.WalkDir(r.path, func(path string, _ fs.DirEntry, err error) error {
		a.seen++
		switch {
		case a.ctx.Err() != nil:
			return walk.ErrSlow
		case err != nil && absent(err):
			return nil
		case err != nil:
			return err
		case a.seen > a.most:
			a.why = fmt.Sprintf("is among more than %d", a.most)
		default:
			if a.why, err = a.reason(path); err != nil {
				if absent(err) {
					return nil
				}
				return err
			}
		}
		if a.why != "" {
			a.older = path
			return filepath.SkipAll
		}
		return nil
	})
}

// reason says why an entry is older; "" when it is not.
func (a *ages) reason(path string) (string, error) {
	found, err := timesOf(path)
	now := time.Now()
	switch {
	case err != nil:
		return "", err
	case found.device != a.device:
		return "is on another file system", nil
	case !found.told:
		return "does not say when it was made", nil
	case found.born.Before(a.since):
		return "was made before", nil
	case found.modified.Before(a.since):
		return "was last written before", nil
	case found.born.After(now) || found.modified.After(now):
		return "is of the future", nil
	case a.owner != anybody && !a.closed:
		return a.ofOthers(path)
	}
	return "", nil
}

// ofOthers says that another user has, and may have made, an entry.
func (a *ages) ofOthers(path string) (string, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return "", err
	}
	if info.IsDir() && info.Mode()&0o022 != 0 {
		a.open[path] = true
	}
	if userOf(info) != a.owner && a.open[filepath.Dir(path)] {
		return "belongs to another user", nil
	}
	return "", nil
}

// anybody is no user's number.
const anybody = -1

func userOf(info fs.FileInfo) int64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int64(stat.Uid)
	}
	return anybody
}

// times are those of one entry, links not followed.
type times struct {
	born, modified time.Time
	told           bool // a local file system says when it was born
	device         uint64
}
