// Package historytest checks whether an implementation of history.Store keeps what
// the interface promises: order, pages, each filter alone and with every other one,
// the steps of a run, unknown outcomes, a context that is done, entries that there
// are not. It is for the tests of implementations.
package historytest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// New makes a new, empty log and a Store that reads what the log has recorded. The
// log takes the time of an entry from now.
type New func(now func() time.Time) (guard.Log, history.Store, error)

// maxFaults are told of each check: one mistake can make a hundred.
const maxFaults = 3

// Check records some sixty commands, reads them back in every way, and returns all
// that is not as history.Store promises, joined; nil when everything is. It does so
// with a clock that goes on, and with one that is set back.
//
// What it does not check: damaged entries, for only the implementation knows how to
// damage one, and what another process does meanwhile.
func Check(ctx context.Context, new New) error {
	var faults []error
	for _, clock := range []struct {
		name    string
		setBack time.Duration
	}{{"", 0}, {"after the clock was set back: ", 90 * time.Minute}} {
		r, err := record(ctx, new, clock.setBack)
		if err != nil {
			return fmt.Errorf("%srecord: %w", clock.name, err)
		}
		for _, check := range []struct {
			name string
			find func(context.Context, *recorder) []error
		}{
			{"list", checkLists}, {"pages", checkPages}, {"summaries", checkSummaries}, {"get", checkGet}, {"steps", checkSteps},
			{"verify", checkVerify}, {"context", checkContext}, {"what is recorded meanwhile", checkMeanwhile},
		} {
			found := check.find(ctx, r)
			for _, fault := range found[:min(len(found), maxFaults)] {
				faults = append(faults, fmt.Errorf("%s%s: %w", clock.name, check.name, fault))
			}
			if more := len(found) - maxFaults; more > 0 {
				faults = append(faults, fmt.Errorf("%s%s: %d faults more", clock.name, check.name, more))
			}
		}
	}
	return errors.Join(faults...)
}
