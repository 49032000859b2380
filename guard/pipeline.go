package guard

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Guard is one pass of a command through the pipeline. Every field must be set
// except Progress, Approver, Log and Execute, which Check does not use.
type Guard struct {
	// Recognise says which programs would run. It never returns an empty list.
	Recognise func(Request) []Operation
	// Decide is a pure function. It says what it still needs to know; while it
	// asks, its decision denies.
	Decide func(Request, []Operation, Facts) ([]Ask, Decision)
	// Measure begins to measure for one decision, or for its repetition after a
	// confirmation. What it has begun ends with ctx.
	Measure func(ctx context.Context) Measurement
	// Resolve finds the executable of the request. The error of a missing
	// program is a *NotRunnable.
	Resolve func(Request) (Executable, error)
	// Digest is the sha256 of the executable, in hex. It is computed beside
	// the probes. Its error is recorded, and stops nothing.
	Digest func(context.Context, Executable) (string, error)

	Progress Progress
	Approver Approver
	Log      Log
	Execute  func(context.Context, Request, Executable) Outcome

	// Show tells the person of a final decision: a refusal, a warning.
	Show func(Report)

	// Broken says why nothing can be decided: a bad policy file. It refuses
	// every request (exit 125).
	Broken error

	// SamePolicies says why the files that decided, those of a set, are not the
	// ones that lie there now. It is asked after a confirmation, and stops the
	// command. Nil: one set decides from beginning to end.
	SamePolicies func(PolicySet) error

	// Patient measures everything to its end, also for a command that is refused already:
	// what becomes of a refusal is decided by more than the decision.
	Patient bool

	Policies   PolicySet
	PolicyLine string
	LogLine    string
	Version    string
	Now        func() time.Time
	Logger     Logger
}

// Progress shows a person which questions are still open. Its methods may be
// called from several goroutines.
type Progress interface {
	Begin(asks []Ask)
	Done(key string)
	End()
}

// Approver asks a person.
type Approver interface {
	Approve(ctx context.Context, question Question) Answer
}

// Log is the audit log, as the pipeline uses it. An error means that nothing
// durable was written.
type Log interface {
	// Accept records that the request is about to run and takes its claims, in
	// one durable transaction. A *ClaimRefused error means that others took the
	// room.
	Accept(ctx context.Context, intent Intent) (id int64, err error)
	// Refuse records a reject or a decline, durably.
	Refuse(ctx context.Context, intent Intent) (id int64, err error)
	// Exit records the outcome of an accepted entry.
	Exit(ctx context.Context, id int64, outcome Outcome) error
}

// NotRunnable is the error of a command that cannot be executed.
type NotRunnable struct {
	Program string
	Missing bool // not found (127); otherwise not executable (126)
	Err     error
}

func (e *NotRunnable) Error() string {
	if e.Missing {
		return fmt.Sprintf("%s: not found", Printable(e.Program))
	}
	return fmt.Sprintf("%s: cannot be executed: %v", Printable(e.Program), e.Err)
}

func (e *NotRunnable) Unwrap() error { return e.Err }

// maxQuestions bounds how often a changed world is offered again.
const maxQuestions = 3

// Check measures and decides, and never runs anything.
func (g *Guard) Check(ctx context.Context, request Request) Report {
	report := Report{Request: request}
	g.recognise(&report)
	report.Executable, report.Err = g.resolve(&report)
	if report.Err == nil {
		report.Err = g.Broken
	}
	if report.Err != nil {
		return report
	}
	digest := g.digest(ctx, report.Executable)
	report.Decision = g.decide(ctx, &report, Facts{})
	report.Executable = <-digest
	return report
}

// digest starts to read the executable; it arrives with its hash, or with the
// reason why it has none.
func (g *Guard) digest(ctx context.Context, executable Executable) <-chan Executable {
	done := make(chan Executable, 1)
	go func() {
		sum, err := g.Digest(ctx, executable)
		if err != nil {
			executable.Problem = err.Error()
		}
		executable.SHA256 = sum
		done <- executable
	}()
	return done
}

