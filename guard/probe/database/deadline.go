package database

import (
	"context"
	"fmt"
	"time"
)

// defaultTimeout is how long a question may take when its context sets no
// deadline.
const defaultTimeout = 3 * time.Second

// InTime runs work with a deadline a little before that of ctx, so that it can
// still say what it knows, and gives up on it at the deadline itself: a
// goroutine that is stuck in the kernel is left behind.
func InTime[T any](ctx context.Context, work func(context.Context) T) (T, error) {
	outer, cancel := ctx, context.CancelFunc(func() {})
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(defaultTimeout)
		outer, cancel = context.WithDeadline(ctx, deadline)
	}
	defer cancel()
	margin := min(time.Until(deadline)/10, 300*time.Millisecond)
	inner, stop := context.WithDeadline(outer, deadline.Add(-margin))
	defer stop()
	done := make(chan T, 1)
	go func() { done <- work(inner) }()
	select {
	case result := <-done:
		return result, nil
	case <-outer.Done():
		var none T
		return none, fmt.Errorf("no answer in time: %w", outer.Err())
	}
}
