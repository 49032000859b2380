package review

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"blastguard/guard"
	"blastguard/guard/secret"
)

// dryPrinter writes a dry run for a person, and for grep: one line a finding,
// what explains it indented below.
type dryPrinter struct {
	out   io.Writer
	style Style
	all   bool // also what no policy governs
	place int  // the width of the first column
}

// DryRun writes what scripts would do, line by line, and a summary; all also lists what
// no policy governs. Secrets are masked. Lines are not cut to the style's width.
func DryRun(w io.Writer, run guard.DryRun, all bool, style Style) error {
	var text strings.Builder
	p := dryPrinter{out: &text, style: style, all: all}
	for _, found := range run.Findings {
		if p.shows(found) {
			p.place = max(p.place, utf8.RuneCountInString(dryFinding(found).where()))
		}
	}
	for _, found := range run.Findings {
		if p.shows(found) {
			p.finding(dryFinding(found))
		}
	}
	for _, note := range run.Notes {
		fmt.Fprintf(&text, "note: %s\n", note)
	}
	fmt.Fprintln(&text, drySummary(run.Counts, all))
	_, err := io.WriteString(w, secret.New(run.Secrets).Text(text.String()))
	return err
}

func (p dryPrinter) shows(found guard.DryRunFinding) bool {
	return p.all || found.Verdict != guard.NotGoverned
}

// dryFinding is a finding as it is written.
type dryFinding guard.DryRunFinding

func (f dryFinding) where() string {
	if f.Verdict == guard.IsFlawed {
		return fmt.Sprintf("%s:%d:%d", f.File, f.Line, f.Column)
	}
	return fmt.Sprintf("%s:%d", f.File, f.Line)
}

func (p dryPrinter) finding(found dryFinding) {
	line := fmt.Sprintf("%-*s  %s  %s", p.place, found.where(), p.dressed(found.Verdict), found.command())
	if by := found.governedBy(); by != "" {
		line += "   " + by
	}
	fmt.Fprintln(p.out, strings.TrimRight(line, " "))
	for _, note := range found.explained() {
		fmt.Fprintf(p.out, "    %s\n", note)
	}
}

// dressed is a verdict as wide as the widest.
func (p dryPrinter) dressed(verdict guard.Foreseen) string {
	shown := string(verdict)
	if verdict == guard.NotGoverned {
		shown = "-"
	}
	text := fmt.Sprintf("%-8s", shown)
	code := map[guard.Foreseen]string{guard.WillBeRefused: "1;31", guard.IsFlawed: "1;31", guard.CannotBeRead: "33", guard.WillBeAsked: "1"}[verdict]
	if code == "" {
		return text
	}
	return p.style.paint(code, text)
}

// governedBy names the policies in a few words: those that ask where they do, else
// the first of them. All are in the JSON.
func (f dryFinding) governedBy() string {
	switch {
	case f.Verdict == guard.WillBeAsked:
		return strings.Join(f.Asking, ", ")
	case len(f.Policies) > 2:
		return fmt.Sprintf("%s and %d more", f.Policies[0], len(f.Policies)-1)
	default:
		return strings.Join(f.Policies, ", ")
	}
}

// command is what would run, in one line: as it stands in the script, or as it
// was taken out of the wrappers around it, or with what its variables are.
func (f dryFinding) command() string {
	switch {
	case f.Verdict == guard.WillDepend && len(f.Via) > 0: // one line says it all
		return guard.Shorten(typed(*f.Op), 80) + " (through " + guard.Shorten(guard.Printable(strings.Join(f.Via, " → ")), 60) + ")"
	case f.Verdict == guard.WillDepend && f.expanded():
		return guard.Shorten(typed(*f.Op), 100)
	case f.Verdict == guard.IsFlawed:
		return guard.Printable(f.Reason)
	case f.Verdict == guard.CannotBeRead || f.Op == nil || len(f.Via) == 0 && f.Op.On != "truncate":
		return guard.Shorten(oneLine(f.Text), 100)
	default:
		return guard.Shorten(typed(*f.Op), 100)
	}
}

