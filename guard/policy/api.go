package policy

import (
	"blastguard/guard"
	"blastguard/guard/policy/blocks"
	"blastguard/guard/policy/index"
	"blastguard/guard/policy/lang"
)

// FunctionDoc describes one function of the language.
type FunctionDoc = lang.FunctionDoc

// Functions are all functions of the language but unknown(REASON), which only tests
// have. Texts are never read as numbers; what is not known stays so.
func Functions() []FunctionDoc { return lang.FunctionDocs() }

// Block describes one kind of block of the language, and Attribute one of its attributes.
type (
	Block     = blocks.BlockDoc
	Attribute = blocks.AttributeDoc
)

// Reference is the whole language: every block with its attributes.
func Reference() []Block { return blocks.Reference() }

// Diagnostic is one problem of a file, and Diagnostics are all problems of a load, in the
// order of file and line.
type (
	Diagnostic  = blocks.Diagnostic
	Diagnostics = blocks.Diagnostics
)

// Warning is a diagnostic about a whole file.
func Warning(file, summary, next string) Diagnostic { return blocks.Warning(file, summary, next) }

// CheckSyntax says whether a file is within the limits and can be parsed. It
// does not look at what the file means.
func CheckSyntax(file guard.PolicyFile) Diagnostics { return blocks.CheckSyntax(file) }

// Settings are what guard.hcl may say. The zero Settings deny what nothing
// governs; DefaultSettings ask.
type Settings = blocks.Settings

// DefaultSettings are those without a guard.hcl.
func DefaultSettings() Settings { return blocks.DefaultSettings() }

// LoadSettings reads guard.hcl. With an error, the settings deny.
func LoadSettings(file guard.PolicyFile) (Settings, Diagnostics) { return blocks.LoadSettings(file) }

// Part is a command or policy block of a file, or one of the locals of a directory; its
// PartKind says which.
type (
	Part     = blocks.Part
	PartKind = blocks.PartKind
)

// The kinds of parts.
const (
	CommandPart = blocks.CommandPart
	PolicyPart  = blocks.PolicyPart
	LocalPart   = blocks.LocalPart
)

// Index says of files that hold no problem, without parsing them, what they govern and
// which of their parts decide a program or a kind of operation.
type Index = index.Index

// ReadIndex reads what Set.Index has written. It does not look at the tables: that nobody
// changed them is for the caller to know.
func ReadIndex(text string) (Index, error) { return index.Read(text) }

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
