//go:build unix && !linux

package process

import "golang.org/x/sys/unix"

// stat looks at the file behind a path.
func stat(path string, status *unix.Stat_t) error { return unix.Stat(path, status) }
