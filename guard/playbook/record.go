package playbook

import (
	"context"

	"blastguard/guard"
	"blastguard/guard/program"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// recordsAll: also what no policy governs gets an entry of its own.
func (r *supervisedRun) recordsAll() bool { return r.options.Record == "all" }

// looksAt says which programs are decided; where all is recorded, all are.
func (r *supervisedRun) looksAt(programs []string) func([]byte) bool {
	if r.recordsAll() {
		return func([]byte) bool { return true }
	}
	governed := governs(programs)
	return func(name []byte) bool { return governed(name) || program.Of(string(name)).HandsOver() }
}

// ungoverned lets a program run that no policy governs; where all is recorded,
// after its entry is on disk.
func (r *supervisedRun) ungoverned(ctx context.Context, e supervise.Exec) bool {
	if !r.recordsAll() || e.On != "" {
		return true
	}
	request := r.requestOf(e)
	request.Overrides = nil
	step := *r.pipeline
	step.Recognise = func(guard.Request) []guard.Operation { return shell.Operations(request.Argv, r.context(e)) }
	step.Resolve = func(guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
		return nil, guard.Decision{Effect: guard.Allow}
	}
	report := step.Permit(ctx, request)
	if report.Verdict != guard.Accepted {
		return false
	}
	r.mu.Lock()
	r.recorded++
	r.mu.Unlock()
	r.await(ctx, e, report)
	return true
}
