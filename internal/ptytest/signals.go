package ptytest

import (
	"os"
	"os/signal"

	"golang.org/x/sys/unix"
)

// DefaultSignals lets the programs that are started from now on begin with SIGINT
// and SIGHUP at their defaults, as on a person's terminal. Tests may have been
// started with these ignored (in the background by a script, by nohup), and what is
// ignored is inherited. This process goes on without them.
func DefaultSignals() {
	for _, number := range []os.Signal{unix.SIGINT, unix.SIGHUP} {
		if signal.Ignored(number) {
			signal.Notify(make(chan os.Signal, 1), number)
		}
	}
}
