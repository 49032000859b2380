package playbook

import (
	"slices"
	"sync"

	"blastguard/guard"
)

// tally is what has become of the steps of a run so far. Its methods may be called
// from several goroutines.
type tally struct {
	mu          sync.Mutex
	ran         []string // the command lines of governed steps that were allowed
	not         []string // of those that were refused
	overridden  []string // checks that were overridden for some step
	role        bool     // some step was held against the role that is expected
	unasked     int64    // acts that were allowed without a question
	recorded    int64    // programs that no policy governs and that have entries
	stopped     bool     // the run is being ended
	interrupted bool     // by Ctrl-C at a question
}

// allow notes a step that runs.
func (t *tally) allow(report guard.Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ran = append(t.ran, stepLine(report))
}

// refuse notes a step that does not.
func (t *tally) refuse(report guard.Report) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.not = append(t.not, stepLine(report))
}

// decide notes what a decision of a step was made with: overrides and expectations.
func (t *tally) decide(decision guard.Decision) {
	isExpected := func(check guard.Check) bool { return check.ID() == "expect."+ofTheStep }
	t.mu.Lock()
	defer t.mu.Unlock()
	t.role = t.role || slices.ContainsFunc(decision.Checks, isExpected)
	t.overridden = append(t.overridden, overriddenIn(decision)...)
}

// passUnasked counts an act that has no entry.
func (t *tally) passUnasked() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unasked++
}

// recordUngoverned counts a program that no policy governs and that has an entry.
func (t *tally) recordUngoverned() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recorded++
}

// stop notes that the run is being ended.
func (t *tally) stop(interrupted bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped, t.interrupted = true, t.interrupted || interrupted
}

// stopping: the run is being ended.
func (t *tally) stopping() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.stopped
}

// done are the command lines of the governed steps that have run, in order.
func (t *tally) done() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.ran)
}

// stepLine is a step in the list of what was done.
func stepLine(report guard.Report) string {
	const most = 200
	return guard.Shorten(guard.CommandLine(report.Request.Argv), most)
}
