package main

import (
	"context"

	"blastguard/guard"
	"blastguard/guard/program"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// recordsAll: also what no policy governs gets an entry of its own.
func (s *steps) recordsAll() bool { return s.book.o.record == "all" }

// looksAt says which programs are decided; where all is recorded, all are.
func (s *steps) looksAt(programs []string) func([]byte) bool {
	if s.recordsAll() {
		return func([]byte) bool { return true }
	}
	governed := governs(programs)
	return func(name []byte) bool { return governed(name) || program.Of(string(name)).HandsOver() }
}

// ungoverned lets a program run that no policy governs; where all is recorded,
// after its entry is on disk.
func (s *steps) ungoverned(ctx context.Context, e supervise.Exec) bool {
	if !s.recordsAll() || e.On != "" {
		return true
	}
	request := s.request(e)
	request.Overrides = nil
	step := *s.guard
	step.Recognise = func(guard.Request) []guard.Operation { return shell.Operations(request.Argv, s.context(e)) }
	step.Resolve = func(guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
		return nil, guard.Decision{Effect: guard.Allow}
	}
	report := step.Permit(ctx, request)
	if report.Verdict != guard.Accepted {
		return false
	}
	s.mu.Lock()
	s.recorded++
	s.mu.Unlock()
	s.await(ctx, e, report)
	return true
}
