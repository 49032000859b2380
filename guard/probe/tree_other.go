//go:build !linux

package probe

import (
	"context"
	"errors"
)

func walk(ctx context.Context, roots []root, _ map[string]uint64, order order) census {
	return walkPortably(ctx, roots, order)
}

var errOnlyLinux = errors.New("guard can tell this on Linux only")

func mountsInside([]root) (map[string]uint64, error) { return nil, errOnlyLinux }

func findOpeners(context.Context, []root) openers { return openers{err: errOnlyLinux} }