// typed is an operation as it would be typed, words that are not known
// as they stand in the script.
func typed(op guard.Operation) string {
	if op.On == "truncate" {
		return guard.Printable(op.Path)
	}
	words := []string{guard.Printable(op.Path)}
	for _, word := range op.Args {
		if word.Reading == guard.Literal {
			words = append(words, guard.CommandLine([]string{word.Text}))
		} else {
			words = append(words, oneLine(word.Text))
		}
	}
	return strings.Join(words, " ")
}

// oneLine is source text in one printable line: where lines are joined or
// indented, one blank.
func oneLine(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if joined, ok := strings.CutSuffix(line, `\`); ok {
			line = strings.TrimSpace(joined)
		}
		if line != "" {
			words = append(words, line)
		}
	}
	return guard.Printable(strings.Join(words, " "))
}

// explained are the lines below a finding.
func (f dryFinding) explained() []string {
	var lines []string
	if f.Verdict == guard.CannotBeRead {
		lines = append(lines, guard.Printable(f.Reason))
	}
	if f.expanded() && f.Verdict != guard.WillDepend {
		lines = append(lines, "that is: "+guard.Shorten(typed(*f.Op), 100))
	}
	lines = append(lines, f.failing()...)
	for _, problem := range f.Problems {
		lines = append(lines, guard.Printable(strings.TrimSpace(problem.What+"  "+problem.Pos)))
	}
	if len(f.Via) > 0 && f.isCertain() {
		lines = append(lines, "through "+guard.Shorten(guard.Printable(strings.Join(f.Via, " → ")), 100))
	}
	if f.Verdict == guard.WillBeAsked && len(f.Unknown) > 0 {
		lines = append(lines, "not known before it runs: "+guard.Shorten(oneLine(strings.Join(f.Unknown, ", ")), 100))
	}
	if f.Reads != "" {
		lines = append(lines, "reads "+f.Reads)
	}
	return lines
}

// isCertain: what happens to it is known, whatever is measured.
func (f dryFinding) isCertain() bool {
	return f.Verdict == guard.WillBeAsked || f.Verdict == guard.WillBeRefused
}

// failing are the checks that refuse it, or would if they were not overridden.
func (f dryFinding) failing() []string {
	var lines []string
	for _, check := range f.Checks {
		line := check.ID() + " " + check.Status.String()
		for _, part := range []string{check.Value, check.Limit, check.Message} {
			if part != "" {
				line += ", " + part
			}
		}
		if check.Overridden {
			line += " (overridden)"
		}
		lines = append(lines, guard.Printable(line+"  "+check.Pos))
	}
	return lines
}

// expanded: the words are known, and do not stand in the script as they are.
func (f dryFinding) expanded() bool {
	governed := f.Verdict == guard.WillDepend || f.isCertain()
	return governed && len(f.Via) == 0 && f.Op != nil && f.Op.On == "" && len(f.Unknown) == 0 && strings.Contains(f.Text, "$") && typed(*f.Op) != oneLine(f.Text)
}

// drySummary is the last line; all says that what no policy governs stands above it.
func drySummary(n guard.DryRunCounts, all bool) string {
	parts := []string{}
	for _, part := range []struct {
		n    int
		what string
	}{{n.Refused, "refused"}, {n.Asked, "asked"}, {n.Depends, verb(n.Depends, "depends", "depend") + " on what is measured then"}, {n.Opaque, "opaque"}, {n.Ungoverned, "not governed"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	switch {
	case all:
	case n.Ungoverned == 1:
		parts[len(parts)-1] += " (--trace lists it)"
	case n.Ungoverned > 1:
		parts[len(parts)-1] += " (--trace lists them)"
	}
	line := guard.Amount(n.Operations, "operation")
	if len(parts) > 0 {
		line += ": " + strings.Join(parts, ", ")
	}
	if n.Errors > 0 {
		line += "; " + guard.Amount(n.Errors, "text") + " that cannot be read to the end"
	}
	return line
}

func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
