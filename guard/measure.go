package guard

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Measurement answers the questions of one decision. Questions that look at the same
// thing may share the work.
type Measurement interface {
	// Ask begins to answer questions, side by side, each within a deadline of its
	// own, and returns at once.
	Ask(asks []Ask)
	// Answers delivers one answer for each question. A question that cannot be
	// answered gets an unknown fact.
	Answers() <-chan Answered
	// Hurry says that the command is refused already: a measurement that would take
	// long and could only add reasons may end with a Skipped fact.
	Hurry()
}

// Answered is the answer to the question of that key.
type Answered struct {
	Key  string
	Fact Fact
}

const (
	// maxRounds bounds measure ⇄ decide: when, checks, probes that need
	// probes. A policy that asks something new more often is refused.
	maxRounds = 32
	// firstLook is how long a decision waits for all of its facts. After that it is
	// decided with those that are there, so that what they lead to is asked beside the
	// slow ones, and a command that is refused whatever they say does not wait for
	// them. Each further look waits twice as long.
	firstLook = 10 * time.Millisecond
)

// decide is measure ⇄ decide: it answers what the policies ask until they ask
// no more.
func (g *Guard) decide(ctx context.Context, report *Report, facts Facts) Decision {
	m := &measuring{g: g, ctx: ctx, report: report, facts: facts, open: map[string]bool{}, look: firstLook, patient: g.Patient}
	defer m.end()
	for rounds := 0; rounds < maxRounds; {
		asks, decision := g.decideOnce(report, facts)
		if len(asks) == 0 && m.tooHasty(decision) {
			m.startOver()
			continue
		}
		if len(asks) == 0 {
			decision.NeedsRoot = fromRoot(decision, facts)
			return decision
		}
		asks = m.unasked(asks)
		if len(asks) == 0 && len(m.open) == 0 {
			return refusal("the policies ask again what is already answered", "report this as a bug of guard")
		}
		if err := ctx.Err(); err != nil {
			return refusal("stopped while it was measured", "run it again")
		}
		m.ask(asks)
		if len(decision.Settled) > 0 && !m.patient {
			m.measurement.Hurry()
		}
		if len(asks) > 0 {
			rounds++
		}
		m.wait(asks)
	}
	return refusal(fmt.Sprintf("the policies still ask after %d rounds", maxRounds), "look for probes that need each other in turn")
}

// measuring is the measurement of one decision.
type measuring struct {
	g           *Guard
	ctx         context.Context // of the decision, which it does not outlive
	measurement Measurement     // nil until something is asked
	stop        func()          // ends the measurement
	patient     bool            // it must not be hurried, or was and should not have been
	report      *Report
	facts       Facts
	asked       []Ask           // in the order in which the policies asked
	open        map[string]bool // what is not answered, by key
	look        time.Duration
}

// unasked are the questions that are neither answered nor open.
func (m *measuring) unasked(asks []Ask) []Ask {
	return slices.DeleteFunc(unanswered(asks, m.facts), func(ask Ask) bool { return m.open[ask.Key] })
}

// tooHasty: something was skipped, and the command is not refused without it. What was
// taken for a refusal was none: a check that is overridden once all is known, or a step
// that nothing stops half-way.
func (m *measuring) tooHasty(decision Decision) bool {
	if decision.Effect == Deny && len(decision.Settled) > 0 {
		return false
	}
	return slices.ContainsFunc(m.asked, func(ask Ask) bool { return m.facts[ask.Key].Skipped })
}

// startOver forgets what was skipped, and measures it without haste.
func (m *measuring) startOver() {
	m.stop()
	m.measurement, m.patient = nil, true
	m.asked = slices.DeleteFunc(m.asked, func(ask Ask) bool {
		again := m.facts[ask.Key].Skipped || m.open[ask.Key]
		if again {
			delete(m.facts, ask.Key)
			delete(m.open, ask.Key)
		}
		return again
	})
}

func (m *measuring) ask(asks []Ask) {
	if m.measurement == nil {
		var ctx context.Context
		ctx, m.stop = context.WithCancel(m.ctx)
		m.measurement = m.g.Measure(ctx)
	}
	if len(asks) == 0 {
		return
	}
	for _, ask := range asks {
		m.open[ask.Key] = true
		m.asked = append(m.asked, ask)
	}
	if m.g.Progress != nil {
		m.g.Progress.Begin(m.pending())
	}
	m.measurement.Ask(asks)
}

// pending are the questions that are not answered.
func (m *measuring) pending() []Ask {
	return slices.DeleteFunc(slices.Clone(m.asked), func(ask Ask) bool { return !m.open[ask.Key] })
}

// wait takes answers until nothing is open, or until there is enough for another look:
// all that was asked last, or some of it and time has passed.
func (m *measuring) wait(last []Ask) {
	got := 0
	defer m.g.step(m.report, "measure")(func() string { return Plural(got, "fact") })
	missing := map[string]bool{}
	for _, ask := range last {
		missing[ask.Key] = true
	}
	first := len(missing) == len(m.open)
	timer := time.NewTimer(m.look)
	defer timer.Stop()
	m.look *= 2
	late := false
	for len(m.open) > 0 {
		select {
		case answer := <-m.measurement.Answers():
			if !m.open[answer.Key] {
				continue
			}
			m.take(answer)
			delete(missing, answer.Key)
			got++
			if late || !first && len(last) > 0 && len(missing) == 0 {
				return
			}
		case <-timer.C:
			if late = true; got > 0 {
				return
			}
		case <-m.ctx.Done():
			for _, ask := range m.pending() {
				m.take(Answered{ask.Key, Fact{Reason: "stopped while it was measured", At: m.g.Now()}})
				got++
			}
		}
	}
}

func (m *measuring) take(answer Answered) {
	m.facts[answer.Key] = answer.Fact
	delete(m.open, answer.Key)
	if m.g.Progress != nil {
		m.g.Progress.Done(answer.Key)
	}
}

// end stops what is still open, and reports what was measured.
func (m *measuring) end() {
	if m.stop != nil {
		m.stop()
	}
	if len(m.asked) > 0 && m.g.Progress != nil {
		m.g.Progress.End()
	}
	for _, ask := range m.asked {
		if fact, answered := m.facts[ask.Key]; answered {
			m.report.Facts = append(m.report.Facts, Finding{Ask: ask, Fact: fact})
		}
	}
}

// Measured answers one question on its own.
func (g *Guard) Measured(ctx context.Context, ask Ask) Fact {
	ctx, end := context.WithCancel(ctx)
	defer end()
	measurement := g.Measure(ctx)
	measurement.Ask([]Ask{ask})
	select {
	case answer := <-measurement.Answers():
		return answer.Fact
	case <-ctx.Done():
		return Fact{Reason: "stopped while it was measured", At: g.Now()}
	}
}