// Run guards one command from end to end. It returns after the command has
// ended, or after nothing ran. It is the one place in the program that executes
// the guarded command.
func (g *Guard) Run(ctx context.Context, request Request) Report {
	report := g.Permit(ctx, request)
	if report.Verdict != Accepted {
		return report
	}
	report.Request.Run = report.Entry
	outcome := g.Execute(ctx, report.Request, report.Executable)
	report.Request.Run = request.Run
	report.Outcome = &outcome
	if err := g.Log.Exit(context.WithoutCancel(ctx), report.Entry, outcome); err != nil {
		report.Err = fmt.Errorf("record the outcome of entry %d: %w", report.Entry, err)
	}
	return report
}

// Permit takes a command as far as Run does before it executes: with the verdict
// Accepted the intent is on record, and the caller must see that the command
// starts now and that its outcome is recorded; with any other nothing may run.
func (g *Guard) Permit(ctx context.Context, request Request) Report {
	return g.Settle(ctx, unlessInterrupted(ctx, request, func() Report { return g.Check(ctx, request) }))
}

// Settle is Permit after Check: it refuses, or asks and records.
func (g *Guard) Settle(ctx context.Context, report Report) Report {
	signal := interrupted(ctx)
	switch {
	case signal != nil:
		report.Err = nil
		return g.refuse(ctx, report, Declined, signal.Error())
	case report.Err != nil:
		return g.refuse(ctx, report, Rejected, report.Err.Error())
	case report.Decision.Effect == Deny:
		return g.refuse(ctx, report, Rejected, denial(report.Decision))
	case report.Decision.Effect == Confirm:
		if report = g.approve(ctx, report); report.Verdict != "" {
			return report
		}
	}
	return g.record(ctx, report)
}

// approve asks until the world holds still between the question and the answer.
// It returns with a Verdict when nothing may run.
func (g *Guard) approve(ctx context.Context, report Report) Report {
	var changes []string
	for range maxQuestions {
		answer := g.Approver.Approve(ctx, g.question(report, changes))
		report.Answer = &answer
		if !answer.Yes {
			return g.refuse(ctx, report, Declined, answer.Why)
		}
		if err := g.samePolicies(); err != nil {
			return g.refuseChanged(ctx, report, err.Error(), "run it again")
		}
		first := report
		report = unlessInterrupted(ctx, report.Request, func() Report { return g.again(ctx, first) })
		report.Answer, report.First = &answer, &first.Decision
		if signal := interrupted(ctx); signal != nil {
			return g.refuse(ctx, report, Declined, signal.Error())
		}
		changes = Changes(first.Decision, report.Decision)
		if err := sameExecutable(first.Executable, report.Executable, report.Err); err != nil {
			return g.refuseChanged(ctx, report, err.Error(), "run it again")
		}
		report.Executable = first.Executable
		if report.Decision.Effect == Deny {
			return g.refuse(ctx, report, Rejected, "changed since it was confirmed: "+denial(report.Decision))
		}
		switch {
		case len(changes) == 0:
			return report
		case report.Decision.Effect != Confirm: // there is nothing left that could be typed
			report.Decision = changedDenied(report.Decision, changes)
			return g.refuse(ctx, report, Rejected, "changed since it was confirmed: "+strings.Join(changes, "; "))
		}
	}
	return g.refuseChanged(ctx, report, "what it would hit changes faster than it can be confirmed", "wait until it holds still")
}

func (g *Guard) question(report Report, changes []string) Question {
	return Question{
		Request: report.Request, Decision: report.Decision, Policies: g.Policies,
		PolicyLine: g.PolicyLine, LogLine: g.LogLine, Changes: changes,
	}
}

// again measures everything once more, but for facts that are still fresh by
// their policy's word.
func (g *Guard) again(ctx context.Context, first Report) Report {
	report := Report{Request: first.Request, Operations: first.Operations, Steps: first.Steps}
	facts := Facts{}
	for _, finding := range first.Facts {
		if fresh := finding.Ask.FreshFor; fresh > 0 && g.Now().Sub(finding.Fact.At) <= fresh {
			facts[finding.Ask.Key] = finding.Fact
			report.Facts = append(report.Facts, finding)
		}
	}
	report.Executable, report.Err = g.resolve(&report)
	report.Decision = g.decide(ctx, &report, facts)
	return report
}

