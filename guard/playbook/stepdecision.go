package playbook

import (
	"context"
	"path/filepath"

	"blastguard/guard"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// decide takes one exec through the pipeline. It returns when the intent is on
// record, or when it is refused.
func (r *supervisedRun) decide(ctx context.Context, e supervise.Exec) bool {
	select {
	case r.one <- struct{}{}:
		defer func() { <-r.one }()
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	e.Stopping = e.Stopping || r.ending(e) // it may have waited for its turn since then
	e.SetID = e.SetID && !onlyLists(e)
	set, ops, err := r.operations(e)
	if err == nil && len(ops) == 0 && e.Unreadable == "" && !e.SetID {
		return r.ungoverned(ctx, e)
	}
	step, request := r.pipelineOf(e, ops, set, err), r.requestOf(e)
	if e.Stopping || r.command.alone {
		request.Overrides = nil // they were given for the script, which is at its end, or for the command
	}
	for {
		report := step.Check(ctx, request)
		if r.continues(ctx, e, ops, report) {
			return r.ungoverned(ctx, e)
		}
		r.tally.decide(report.Decision)
		inside := ""
		if e.Stopping || hinders(report) {
			inside = r.transactions().around(e.PID)
		}
		switch {
		case inside != "":
			report = unhindered(report, inside)
		case e.Stopping && !r.cleanup(e).allows(ctx, ops, report):
			r.tally.refuse(step.Settle(ctx, r.beingStopped(step, report)))
			return false
		}
		if (e.On != "" || writesOnly(set, ops)) && report.Answer == nil && r.quiet(report) {
			return true
		}
		report = step.Settle(ctx, report)
		switch {
		case report.Verdict == guard.Accepted && ctx.Err() == nil:
			r.allowed(ctx, e, ops, report)
			return true
		case report.Verdict == guard.Accepted:
			r.record(ctx, report.Entry, guard.Outcome{Error: "its process ended while it was asked", Status: guard.StatusNotExecutable})
			return false
		case inside != "":
			r.refuseAlone(e, inside, report)
			return false
		case !r.follows(ctx, e, &request, report):
			return false
		}
	}
}

// continues: the step is but what was decided already, by another program of that name,
// and hits the same.
func (r *supervisedRun) continues(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) bool {
	if e.On != "" || e.Stopping || e.SetID || e.Unreadable != "" || report.Err != nil || len(ops) == 0 {
		return false
	}
	for _, op := range ops {
		one, found := r.granted.find(e.PID, op)
		if !found || !guard.Covers(one.decided(ctx), report.Decision) {
			return false
		}
	}
	for _, op := range ops {
		r.granted.move(e.PID, op)
	}
	return true
}

// transactions are those that the run may be in.
func (r *supervisedRun) transactions() transactions {
	along, _ := variable(r.command.request.Env, "PATH")
	return transactions{policies: r.policies.open, above: r.supervisor.Above, path: filepath.SplitList(along)}
}

// spares: the process is in a transaction, so that the run is not ended now.
func (r *supervisedRun) spares(pid int) bool { return r.transactions().around(pid) != "" }

// cleanup is what is allowed to a step while its script is being stopped.
func (r *supervisedRun) cleanup(e supervise.Exec) cleanup {
	return cleanup{measure: r.pipeline.Measure, began: r.mode.began(r.supervisor, e.PID), owner: e.UID}
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

// quiet says whether an act that policies govern goes on without a word and
// without an entry, and counts it: scripts write files all the time. Whatever
// is asked, warned of, or counted against a limit is recorded.
func (r *supervisedRun) quiet(report guard.Report) bool {
	if r.recordsAll() || report.Err != nil || report.Decision.Effect != guard.Allow || len(report.Decision.Claims) > 0 {
		return false
	}
	r.tally.passUnasked()
	return true
}

// refuseAlone refuses a step inside a transaction, and nothing else.
func (r *supervisedRun) refuseAlone(e supervise.Exec, inside string, report guard.Report) {
	r.tally.refuse(report)
	r.mode.say(e, "guard: "+guard.Printable(inside)+" is not stopped: it goes on without this step\n")
}

// follows does what a refused step has for the run. true: the request is to be decided
// again.
func (r *supervisedRun) follows(ctx context.Context, e supervise.Exec, request *guard.Request, report guard.Report) (again bool) {
	chosen, waits := r.mode.refused(ctx, r.supervisor, e, report, r.tally.done())
	switch {
	case !waits:
		return false
	case chosen.Course == guard.RunStep:
		request.Overrides, request.Reason = report.Decision.Overridable(), chosen.Reason
		return true
	}
	r.tally.refuse(report)
	switch {
	case chosen.Course == guard.SkipStep:
	case chosen.Interrupted:
		r.interrupt()
	default:
		r.stop()
	}
	return false
}

// allowed notes a step that runs, and records how it ends.
func (r *supervisedRun) allowed(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) {
	if e.On != "" {
		r.done(ctx, report)
		return
	}
	r.granted.add(supervise.ProcessAt(e.PID), ops, func(context.Context) guard.Decision { return report.Decision })
	r.tally.allow(report)
	r.await(ctx, e, report)
}

// done records an act that is about to happen: it takes no time.
func (r *supervisedRun) done(ctx context.Context, report guard.Report) {
	r.tally.allow(report)
	r.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true})
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
	r.tally.recordUngoverned()
	r.await(ctx, e, report)
	return true
}

// grantInner gives the command of a guard further in what that guard has decided, by the
// same policies. What it was is found by deciding it as it was, when it matters.
func (r *supervisedRun) grantInner(e supervise.Exec) {
	set, ops, err := r.operations(e)
	if err != nil {
		return
	}
	r.granted.add(supervise.ProcessAt(e.PID), ops, func(ctx context.Context) guard.Decision {
		report := r.pipelineOf(e, ops, set, nil).Check(ctx, r.requestOf(e))
		if report.Err != nil {
			return guard.Decision{}
		}
		return report.Decision
	})
}
