package playbook

import (
	"context"
	"fmt"
	"path"
	"slices"
	"syscall"

	"blastguard/guard"
	"blastguard/guard/approve"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
)

// decision is what Guard.Decide is.
type decision func(guard.Request, []guard.Operation, guard.Facts) ([]guard.Ask, guard.Decision)

// overriding applies the overrides that were given for a run to each part of it
// that they are about. A part that they do not concern is decided without them:
// an override that does nothing is refused, and would be everywhere else.
func overriding(decide decision) decision {
	return func(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
		without := request
		without.Overrides = nil
		asks, decided := decide(without, ops, facts)
		needed := decided.Overridable()
		if len(asks) > 0 || len(needed) == 0 || !containsAll(request.Overrides, needed) {
			policy.SayHard(decided.Checks, request.Overrides)
			return asks, decided
		}
		request.Overrides = needed
		return decide(request, ops, facts)
	}
}

// overridden notes which of the run's overrides a step needed.
func (r *supervisedRun) overridden(report guard.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.needed = append(r.needed, liftedIn(report.Decision)...)
}

// liftedIn are the checks that were overridden.
func liftedIn(decision guard.Decision) []string {
	var ids []string
	for _, check := range decision.Checks {
		if check.Overridden {
			ids = append(ids, check.ID())
		}
	}
	return ids
}

// unneeded are the run's overrides that neither it nor a step of it needed.
func (r *supervisedRun) unneeded() []string {
	return slices.DeleteFunc(slices.Clone(r.request.Overrides), func(id string) bool {
		return slices.Contains(r.needed, id) || slices.Contains(r.command.lifted, id)
	})
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// toldLine is a step in the list of what was done.
func toldLine(report guard.Report) string {
	const most = 200
	return guard.Shorten(guard.CommandLine(report.Request.Argv), most)
}

func (r *supervisedRun) refuse(report guard.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refused++
	r.not = append(r.not, toldLine(report))
}

// interrupt does what Ctrl-C would have done, had it not been read as a byte, and
// ends what does not mind.
func (r *supervisedRun) interrupt() {
	r.mu.Lock()
	r.interrupted, r.stopped = true, true
	r.mu.Unlock()
	fmt.Fprintf(r.stderr, "guard: interrupted: the script ends; what is left of it in %v is killed\n", grace)
	r.system.Interrupt()
	r.supervisor.Stop(syscall.SIGINT, grace)
}

// ending: the run is being stopped, or the playbook in a guarded shell that the step
// is of.
func (r *supervisedRun) ending(e supervise.Exec) bool {
	if r.mode.stops(r.supervisor, e.PID) {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopped
}

func (r *supervisedRun) stop() {
	r.mu.Lock()
	r.stopped = true
	r.mu.Unlock()
	fmt.Fprintln(r.stderr, "guard: the playbook is stopped here (--on-deny=continue goes on)")
	r.supervisor.Stop(syscall.SIGTERM, grace)
}

// choose asks, where somebody is to be asked and can be.
func (r *supervisedRun) choose(ctx context.Context, report guard.Report) approve.Chosen {
	switch {
	case r.options.OnDeny == "continue":
		return approve.Chosen{Course: guard.SkipStep}
	case r.options.OnDeny == "stop", r.chooser == nil, nobodyAnswered(report.Answer):
		return approve.Chosen{}
	}
	r.mu.Lock()
	done := slices.Clone(r.ran)
	r.mu.Unlock()
	defer r.supervisor.Freeze(r.tty)()
	return r.chooser.Choose(ctx, approve.Refused{
		Done: done, Run: path.Base(r.request.Argv[0]), Overrides: report.Decision.Offered(), Why: whyNot(report),
	})
}

// nobodyAnswered: whoever did not answer the question will not answer the next.
func nobodyAnswered(answer *guard.Answer) bool {
	return answer != nil && slices.Contains([]string{"no terminal", "background", "timeout", "end of input", "interrupted"}, answer.How)
}

// whyNot says why a refused step cannot be run all the same.
func whyNot(report guard.Report) string {
	if report.Verdict == guard.Declined {
		return "it was not confirmed"
	}
	if report.Decision.NeedsRoot {
		return "root can find out what is not known: start the whole with sudo guard"
	}
	for _, check := range report.Decision.Checks {
		if check.Effect == guard.Deny && check.Level != guard.SoftMandatory {
			return check.ID() + " cannot be overridden"
		}
	}
	return "what stands in the way is no check that could be overridden"
}
