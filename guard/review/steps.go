package review

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"blastguard/guard"
	"blastguard/guard/audit"
)

// Steps writes what a supervised run did: its governed steps in their order, as
// a tree by the programs that executed them, and how many programs no policy
// governs. It writes nothing for a run that was not supervised.
func Steps(w io.Writer, run audit.Entry, steps []audit.Entry, style Style) error {
	p := &page{w: w, style: style}
	if len(steps) == 0 && (run.Outcome == nil || run.Outcome.Supervised == nil) {
		return nil
	}
	p.head("steps")
	var above []string
	for _, step := range steps {
		place := step.Intent.Request.Place
		above = branch(p, above, place)
		p.stepLine(step, max(len(place)-1, 0))
	}
	if run.Outcome != nil && run.Outcome.Supervised != nil {
		p.supervision(*run.Outcome.Supervised)
	}
	return p.err
}

// branch writes the programs between the run and a step that were not the last
// step's too.
func branch(p *page, above, place []string) []string {
	parents := place[:max(len(place)-1, 0)]
	same := true
	for depth, name := range parents {
		same = same && depth < len(above) && above[depth] == name
		if !same {
			p.line("  " + strings.Repeat("  ", depth) + guard.Printable(name))
		}
	}
	return parents
}

func (p *page) stepLine(step audit.Entry, depth int) {
	line := "  " + strings.Repeat("  ", depth) + p.style.paint(verdictColor(step.Verdict), string(step.Verdict)) + "  " +
		guard.Printable(step.Command) + p.style.paint(faint, "  entry "+strconv.FormatInt(step.ID, 10))
	if step.Verdict == guard.Accepted {
		line += p.style.paint(faint, ", "+outcome(step.Summary))
	}
	p.line(line)
	if step.Why != "" {
		p.line("  " + strings.Repeat("  ", depth+1) + guard.Printable(step.Why))
	}
}

func (p *page) supervision(run guard.Supervision) {
	p.field("not governed", fmt.Sprintf("%d programs ran that no policy governs", run.Ungoverned))
	if run.Stopped {
		p.field("stopped", "the run was ended at the refused step")
	}
	if run.Nested {
		p.field("nested", "a guard further out decided the steps")
	}
	p.field("left running", strings.Join(run.Background, "\n"))
}
