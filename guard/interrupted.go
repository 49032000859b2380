package guard

import (
	"context"
	"errors"
	"syscall"
	"time"
)

// Interrupted is the cause of a context that a signal to guard ended. What was
// decided until then is recorded, and guard then ends by that signal.
type Interrupted struct{ Signal syscall.Signal }

func (i *Interrupted) Error() string { return "ended by a signal: " + i.Signal.String() }

// interrupted is why the context was ended by a signal; nil when it was not.
func interrupted(ctx context.Context) *Interrupted {
	var signal *Interrupted
	if ctx.Err() == nil || !errors.As(context.Cause(ctx), &signal) {
		return nil
	}
	return signal
}

// abandon is how long what is measured may go on after a signal. A file system
// that does not answer must not keep guard from ending.
const abandon = 2 * time.Second

// unlessInterrupted does a part of the pipeline. After a signal it is abandoned if need
// be; the report then holds no more than the request.
func unlessInterrupted(ctx context.Context, request Request, do func() Report) Report {
	if ctx.Done() == nil {
		return do()
	}
	done := make(chan Report, 1)
	go func() { done <- do() }()
	select {
	case report := <-done:
		return report
	case <-ctx.Done():
	}
	select {
	case report := <-done:
		return report
	case <-time.After(abandon):
		return Report{Request: request, Decision: refusal("stopped while it was measured", "run it again")}
	}
}
