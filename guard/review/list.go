package review

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"blastguard/guard"
	"blastguard/guard/history"
)

// List writes a table of entries, one line each. A step is marked with the number of
// its run. more says that there are older ones.
func List(w io.Writer, entries []history.Summary, more bool, style Style) error {
	p := page{w: w, style: style}
	if len(entries) == 0 {
		p.line("no entries")
		return p.err
	}
	id, user := len("entry"), len("user")
	for _, e := range entries {
		id = max(id, len(strconv.FormatInt(e.ID, 10)))
		user = min(max(user, len([]rune(guard.Printable(e.User)))), 12)
	}
	p.line(style.paint(faint, fmt.Sprintf("%*s  %-16s %5s  %s %-8s %-9s %s", id, "entry", "time (UTC)", "ago", pad("user", user), "verdict", "ending", "command")))
	for _, e := range entries {
		if e.Damaged != "" {
			p.line(fmt.Sprintf("%*d  ", id, e.ID) + style.paint(red, e.Damaged+": run guard history verify"))
			continue
		}
		left := fmt.Sprintf("%*d  %-16s %5s  %s ", id, e.ID, e.At.UTC().Format("2006-01-02 15:04"), style.ago(e.At), pad(cut(guard.Printable(e.User), user), user))
		verdict, ending := pad(guard.Printable(string(e.Verdict)), 8)+" ", pad(cut(ending(e), 9), 9)+" "
		room := style.width() - len([]rune(left+verdict+ending))
		run := ""
		if e.Run != 0 {
			run = fmt.Sprintf("in %d: ", e.Run)
		}
		p.line(left + style.paint(verdictColor(e.Verdict), verdict) + style.paint(endingColor(e), ending) +
			style.paint(faint, run) + cut(guard.Printable(e.Command), max(room-len(run), 8)))
	}
	if more {
		p.line(style.paint(faint, fmt.Sprintf("older entries: --before %d, or more at once: --limit N", entries[len(entries)-1].ID)))
	}
	return p.err
}

// ending is how an entry ended, in one or two words.
func ending(e history.Summary) string {
	switch {
	case e.Outcome != nil && !e.Outcome.Started:
		return "not run"
	case e.Outcome != nil && e.Outcome.Signal != 0:
		return "signal " + strconv.Itoa(e.Outcome.Signal)
	case e.Outcome != nil && e.Outcome.Unseen:
		return "ended"
	case e.Outcome != nil:
		return "exit " + strconv.Itoa(e.Outcome.Status)
	case e.Ending == history.NothingRan:
		return "-"
	case e.Ending == history.StillRunning:
		return "running"
	case e.Ending == history.HostWentDown:
		return "host down"
	default:
		return "unknown"
	}
}

func verdictColor(verdict guard.Verdict) string {
	switch verdict {
	case guard.Accepted:
		return green
	case guard.Declined:
		return yellow
	default:
		return red
	}
}

func endingColor(e history.Summary) string {
	switch {
	case e.Ending == history.NothingRan || e.Ending == history.StillRunning:
		return faint
	case e.Outcome != nil && e.Outcome.Started && (e.Outcome.Status == 0 || e.Outcome.Unseen) && e.Outcome.Signal == 0:
		return faint
	default:
		return yellow
	}
}

// outcome is how an entry ended, in a sentence.
func outcome(e history.Summary) string {
	o := e.Outcome
	switch {
	case o != nil && !o.Started:
		return "did not start: " + o.Error
	case o != nil && o.Signal != 0:
		return fmt.Sprintf("ended by signal %d after %s", o.Signal, o.Duration.Round(time.Millisecond))
	case o != nil && o.Unseen:
		return fmt.Sprintf("ended after %s; its status went to the program that started it", o.Duration.Round(time.Millisecond))
	case o != nil:
		return fmt.Sprintf("exit status %d after %s", o.Status, o.Duration.Round(time.Millisecond))
	case e.Ending == history.HostWentDown:
		return "unknown outcome; the host went down afterwards"
	case e.Ending == history.StillRunning:
		return "still running"
	default:
		return string(e.Ending)
	}
}
