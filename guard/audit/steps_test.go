package audit

import (
	"path/filepath"
	"sync"
	"testing"

	"blastguard/guard"
)

// The steps of a script begin and end side by side, on one connection.
func TestStepsThatBeginAndEndAtOnceAreAllRecorded(t *testing.T) {
	const n = 32
	path := filepath.Join(t.TempDir(), "audit.db")
	log := openLog(t, path)
	var steps sync.WaitGroup
	for range n {
		steps.Go(func() {
			id, err := log.Accept(t.Context(), intentOf(guard.Accepted, "rm", "-r", "old"))
			if err != nil {
				t.Errorf("accept: %v", err)
				return
			}
			if err := log.Exit(t.Context(), id, guard.Outcome{Started: true}); err != nil {
				t.Errorf("exit of %d: %v", id, err)
			}
			if err := log.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	steps.Wait()
	found, err := openReader(t, path).List(t.Context(), Filter{Limit: 2 * n})
	must(t, err)
	ended := 0
	for _, entry := range found {
		if entry.Ending == Ended {
			ended++
		}
	}
	if ended != n {
		t.Errorf("%d of %d steps have an outcome", ended, n)
	}
}
