package audit

import (
	"context"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"blastguard/guard"
	"blastguard/guard/history"
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
	found, err := openReader(t, path).List(t.Context(), history.Filter{Limit: 2 * n})
	must(t, err)
	ended := 0
	for _, entry := range found {
		if entry.Ending == history.Ended {
			ended++
		}
	}
	if ended != n {
		t.Errorf("%d of %d steps have an outcome", ended, n)
	}
}

// All steps of a run are read, in their order, and none of another run.
func TestTheStepsOfARun(t *testing.T) {
	const n = 1200
	path := filepath.Join(t.TempDir(), "audit.db")
	log := openLog(t, path)
	run, err := log.Accept(t.Context(), intentOf(guard.Accepted, "./playbook.sh"))
	must(t, err)
	for i := range n {
		step := intentOf(guard.Rejected, "rm", strconv.Itoa(i))
		step.Request.Run = run + int64(i%2)*1000
		_, err := log.Refuse(t.Context(), step)
		must(t, err)
	}
	must(t, log.Close())
	reader := openReader(t, path)
	next := 0
	for step, err := range reader.Steps(t.Context(), run) {
		must(t, err)
		if want := "rm " + strconv.Itoa(next); step.Command != want || step.Run != run {
			t.Fatalf("step %d: %q of %d, want %q", next/2, step.Command, step.Run, want)
		}
		next += 2
	}
	if next != n {
		t.Errorf("%d of %d steps", next/2, n/2)
	}
	for range reader.Steps(t.Context(), run) {
		break // who has seen enough reads no further
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	errs := 0
	for _, err := range reader.Steps(cancelled, run) {
		if err != nil {
			errs++
		}
	}
	if errs != 1 {
		t.Errorf("%d errors of a reader that was stopped", errs)
	}
}
