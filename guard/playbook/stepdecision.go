package playbook

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/shell"
	"blastguard/guard/supervise"
)

// stepDecider decides the steps of a run, one after the other.
type stepDecider struct {
	command  decidedCommand
	pipeline *guard.Guard // the run's own; that of a step is made of it
	// recordsAll: also what no policy governs gets an entry of its own.
	recordsAll bool
	mode       mode
	policies   stepPolicies
	system     System
	stderr     io.Writer

	supervisor Supervisor
	granted    grants        // operations that are decided already
	one        chan struct{} // held while a step is decided: one question at a time
	tally      tally
	mu         sync.Mutex
	open       []*openStep
}

// decide takes one exec through the pipeline. It returns when the intent is on
// record, or when it is refused.
func (d *stepDecider) decide(ctx context.Context, e supervise.Exec) bool {
	select {
	case d.one <- struct{}{}:
		defer func() { <-d.one }()
	case <-ctx.Done():
		return false
	}
	if ctx.Err() != nil {
		return false
	}
	e.Stopping = e.Stopping || d.ending(e) // it may have waited for its turn since then
	e.SetID = e.SetID && !onlyLists(e)
	set, ops, err := d.operations(e)
	if err == nil && len(ops) == 0 && e.Unreadable == "" && !e.SetID {
		return d.ungoverned(ctx, e)
	}
	step, request := d.pipelineOf(e, ops, set, err), d.requestOf(e)
	if e.Stopping || d.command.alone {
		request.Overrides = nil // they were given for the script, which is at its end, or for the command
	}
	for {
		report := step.Check(ctx, request)
		if d.continues(ctx, e, ops, report) {
			return d.ungoverned(ctx, e)
		}
		d.tally.decide(report.Decision)
		inside := ""
		if e.Stopping || hinders(report) {
			inside = d.transactions().around(e.PID)
		}
		switch {
		case inside != "":
			report = unhindered(report, inside)
		case e.Stopping && !d.cleanup(e).allows(ctx, ops, report):
			d.tally.refuse(step.Settle(ctx, d.beingStopped(step, report)))
			return false
		}
		if (e.On != "" || writesOnly(set, ops)) && report.Answer == nil && d.quiet(report) {
			return true
		}
		report = step.Settle(ctx, report)
		switch {
		case report.Verdict == guard.Accepted && ctx.Err() == nil:
			d.allowed(ctx, e, ops, report)
			return true
		case report.Verdict == guard.Accepted:
			d.record(ctx, report.Entry, guard.Outcome{Error: "its process ended while it was asked", Status: guard.StatusNotExecutable})
			return false
		case inside != "":
			d.refuseAlone(e, inside, report)
			return false
		case !d.afterRefusal(ctx, e, &request, report):
			return false
		}
	}
}

// continues: the step is only what was decided already, by another program of that name,
// and hits the same.
func (d *stepDecider) continues(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) bool {
	if e.On != "" || e.Stopping || e.SetID || e.Unreadable != "" || report.Err != nil || len(ops) == 0 {
		return false
	}
	for _, op := range ops {
		one, found := d.granted.find(e.PID, op)
		if !found || !guard.Covers(one.decided(ctx), report.Decision) {
			return false
		}
	}
	for _, op := range ops {
		d.granted.move(e.PID, op)
	}
	return true
}

// transactions are those that the run may be in.
func (d *stepDecider) transactions() transactions {
	along, _ := variable(d.command.request.Env, "PATH")
	return transactions{policies: d.policies.open, above: d.supervisor.Above, path: filepath.SplitList(along)}
}

// spares: the process is in a transaction, so that the run is not ended now.
func (d *stepDecider) spares(pid int) bool { return d.transactions().around(pid) != "" }

// cleanup is what is allowed to a step while its script is being stopped.
func (d *stepDecider) cleanup(e supervise.Exec) cleanup {
	return cleanup{measured: d.pipeline.Measured, began: d.mode.began(d.supervisor, e.PID), owner: e.UID}
}

// beingStopped is the report of a step that is refused because its script is being
// stopped: it is recorded, and listed at the end instead of said now. A guarded shell
// has no such list.
func (d *stepDecider) beingStopped(step *guard.Guard, report guard.Report) guard.Report {
	if d.mode.listsRefused() {
		step.Show = func(guard.Report) {}
	}
	if report.Err == nil && report.Decision.Effect != guard.Deny {
		report.Decision.Effect = guard.Deny
		report.Decision.Problems = append(report.Decision.Problems, guard.Problem{What: "the script is being stopped", Next: "run it by itself"})
	}
	return report
}

