package probe

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"blastguard/guard"
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
	mounts, mountErr := mountsInside(roots)
	var users openers
	var scan sync.WaitGroup
	scan.Go(func() { users = findOpeners(ctx, roots) })
	total := walk(ctx, roots, mounts, order)
	scan.Wait()
	value := total.value(order)
	value["mounts"], value["devices"] = mountsValue(roots, mounts, total.borders, mountErr)
	value["open"] = users.value()
	return value, append(evidence, users.evidence...), nil
}

// order is what one tree question asks for.
type order struct {
	paths []string
	dir   string
	limit int64 // math.MaxInt64: none
	bytes bool
}

func (p treeProbe) order(args map[string]any) (order, error) {
	o := order{dir: dirOf(args, p.dir), limit: math.MaxInt64}
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

// census is what a walk counted.
type census struct {
	files, directories, bytes int64
	// borders are directories of another device, which were not entered.
	borders []border
	// short says why the numbers are only lower bounds; nil when they are not.
	short error
}

type border struct {
	path   string
	device uint64
}

// errLimit: there is more than was asked for.
var errLimit = errors.New("counted no further than the limit")

func (c census) value(o order) map[string]any {
	entries := c.files + c.directories
	if errors.Is(c.short, errLimit) {
		entries = o.limit + 1
	}
	value := map[string]any{
		"entries": c.part(entries), "files": c.part(c.files), "directories": c.part(c.directories), "bytes": nil,
	}
	if o.bytes {
		value["bytes"] = c.part(c.bytes)
	}
	return value
}

func (c census) part(counted int64) any {
	switch {
	case c.short == nil:
		return counted
	case errors.Is(c.short, errLimit):
		return guard.Unmeasured{Reason: errLimit.Error(), AtLeast: &counted}
	default:
		return guard.Unmeasured{Reason: cause(c.short), AtLeast: &counted}
	}
}
