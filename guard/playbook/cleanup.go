package playbook

import (
	"context"
	"slices"
	"strings"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// cleansUp: a step of a script that is being stopped removes what was made since the
// script began, a lock or a temporary file, and would do so at any other time without
// a question. Everything else is refused: a script may go on behind its trap.
func (r *supervisedRun) cleansUp(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) bool {
	if len(ops) == 0 || report.Err != nil || report.Decision.Effect != guard.Allow && report.Decision.Effect != guard.Warn {
		return false
	}
	return !slices.ContainsFunc(ops, func(op guard.Operation) bool { return !r.removesNew(ctx, e, op) })
}

// beingStopped is the report of a step that is refused because its script is being
// stopped: it is recorded, and listed at the end instead of said now. A guarded shell
// has no such list.
func (r *supervisedRun) beingStopped(step *guard.Guard, report guard.Report) guard.Report {
	if r.mode.listsRefused() {
		step.Show = func(guard.Report) {}
	}
	if report.Err == nil && report.Decision.Effect != guard.Deny {
		report.Decision.Effect = guard.Deny
		report.Decision.Problems = append(report.Decision.Problems, guard.Problem{What: "the script is being stopped", Next: "run it by itself"})
	}
	return report
}

// removesNew: all that the operation removes was made since the script began, or is
// not there.
func (r *supervisedRun) removesNew(ctx context.Context, e supervise.Exec, op guard.Operation) bool {
	if !slices.Contains([]string{"rm", "rmdir", "unlink"}, op.Program) || op.Dir.Reading != guard.Literal {
		return false
	}
	var paths []any
	flags := true
	for _, word := range op.Args {
		switch {
		case isUnknown(word):
			return false
		case flags && word.Text == "--":
			flags = false
		case !flags || word.Text == "-" || !strings.HasPrefix(word.Text, "-"):
			paths = append(paths, word.Text)
		}
	}
	began := r.mode.began(r.supervisor, e.PID)
	if len(paths) == 0 || began.IsZero() || e.UID < 0 {
		return false
	}
	ask := guard.Ask{Key: "age", Kind: "age", Timeout: grace, Args: map[string]any{
		"paths": paths, "dir": op.Dir.Text, "since": float64(began.UnixMicro()) / 1e6, "owner": int64(e.UID),
	}}
	fact := r.pipeline.Measured(ctx, ask)
	value, _ := fact.Value.(map[string]any)
	return fact.Known && value != nil && value["older"] == nil
}
