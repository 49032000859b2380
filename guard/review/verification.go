package review

import (
	"fmt"
	"io"

	"blastguard/guard"
	"blastguard/guard/history"
)

// Verification writes what a verification found.
func Verification(w io.Writer, v history.Verification, style Style) error {
	p := page{w: w, style: style}
	switch {
	case v.OK:
		p.line(style.paint(green, "the log verifies") + fmt.Sprintf(": %s, root %s", guard.Plural(v.Entries, "entry", "entries"), v.Root))
	case v.Problem != nil && v.Problem.Entry > 0:
		p.line(style.paint(red, "the log does not verify") + fmt.Sprintf(": entry %d: %s", v.Problem.Entry, guard.Printable(v.Problem.What)))
	case v.Problem != nil:
		p.line(style.paint(red, "the log does not verify") + ": " + guard.Printable(v.Problem.What))
	default:
		p.line(style.paint(red, "the log was not verified"))
	}
	if !v.OK {
		p.line(fmt.Sprintf("%d of %d entries were read and are as they were written", v.Checked, v.Entries))
		p.line("keep the database and the files beside it for investigation")
	}
	if v.Checkpoint > 0 && v.OK {
		p.line(fmt.Sprintf("it continues the checkpoint at entry %d", v.Checkpoint))
	}
	if v.Unfinished > 0 {
		p.line(fmt.Sprintf("without outcome: %d", v.Unfinished))
	}
	for _, note := range v.Notes {
		p.line("note: " + guard.Printable(note))
	}
	return p.err
}
