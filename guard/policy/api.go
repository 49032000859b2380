package policy

import (
	"blastguard/guard"
	"blastguard/guard/policy/lang"
)

// FunctionDoc describes one function of the language.
type FunctionDoc = lang.FunctionDoc

// Functions are all functions of the language but unknown(REASON), which only tests
// have. Texts are never read as numbers; what is not known stays so.
func Functions() []FunctionDoc { return lang.FunctionDocs() }

// Options are what a load needs to know of the rest of guard.
type Options struct {
	Kinds []guard.ProbeKind // which kinds of probes exist
	// Protect are guard's own files and directories: its log, key and policies.
	// An operation on one of them, or on a directory above, is refused.
	Protect []string
}

// TestResult is what became of one `test` block.
type TestResult struct {
	File   string       `json:"file"`
	Line   int          `json:"line"`
	Name   string       `json:"name"`
	Passed bool         `json:"passed"`
	Got    guard.Effect `json:"got"`
	Checks []string     `json:"checks,omitempty"` // those that did not pass, without [KEY]
	// Messages say why it did not pass, or what the checks said.
	Messages []string `json:"messages,omitempty"`
}

// PolicyDoc describes one policy for lists and documentation.
type PolicyDoc struct {
	Name        string      `json:"name"`
	Summary     string      `json:"summary,omitempty"` // as written, not evaluated
	Commands    []string    `json:"commands"`
	Programs    []string    `json:"programs"`
	Checks      []string    `json:"checks,omitempty"`
	Confirms    bool        `json:"confirms"`
	Enforcement guard.Level `json:"enforcement"`
	File        string      `json:"file"`
	Line        int         `json:"line"`
}
