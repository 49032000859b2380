package probe

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"blastguard/guard"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/walk"
)

type treeProbe struct{ dir string }

func treeKind() guard.ProbeKind {
	return guard.ProbeKind{
		Name: "tree",
		Params: []guard.ProbeParam{
			{Name: "paths", Type: guard.ListParam, Required: true, Doc: "as they were typed; a link is counted, and followed only before a slash"},
			{Name: "limit", Type: guard.NumberParam, Doc: "stop past so many entries, and know only that there are more"},
			{Name: "bytes", Type: guard.BoolParam, Doc: "add up the sizes of regular files too, which costs more"},
			{Name: "dir", Type: guard.StringParam, Doc: "where relative paths start; absent: the directory of the request"},
		},
		Result: []string{"entries", "files", "directories", "bytes", "mounts", "open", "devices"},
		Doc:    "what hangs under some paths: entries, mount points, processes with something open inside; one device, no links followed",
	}
}

// answer counts every name once, the paths themselves included, as
// "find PATHS -xdev" would list them, but for overlapping paths. A path that
// does not exist counts nothing. The sizes of a file with several names count
// once. What is mounted inside from another file system is reported in mounts
// and not counted.
func (p treeProbe) answer(ctx context.Context, args map[string]any) (any, []string, error) {
	order, err := p.order(args)
	if err != nil {
		return nil, nil, err
	}
	roots, evidence, err := findRoots(ctx, order.paths, order.dir)
	if err != nil {
		return nil, nil, err
	}
	var users openers
	var scan sync.WaitGroup
	scan.Go(func() { users = findOpeners(ctx, roots) })
	walks := walksOf(ctx)
	total := walks.Count(ctx, walkRoots(roots), order.limit, order.bytes)
	scan.Wait()
	value := censusValue(total, order)
	mounts, mountErr := walks.Mounts()
	value["mounts"], value["devices"] = mountsValue(roots, mounts, total.Borders, mountErr)
	value["open"] = users.value()
	return value, append(evidence, users.evidence...), nil
}

// walksOf are the walks that all questions of one decision share.
func walksOf(ctx context.Context) *walk.Walks {
	if walks := walk.From(ctx); walks != nil {
		return walks
	}
	return newWalks()
}

func newWalks() *walk.Walks { return walk.New(datadir.IsMark, mountPoints) }

func walkRoots(roots []root) []walk.Root {
	all := make([]walk.Root, len(roots))
	for i, r := range roots {
		all[i] = walk.Root{Path: r.path, Info: r.info, Listed: r.listed}
	}
	return all
}

// order is what one tree question asks for.
type order struct {
	paths []string
	dir   string
	limit int64 // walk.NoLimit: none
	bytes bool
}

func (p treeProbe) order(args map[string]any) (order, error) {
	o := order{dir: dirOf(args, p.dir), limit: walk.NoLimit}
	var err error
	if o.paths, err = list(args["paths"]); err != nil {
		return o, err
	}
	if args["limit"] != nil {
		if o.limit, err = number(args["limit"]); err != nil {
			return o, fmt.Errorf("tree: limit: %w", err)
		}
	}
	o.bytes, _ = args["bytes"].(bool)
	return o, nil
}

func censusValue(c walk.Census, o order) map[string]any {
	entries := c.Files + c.Directories
	if errors.Is(c.Short, walk.ErrLimit) {
		entries = o.limit + 1
	}
	value := map[string]any{
		"entries": lowerBound(c, entries), "files": lowerBound(c, c.Files), "directories": lowerBound(c, c.Directories), "bytes": nil,
	}
	if o.bytes {
		value["bytes"] = lowerBound(c, c.Bytes)
	}
	return value
}

func lowerBound(c walk.Census, number int64) any {
	switch {
	case c.Short == nil:
		return number
	case errors.Is(c.Short, walk.ErrLimit):
		return guard.Unmeasured{Reason: walk.ErrLimit.Error(), AtLeast: &number}
	default:
		return guard.Unmeasured{Reason: cause(c.Short), AtLeast: &number}
	}
}
