package probe

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/probe/walk"
)

type backupsProbe struct {
	dir string
	now func() time.Time
}

func backupsKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "backups",
		Params: []guard.ProbeParam{
			{Name: "glob", Type: guard.StringParam, Required: true, Doc: "of files, or of directories that are one backup each; * and ? do not match a leading dot"},
			{Name: "dir", Type: guard.StringParam, Doc: "where a relative path starts; absent: the directory of the request"},
		},
		Result: []string{"time", "bytes", "path", "count", "previous"},
		Doc:    "the newest backup that matches: its time, size and path, how many there are, the sizes of its predecessors",
	}
}

const (
	maxPrevious = 100
	// settling: a file that was written to so recently may not be whole yet.
	settling = 10 * time.Second
)

// answer finds the newest match by its time of modification; of a directory,
// that is its own, not its files'. No match at all is measured: count and bytes
// are 0 and time is null. A time in the future is Unmeasured, and so is a size
// that could not be counted.
func (p backupsProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	pattern, err := absolute(text(args["glob"]), dirOf(args, p.dir))
	if err != nil {
		return nil, nil, err
	}
	paths, err := glob(ctx, pattern)
	if err != nil {
		return nil, nil, err
	}
	backups, evidence, err := findBackups(ctx, paths)
	if err != nil {
		return nil, nil, err
	}
	if len(backups) == 0 {
		return map[string]any{"time": nil, "bytes": int64(0), "path": "", "count": int64(0), "previous": []any{}},
			append(evidence, "no backup matches "+pattern), nil
	}
	newest := backups[0]
	previous := []any{}
	for _, backup := range backups[1:min(len(backups), maxPrevious+1)] {
		previous = append(previous, backup.size(ctx))
	}
	value := map[string]any{
		"time": newest.time(p.now()), "bytes": newest.size(ctx), "path": newest.path,
		"count": int64(len(backups)), "previous": previous,
	}
	return value, append(evidence, newest.remarks(p.now())...), nil
}

// findBackups looks at the matches, newest first. Several names of one file
// count once; what is no file or directory is left out.
func findBackups(ctx context.Context, paths []string) (backups []backup, evidence []string, err error) {
	seen := map[file]bool{}
	for _, path := range paths {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		info, err := os.Stat(path)
		switch {
		case err != nil && absent(err):
			evidence = append(evidence, path+" leads nowhere; left out")
		case err != nil:
			return nil, nil, errors.New(cause(err))
		case !info.Mode().IsRegular() && !info.IsDir():
			evidence = append(evidence, path+" is no file; left out")
		case !seen[fileOf(info)]:
			seen[fileOf(info)] = true
			backups = append(backups, backup{path, info})
		}
	}
	slices.SortStableFunc(backups, func(a, b backup) int {
		if c := b.info.ModTime().Compare(a.info.ModTime()); c != 0 {
			return c
		}
		return strings.Compare(b.path, a.path)
	})
	return backups, evidence, nil
}

type backup struct {
	path string
	info fs.FileInfo
}

func (b backup) time(now time.Time) any {
	if ahead := b.info.ModTime().Sub(now); ahead > 0 {
		return guard.Unmeasured{Reason: fmt.Sprintf("%s was written %s in the future: check the clocks", b.path, ahead.Round(time.Second))}
	}
	return b.info.ModTime()
}

// size is the file's, or the sum of the files' in a directory.
func (b backup) size(ctx context.Context) any {
	if !b.info.IsDir() {
		return b.info.Size()
	}
	found, err := locate(b.path, true)
	if err != nil || found.info == nil {
		return guard.Unmeasured{Reason: b.path + " is gone, or cannot be followed"}
	}
	total := walksOf(ctx).Count(ctx, []walk.Root{{Path: found.path, Info: found.info}}, walk.NoLimit, true)
	return lowerBound(total, total.Bytes)
}

func (b backup) remarks(now time.Time) []string {
	written := b.info.ModTime()
	remarks := []string{fmt.Sprintf("newest is %s, written %s", b.path, written.UTC().Format(time.RFC3339))}
	if !b.info.IsDir() && b.info.Size() == 0 {
		remarks = append(remarks, b.path+" is empty")
	}
	if now.Sub(written) < settling {
		remarks = append(remarks, b.path+" was written to a moment ago, and may not be whole")
	}
	return remarks
}
