//go:build unix && !(linux && cgo)

package process

import (
	"os/signal"
	"syscall"
)

// ignoredAtStart says whether guard was started with the signal ignored, as far
// as the Go runtime leaves that to be seen.
func ignoredAtStart(number syscall.Signal) bool { return signal.Ignored(number) }
