package blocks

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"blastguard/guard/policy/lang"
)

// Diagnostic is one problem of a policy file.
type Diagnostic struct {
	Severity string `json:"severity"` // "error" or "warning"
	Summary  string `json:"summary"`  // what is wrong, one line
	Detail   string `json:"detail,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`    // from 1; 0 when it concerns the whole file
	Column   int    `json:"column,omitempty"`  // from 1
	Snippet  string `json:"snippet,omitempty"` // the line itself, without its indent
	Next     string `json:"next,omitempty"`    // what to do
}

// Diagnostics are all problems of a load, in the order of file and line.
type Diagnostics []Diagnostic

const (
	severityError   = "error"
	severityWarning = "warning"
)

// Warning is a diagnostic about a whole file.
func Warning(file, summary, next string) Diagnostic {
	return Diagnostic{Severity: severityWarning, File: file, Summary: summary, Next: next}
}

// HasErrors says whether the files cannot be used.
func (d Diagnostics) HasErrors() bool {
	for _, diagnostic := range d {
		if diagnostic.Severity != severityWarning {
			return true
		}
	}
	return false
}

// Error is all errors, one after the other, as a person reads them.
func (d Diagnostics) Error() string {
	var texts []string
	for _, diagnostic := range d {
		texts = append(texts, diagnostic.String())
	}
	return strings.Join(texts, "\n")
}

// Pos is "FILE:LINE", as messages name a place.
func (d Diagnostic) Pos() string { return position(d.File, d.Line) }

// Pos is "FILE:LINE" of where a range begins.
func Pos(at hcl.Range) string { return position(at.Filename, at.Start.Line) }

func position(file string, line int) string {
	if line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d", file, line)
}

// String is the diagnostic on several lines, without a final newline.
func (d Diagnostic) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s: %s", d.Pos(), d.Severity, d.Summary)
	if d.Detail != "" {
		fmt.Fprintf(&b, ": %s", d.Detail)
	}
	if d.Snippet != "" {
		fmt.Fprintf(&b, "\n  %d | %s", d.Line, d.Snippet)
	}
	if d.Next != "" {
		fmt.Fprintf(&b, "\n  %s", d.Next)
	}
	return b.String()
}

// problems collects the diagnostics of one load.
type problems struct {
	list    Diagnostics
	sources lang.Sources
}

// maxProblems is how many problems of one load are kept. There is no use in
// more, and each costs.
const maxProblems = 200

func (p *problems) add(severity string, at hcl.Range, summary, detail, next string) {
	if len(p.list) == maxProblems {
		summary, detail, next, severity = "there are more problems than these", "", "mend these first", severityError
	}
	if len(p.list) > maxProblems {
		return
	}
	p.list = append(p.list, Diagnostic{
		Severity: severity, Summary: summary, Detail: detail, Next: next,
		File: at.Filename, Line: at.Start.Line, Column: at.Start.Column,
		Snippet: snippet(p.sources[at.Filename], at.Start.Byte),
	})
}

func (p *problems) errorf(at hcl.Range, next, format string, args ...any) {
	p.add(severityError, at, fmt.Sprintf(format, args...), "", next)
}

func (p *problems) warnf(at hcl.Range, next, format string, args ...any) {
	p.add(severityWarning, at, fmt.Sprintf(format, args...), "", next)
}

// hcl takes over what the parser or a schema found.
func (p *problems) hcl(diags hcl.Diagnostics) {
	for _, diag := range diags {
		var at hcl.Range
		if diag.Subject != nil {
			at = *diag.Subject
		}
		severity := severityError
		if diag.Severity == hcl.DiagWarning {
			severity = severityWarning
		}
		summary := strings.ToLower(diag.Summary[:1]) + diag.Summary[1:]
		p.add(severity, at, summary, diag.Detail, "")
	}
}

func (p *problems) sorted() Diagnostics {
	sort.SliceStable(p.list, func(i, j int) bool {
		a, b := p.list[i], p.list[j]
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	return p.list
}

const maxSnippet = 120 // bytes of a line that are shown

func snippet(source string, at int) string {
	if at < 0 || at >= len(source) {
		return ""
	}
	start := strings.LastIndexByte(source[max(0, at-4096):at], '\n') + 1 + max(0, at-4096)
	line := source[start:min(len(source), start+4096)]
	line, _, _ = strings.Cut(line, "\n")
	line = strings.TrimSpace(line)
	if len(line) > maxSnippet {
		line = line[:maxSnippet] + "…"
	}
	return line
}

// maxSuggestions is for how many problems of one load names are suggested: comparing
// every name of a hostile file with every other would never end.
const maxSuggestions = 50

func (p *problems) didYouMean(name string, known func() []string) string {
	if len(p.list) > maxSuggestions {
		return ""
	}
	return lang.DidYouMean(name, known())
}

// these are names that are at hand.
func these(names []string) func() []string { return func() []string { return names } }