func (g *Guard) recognise(report *Report) {
	defer g.step(report, "recognise")(func() string { return Plural(len(report.Operations), "operation") })
	report.Operations = g.Recognise(report.Request)
}

func (g *Guard) resolve(report *Report) (Executable, error) {
	var executable Executable
	defer g.step(report, "resolve")(func() string { return executable.Path })
	var err error
	executable, err = g.Resolve(report.Request)
	return executable, err
}

func (g *Guard) decideOnce(report *Report, facts Facts) (asks []Ask, decision Decision) {
	defer g.step(report, "decide")(func() string {
		if len(asks) > 0 {
			return "asks for " + Plural(len(asks), "fact")
		}
		return decision.Effect.String()
	})
	defer func() {
		if problem := recover(); problem != nil {
			asks, decision = nil, refusal(fmt.Sprintf("the decision failed: %v", problem), "report this as a bug of guard")
		}
	}()
	// A decision that took too long may still read them.
	asks, decision = g.Decide(report.Request, report.Operations, maps.Clone(facts))
	if !slices.Contains([]Effect{Deny, Confirm, Warn, Allow}, decision.Effect) {
		decision = refusal("the decision is none that guard knows", "report this as a bug of guard")
	}
	return asks, decision
}

// refuse records that nothing runs, and shows why.
func (g *Guard) refuse(ctx context.Context, report Report, verdict Verdict, why string) Report {
	report.Verdict, report.Why = verdict, why
	id, err := g.Log.Refuse(context.WithoutCancel(ctx), g.intent(report))
	report.Entry = id
	if err != nil && report.Err == nil {
		// Nothing ran, so the refusal stands; that it could not be written is
		// said beside it.
		report.Err = fmt.Errorf("record the refusal: %w", err)
	}
	g.Show(report)
	return report
}

// record writes down that the command is about to run. Without a record nothing
// runs.
func (g *Guard) record(ctx context.Context, report Report) Report {
	if ctx.Err() != nil {
		return g.refuse(ctx, report, Declined, stoppedBefore(ctx))
	}
	report.Verdict = Accepted
	id, err := g.accept(ctx, &report)
	var claimed *ClaimRefused
	switch {
	case err != nil && interrupted(ctx) != nil: // while it waited for the log
		return g.refuse(ctx, report, Declined, stoppedBefore(ctx))
	case errors.As(err, &claimed):
		report.Decision = claimDenied(report.Decision, claimed)
		return g.refuse(ctx, report, Rejected, claimed.Error())
	case err != nil:
		report.Verdict, report.Err = Rejected, fmt.Errorf("record the intent: %w", err)
		report.Why = report.Err.Error()
		g.Show(report)
		return report
	}
	report.Entry = id
	g.Show(report)
	return report
}

func stoppedBefore(ctx context.Context) string {
	if signal := interrupted(ctx); signal != nil {
		return signal.Error()
	}
	return "stopped before it was run"
}

func (g *Guard) accept(ctx context.Context, report *Report) (id int64, err error) {
	defer g.step(report, "record")(func() string { return fmt.Sprintf("entry %d", id) })
	id, err = g.Log.Accept(ctx, g.intent(*report))
	return id, err
}

func (g *Guard) intent(report Report) Intent {
	return Intent{
		Verdict: report.Verdict, Why: report.Why, Request: report.Request, Operations: report.Operations,
		Decision: report.Decision, Facts: brief(report.Facts), First: report.First, Answer: report.Answer, Executable: report.Executable,
		Argv: report.Request.Argv, Policies: g.Policies, Version: g.Version, Mode: "enforce",
	}
}

// step measures one step: it is deferred, and asks for its detail at the end.
func (g *Guard) step(report *Report, name string) func(func() string) {
	start := g.Now()
	return func(detail func() string) {
		report.Steps = append(report.Steps, Step{Name: name, Detail: detail(), Took: g.Now().Sub(start)})
	}
}
