package historytest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/history"
)

// checkSummaries compares each line of a list with what was recorded.
func checkSummaries(ctx context.Context, r *recorder) []error {
	list, err := r.store.List(ctx, history.Filter{Limit: len(r.commands) + 1})
	if err != nil {
		return []error{err}
	}
	byNumber := map[int64]history.Summary{}
	for _, s := range list {
		byNumber[s.ID] = s
	}
	var faults []error
	for _, c := range r.commands {
		if what := c.differs(byNumber[c.id]); what != "" {
			faults = append(faults, fmt.Errorf("entry %d: %s: got %+v", c.id, what, byNumber[c.id]))
		}
	}
	return faults
}

// differs says in what a summary is not the command's; "" in nothing.
func (c command) differs(s history.Summary) string {
	request, decision := c.intent.Request, c.intent.Decision
	var targets []string
	for _, t := range decision.Targets {
		targets = append(targets, t.Resolved)
	}
	switch {
	case s.Damaged != "":
		return "damaged"
	case !s.At.Equal(c.at):
		return "time"
	case s.Verdict != c.intent.Verdict || s.Effect != decision.Effect.String() || s.Why != c.intent.Why:
		return "verdict"
	case s.User != request.Operator.Name || s.UID != request.Operator.UID || s.Host != request.Host.Name:
		return "user and host"
	case s.Command != guard.CommandLine(request.Argv) || s.Summary != decision.Summary:
		return "command"
	case !slices.Equal(s.Programs, []string{c.intent.Operations[0].Program}) || !slices.Equal(s.Policies, decision.Policies) || !slices.Equal(s.Targets, targets):
		return "programs, policies and targets"
	case s.Run != request.Run:
		return "run"
	case !reflect.DeepEqual(s.Outcome, c.outcome):
		return "outcome"
	case !slices.Contains(c.endings(), s.Ending):
		return "ending"
	}
	return ""
}

// endings are what may be told of how it ended. Whether the guard of a command
// without outcome still runs is what a Store may know or not.
func (c command) endings() []history.Ending {
	switch {
	case c.intent.Verdict != guard.Accepted:
		return []history.Ending{history.NothingRan}
	case c.outcome != nil:
		return []history.Ending{history.Ended}
	default:
		return []history.Ending{history.UnknownEnd, history.StillRunning, history.HostWentDown}
	}
}

// checkGet reads entries one by one, and some that there are not.
func checkGet(ctx context.Context, r *recorder) []error {
	var faults []error
	last := int64(0)
	for _, c := range r.commands {
		entry, err := r.store.Get(ctx, c.id)
		if err != nil || entry.ID != c.id || !reflect.DeepEqual(entry.Intent, c.intent) {
			faults = append(faults, fmt.Errorf("entry %d: got %+v, %v, want %+v", c.id, entry, err, c.intent))
			continue
		}
		if what := c.differs(entry.Summary); what != "" {
			faults = append(faults, fmt.Errorf("entry %d: %s: got %+v", c.id, what, entry.Summary))
		}
		last = max(last, c.id, entry.Exit)
		if entry.Exit == 0 {
			continue
		}
		if of, err := r.store.Get(ctx, entry.Exit); err != nil || of.ID != c.id {
			faults = append(faults, fmt.Errorf("entry %d, the outcome of entry %d: got entry %d, %v", entry.Exit, c.id, of.ID, err))
		}
	}
	for _, id := range []int64{-1, 0, last + 1, 1 << 62} {
		if entry, err := r.store.Get(ctx, id); !errors.Is(err, history.ErrNoEntry) || !reflect.DeepEqual(entry, history.Entry{}) {
			faults = append(faults, fmt.Errorf("entry %d, which there is not: got entry %d, %v", id, entry.ID, err))
		}
	}
	return faults
}

