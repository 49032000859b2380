package playbook

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/supervise"
)

// openStep is a step that may still run.
type openStep struct {
	pid  int
	done chan struct{}
}

// await records the end of a program that is about to run.
func (d *stepDecider) await(ctx context.Context, e supervise.Exec, report guard.Report) {
	started := d.pipeline.Now()
	open := &openStep{pid: e.PID, done: make(chan struct{})}
	d.mu.Lock()
	d.open = append(d.open, open)
	d.mu.Unlock()
	wait := d.system.Await(e.PID)
	go func() {
		defer close(open.done)
		if !wait() {
			return
		}
		d.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true, Duration: d.pipeline.Now().Sub(started)})
	}()
}

func (d *stepDecider) record(ctx context.Context, entry int64, outcome guard.Outcome) {
	// A step without a recorded outcome shows as unknown, which is true.
	_ = d.pipeline.Log.Exit(context.WithoutCancel(ctx), entry, outcome)
}

// settle waits for the records of steps that have ended, as long as one of them may
// wait for the log.
func (d *stepDecider) settle() {
	late := time.NewTimer(audit.OutcomePatience)
	defer late.Stop()
	d.mu.Lock()
	open := slices.Clone(d.open)
	d.mu.Unlock()
	for _, step := range open {
		if _, err := os.Stat(fmt.Sprintf("/proc/%d", step.pid)); err == nil {
			continue // it lives on
		}
		select {
		case <-step.done:
		case <-late.C:
			return
		}
	}
}
