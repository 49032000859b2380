//go:build linux && (amd64 || arm64)

package supervise

import (
	"slices"
	"sync"
	"time"
)

// memory is how long a refusal is remembered. A shell that may not execute what
// it found goes on along its PATH, and would have the same step asked again.
const memory = 2 * time.Second

// refusals are the last ones.
type refusals struct {
	mu  sync.Mutex
	all []refusal
}

type refusal struct {
	pid  int
	argv []string
	at   time.Time
}

// repeats says whether the same process was refused the same words just now.
func (r *refusals) repeats(asked Exec) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(old refusal) bool { return time.Since(old.at) > memory })
	return slices.ContainsFunc(r.all, func(old refusal) bool {
		return old.pid == asked.PID && slices.Equal(old.argv, asked.Argv)
	})
}

func (r *refusals) add(asked Exec) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, refusal{asked.PID, asked.Argv, time.Now()})
}