// checkSteps reads the steps of a run, of some that have none, and some of them only.
func checkSteps(ctx context.Context, r *recorder) []error {
	var want []int64
	for _, c := range r.commands {
		if c.intent.Request.Run == r.run {
			want = append(want, c.id)
		}
	}
	var faults []error
	var got []int64
	for step, err := range r.store.Steps(ctx, r.run) {
		if err != nil {
			return []error{err}
		}
		// Any method may be called meanwhile.
		if same, err := r.store.Get(ctx, step.ID); err != nil || !reflect.DeepEqual(same, step) {
			faults = append(faults, fmt.Errorf("step %d is another entry than that of its number: %+v, %v", step.ID, same, err))
		}
		if _, err := r.store.List(ctx, history.Filter{Limit: 1, Run: r.run}); err != nil {
			faults = append(faults, fmt.Errorf("list at step %d: %w", step.ID, err))
		}
		got = append(got, step.ID)
	}
	if !slices.Equal(got, want) {
		faults = append(faults, fmt.Errorf("got %v, want %v", got, want))
	}
	for _, run := range []int64{-1, 0, r.commands[0].id, 1 << 62} {
		for step, err := range r.store.Steps(ctx, run) {
			faults = append(faults, fmt.Errorf("run %d, which has no steps: got %d, %v", run, step.ID, err))
			break
		}
	}
	for range r.store.Steps(ctx, r.run) {
		break
	}
	return faults
}

// checkVerify proves the log.
func checkVerify(ctx context.Context, r *recorder) []error {
	var faults []error
	v, err := r.store.Verify(ctx, func(done, total int64) {
		if done < 0 || done > total {
			faults = append(faults, fmt.Errorf("progress: %d of %d", done, total))
		}
	})
	if err != nil || !v.OK || v.Problem != nil || v.Checked != v.Entries || v.Entries < int64(len(r.commands)) {
		faults = append(faults, fmt.Errorf("got %+v, %v", v, err))
	}
	if v.Unfinished != int64(r.open) {
		faults = append(faults, fmt.Errorf("%d without outcome, want %d", v.Unfinished, r.open))
	}
	if again, err := r.store.Verify(ctx, nil); err != nil || !reflect.DeepEqual(again, v) {
		faults = append(faults, fmt.Errorf("once more: got %+v, %v, want %+v", again, err, v))
	}
	return faults
}

// checkContext asks with a context that is done, from the beginning and from the
// first step on.
func checkContext(ctx context.Context, r *recorder) []error {
	done, cancel := context.WithCancel(ctx)
	cancel()
	_, list := r.store.List(done, history.Filter{})
	_, search := r.store.List(done, history.Filter{Text: "srv"})
	_, get := r.store.Get(done, r.run)
	_, verify := r.store.Verify(done, nil)
	running, stop := context.WithCancel(ctx)
	defer stop()
	var faults []error
	for name, err := range map[string]error{
		"list": list, "search": search, "get": get, "verify": verify,
		"steps":         lastError(r.store.Steps(done, r.run), func(int) {}, isZero[history.Entry]),
		"all":           lastError(history.All(done, r.store, history.Filter{}), func(int) {}, isZero[history.Summary]),
		"steps, midway": lastError(r.store.Steps(running, r.run), func(int) { stop() }, isZero[history.Entry]),
	} {
		if !errors.Is(err, context.Canceled) || strings.TrimSpace(err.Error()) == "" {
			faults = append(faults, fmt.Errorf("%s: got the error %v", name, err))
		}
	}
	return faults
}

// lastError is the error that ends an iteration; another one when anything comes
// after it or with it.
func lastError[T any](pairs func(func(T, error) bool), each func(n int), isZero func(T) bool) error {
	var last error
	n := 0
	for value, err := range pairs {
		switch {
		case last != nil:
			return errors.New("it goes on behind an error")
		case err != nil && !isZero(value):
			return errors.New("there is something beside the error")
		}
		last = err
		n++
		each(n)
	}
	return last
}

func isZero[T any](value T) bool {
	var zero T
	return reflect.DeepEqual(value, zero)
}
