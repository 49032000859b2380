package main

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
func (s *steps) overridden(report guard.Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.needed = append(s.needed, liftedIn(report.Decision)...)
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
func (s *steps) unneeded() []string {
	return slices.DeleteFunc(slices.Clone(s.run.Overrides), func(id string) bool {
		return slices.Contains(s.needed, id) || slices.Contains(s.book.lifted, id)
	})
}

func containsAll(all, some []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}

// denied follows a refused step: the person at the terminal, or --on-deny, says
// how the run goes on. With RunStep the request is to be decided again.
func (s *steps) denied(ctx context.Context, e supervise.Exec, request *guard.Request, report guard.Report) guard.Course {
	if s.book.o.session != nil { // it has been told already, and goes on
		s.refuse(report)
		if inner := s.supervisor.Inner(e.PID); inner.PID != 0 {
			s.book.o.session.say(e, "guard: the playbook is stopped here\n")
			s.supervisor.StopBelow(inner, grace)
		}
		return guard.SkipStep
	}
	if report.Answer != nil && report.Answer.Interrupted {
		s.refuse(report)
		s.interrupt()
		return guard.StopRun
	}
	chosen := s.choose(ctx, report)
	if ctx.Err() != nil {
		return guard.StopRun // its process is gone, and with it the question
	}
	switch chosen.Course {
	case guard.RunStep:
		request.Overrides, request.Reason = report.Decision.Overridable(), chosen.Reason
		return guard.RunStep
	case guard.SkipStep:
		s.refuse(report)
		return guard.SkipStep
	}
	s.refuse(report)
	if chosen.Interrupted {
		s.interrupt()
		return guard.StopRun
	}
	s.stop()
	return guard.StopRun
}

// toldLine is a step in the list of what was done.
func toldLine(report guard.Report) string {
	const most = 200
	return cut(guard.CommandLine(report.Request.Argv), most)
}

func (s *steps) refuse(report guard.Report) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused++
	s.not = append(s.not, toldLine(report))
}

// interrupt does what Ctrl-C would have done, had it not been read as a byte, and
// ends what does not mind.
func (s *steps) interrupt() {
	s.mu.Lock()
	s.interrupted, s.stopped = true, true
	s.mu.Unlock()
	fmt.Fprintf(s.book.w.stderr, "guard: interrupted: the script ends; what is left of it in %v is killed\n", grace)
	_ = syscall.Kill(0, syscall.SIGINT)
	s.supervisor.Stop(syscall.SIGINT, grace)
}

// ending: the run is being stopped, or the playbook in a guarded shell that the step
// is of.
func (s *steps) ending(e supervise.Exec) bool {
	if s.book.o.session != nil && s.supervisor.StoppedBelow(s.supervisor.Inner(e.PID)) {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopped
}

func (s *steps) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	fmt.Fprintln(s.book.w.stderr, "guard: the playbook is stopped here (--on-deny=continue goes on)")
	s.supervisor.Stop(syscall.SIGTERM, grace)
}

// choose asks, where somebody is to be asked and can be.
func (s *steps) choose(ctx context.Context, report guard.Report) approve.Chosen {
	switch {
	case s.book.o.onDeny == "continue":
		return approve.Chosen{Course: guard.SkipStep}
	case s.book.o.onDeny == "stop", s.asker == nil, nobodyAnswered(report.Answer):
		return approve.Chosen{}
	}
	s.mu.Lock()
	done := slices.Clone(s.ran)
	s.mu.Unlock()
	defer s.supervisor.Freeze(s.book.w.tty)()
	return s.asker.Choose(ctx, approve.Refused{
		Done: done, Run: path.Base(s.run.Argv[0]), Overrides: report.Decision.Offered(), Why: whyNot(report),
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
