//go:build darwin || netbsd

package source

import (
	"syscall"
	"time"
)

func modified(stat *syscall.Stat_t) time.Time { return time.Unix(stat.Mtimespec.Unix()) }
