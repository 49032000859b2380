package playbook

import (
	"context"
	"slices"
	"strings"
	"time"

	"blastguard/guard"
)

// cleanup is what a script may still do while it is being stopped.
type cleanup struct {
	measured func(context.Context, guard.Ask) guard.Fact
	began    time.Time // when the script did; zero: nobody knows
	owner    int       // the user of the step; below 0: nobody knows
}

// allows: a step of a script that is being stopped removes what was made since the
// script began, a lock or a temporary file, and would do so at any other time without
// a question. Everything else is refused: a script may go on after its trap.
func (c cleanup) allows(ctx context.Context, ops []guard.Operation, report guard.Report) bool {
	if len(ops) == 0 || report.Err != nil || report.Decision.Effect != guard.Allow && report.Decision.Effect != guard.Warn {
		return false
	}
	return !slices.ContainsFunc(ops, func(op guard.Operation) bool { return !c.removesNew(ctx, op) })
}

// removesNew: all that the operation removes was made since the script began, or is
// not there.
func (c cleanup) removesNew(ctx context.Context, op guard.Operation) bool {
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
	if len(paths) == 0 || c.began.IsZero() || c.owner < 0 {
		return false
	}
	ask := guard.Ask{Key: "age", Kind: "age", Timeout: grace, Args: map[string]any{
		"paths": paths, "dir": op.Dir.Text, "since": float64(c.began.UnixMicro()) / 1e6, "owner": int64(c.owner),
	}}
	fact := c.measured(ctx, ask)
	value, _ := fact.Value.(map[string]any)
	return fact.Known && value != nil && value["older"] == nil
}
