package review

import (
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// Steps writes what a supervised run did: its governed steps in their order, as
// a tree by the programs that executed them, and how many programs no policy
// governs. It writes nothing for a run that was not supervised.
func Steps(w io.Writer, run history.Entry, steps iter.Seq2[history.Entry, error], style Style) error {
	p := &page{w: w, style: style}
	supervised := supervisedRun(run)
	if supervised {
		p.head("steps")
	}
	var above []string
	for step, err := range steps {
		if err != nil {
			return err
		}
		if !supervised {
			supervised = true
			p.head("steps")
		}
		place := step.Intent.Request.Place
		above = branch(p, above, place)
		p.stepLine(step, run.At, max(len(place)-1, 0))
		if p.err != nil {
			return p.err
		}
	}
	killed := supervised && run.Ending == history.UnknownEnd
	if run.Outcome != nil && run.Outcome.Supervised != nil {
		p.supervision(*run.Outcome.Supervised)
	}
	if killed {
		p.field("supervisor", "guard itself ended while it supervised this (killed, or out of memory): what was left\nof it could not execute programs any more (\"Function not implemented\")")
	}
	return p.err
}

// supervisedRun: the entry itself says that it is one of a supervised run.
func supervisedRun(run history.Entry) bool {
	return run.Outcome != nil && run.Outcome.Supervised != nil ||
		run.Ending == history.UnknownEnd && slices.ContainsFunc(run.Intent.Operations, isSupervised)
}

func isSupervised(op guard.Operation) bool { return op.Supervised }

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

// clock is when a step was recorded: a shell may be open for days.
func clock(at, began time.Time) string {
	at, began = at.UTC(), began.UTC()
	if at.YearDay() != began.YearDay() || at.Year() != began.Year() {
		return at.Format("2006-01-02 15:04:05")
	}
	return at.Format("15:04:05")
}

func (p *page) stepLine(step history.Entry, began time.Time, depth int) {
	line := "  " + strings.Repeat("  ", depth) + p.style.paint(verdictColor(step.Verdict), string(step.Verdict)) + "  " +
		guard.Printable(step.Command) + p.style.paint(faint, "  entry "+strconv.FormatInt(step.ID, 10)+" at "+clock(step.At, began))
	if step.Verdict == guard.Accepted {
		line += p.style.paint(faint, ", "+outcome(step.Summary))
	}
	p.line(line)
	if step.Why != "" {
		p.line("  " + strings.Repeat("  ", depth+1) + guard.Printable(step.Why))
	}
}

func (p *page) supervision(run guard.Supervision) {
	p.field("not governed", guard.Plural(run.Ungoverned, "program")+" ran that no policy governs")
	if run.Unasked > 0 {
		p.field("unasked", guard.Plural(run.Unasked, "redirection or signal", "redirections and signals")+" allowed without a question")
	}
	if run.Stopped {
		p.field("stopped", "the run was ended at the refused step")
	}
	if run.Nested {
		p.field("nested", "an outer guard decided the steps")
	}
	p.field("left running", strings.Join(run.Background, "\n"))
}