// quiet says whether an act that policies govern goes on without a message and
// without an entry, and counts it: scripts write files all the time. Whatever
// is asked, warned of, or counted against a limit is recorded.
func (d *stepDecider) quiet(report guard.Report) bool {
	if d.recordsAll || report.Err != nil || report.Decision.Effect != guard.Allow || len(report.Decision.Claims) > 0 {
		return false
	}
	d.tally.passUnasked()
	return true
}

// refuseAlone refuses a step inside a transaction, and nothing else.
func (d *stepDecider) refuseAlone(e supervise.Exec, inside string, report guard.Report) {
	d.tally.refuse(report)
	d.mode.say(e, "guard: "+guard.Printable(inside)+" is not stopped: it goes on without this step\n")
}

// afterRefusal does with the run what the person, or --on-deny, says. again: the
// request is to be decided once more.
func (d *stepDecider) afterRefusal(ctx context.Context, e supervise.Exec, request *guard.Request, report guard.Report) (again bool) {
	chosen, waits := d.mode.refused(ctx, d.supervisor, e, report, d.tally.done())
	switch {
	case !waits:
		return false
	case chosen.Course == guard.RunStep:
		request.Overrides, request.Reason = report.Decision.Overridable(), chosen.Reason
		return true
	}
	d.tally.refuse(report)
	switch {
	case chosen.Course == guard.SkipStep:
	case chosen.Interrupted:
		d.interrupt()
	default:
		d.stop()
	}
	return false
}

// allowed notes a step that runs, and records how it ends.
func (d *stepDecider) allowed(ctx context.Context, e supervise.Exec, ops []guard.Operation, report guard.Report) {
	if e.On != "" {
		d.done(ctx, report)
		return
	}
	d.granted.add(supervise.ProcessAt(e.PID), ops, func(context.Context) guard.Decision { return report.Decision })
	d.tally.allow(report)
	d.await(ctx, e, report)
}

// done records an act that is about to happen: it takes no time.
func (d *stepDecider) done(ctx context.Context, report guard.Report) {
	d.tally.allow(report)
	d.record(ctx, report.Entry, guard.Outcome{Started: true, Status: -1, Unseen: true})
}

// ungoverned lets a program run that no policy governs; where all is recorded,
// after its entry is on disk.
func (d *stepDecider) ungoverned(ctx context.Context, e supervise.Exec) bool {
	if !d.recordsAll || e.On != "" {
		return true
	}
	request := d.requestOf(e)
	request.Overrides = nil
	step := *d.pipeline
	step.Recognise = func(guard.Request) []guard.Operation { return shell.Operations(request.Argv, d.context(e)) }
	step.Resolve = func(guard.Request) (guard.Executable, error) { return fileOf(e), nil }
	step.Decide = func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision) {
		return nil, guard.Decision{Effect: guard.Allow}
	}
	report := step.Permit(ctx, request)
	if report.Verdict != guard.Accepted {
		return false
	}
	d.tally.recordUngoverned()
	d.await(ctx, e, report)
	return true
}

// grantCommand gives the command what was decided of it before it started.
func (d *stepDecider) grantCommand() {
	d.granted.add(d.supervisor.Main(), d.command.governed, func(context.Context) guard.Decision { return d.command.decision })
}

// grantInner gives the command of an inner guard what that guard has decided, by the
// same policies. What it was is found by deciding it as it was, when it matters.
func (d *stepDecider) grantInner(e supervise.Exec) {
	set, ops, err := d.operations(e)
	if err != nil {
		return
	}
	d.granted.add(supervise.ProcessAt(e.PID), ops, func(ctx context.Context) guard.Decision {
		report := d.pipelineOf(e, ops, set, nil).Check(ctx, d.requestOf(e))
		if report.Err != nil {
			return guard.Decision{}
		}
		return report.Decision
	})
}

// ending: the run is being stopped, or the playbook in a guarded shell that the step
// is of.
func (d *stepDecider) ending(e supervise.Exec) bool {
	return d.mode.stops(d.supervisor, e.PID) || d.tally.stopping()
}

// interrupt does what Ctrl-C would have done, had it not been read as a byte, and
// ends what does not mind.
func (d *stepDecider) interrupt() {
	d.tally.stop(true)
	fmt.Fprintf(d.stderr, "guard: interrupted: the script is being ended; what still runs after %v is killed\n", grace)
	d.system.Interrupt()
	d.supervisor.Stop(syscall.SIGINT, grace)
}

func (d *stepDecider) stop() {
	d.tally.stop(false)
	fmt.Fprintln(d.stderr, "guard: the playbook is stopped here (--on-deny=continue goes on)")
	d.supervisor.Stop(syscall.SIGTERM, grace)
}
