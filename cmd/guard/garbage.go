package main

import (
	"os"
	"runtime/debug"
	"sync"
)

// collectLess is how much the heap may grow between two collections, in percent of what is
// in use. To decide a command leaves a few megabytes of garbage, and so does each step of
// a playbook: to collect at 4 MB took a quarter of the time, and of a verification of the
// log as much. A command that no policy governs never comes so far, and does not pay for the setting.
const collectLess = 400

// muchMemory is how large the heap of a verification may become before it is collected as
// usual, in bytes.
const muchMemory = 1 << 30

var garbageIsExpected = sync.OnceFunc(func() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(collectLess)
		debug.SetMemoryLimit(muchMemory)
	}
})
