package command

import (
	"slices"

	"blastguard/guard"
)

// Type is what the text of a flag or an operand stands for.
type Type int

const (
	String   Type = iota
	Number        // a plain decimal: float64
	Bool          // a flag without a value; absent means false
	List          // of strings: []Value, one for each word
	Duration      // a text with units: float64, seconds
	Size          // a text with a unit: float64, bytes
)

// String is the type as policy files write it.
func (t Type) String() string {
	switch t {
	case String:
		return "string"
	case Number:
		return "number"
	case Bool:
		return "bool"
	case List:
		return "list(string)"
	case Duration:
		return "duration"
	case Size:
		return "size"
	default:
		return "unknown type"
	}
}

// Style is how a program writes its flags.
type Style int

const (
	GNU   Style = iota // -n5, -n 5, -rf, --long=x, --long x, unique abbreviations, "--"
	Go                 // -long x, -long=x, --long
	Words              // key=value, as dd
	Find               // options, starts and an expression, as find
)

// TargetKind says whether a value names something that the command hits.
type TargetKind int

const (
	NotTarget     TargetKind = iota
	PathTarget               // a path of the file system
	NameTarget               // any other name: a host, a pool, a volume
	ProcessTarget            // the number of a process of this host
)

// Flag is one declared flag.
type Flag struct {
	Name  string
	Short []string // one character each, without the dash
	Long  []string // without dashes; nil means Name, empty means none
	Type  Type
	// Required: absent or empty is a problem.
	Required bool
	// Default stands for an absent flag: string, float64, int, bool, []string
	// or []any of strings; nil means null (false for Bool).
	Default any
	// Sensitive values are reported in Read.Secrets.
	Sensitive bool
	Target    TargetKind
	// Attached: its value stands in the same word (-i.bak, --color=never) or
	// nowhere, and is "" then. The next word is never taken.
	Attached bool
	// Does is what happens to the paths that it names.
	Does Does
	// Code is the language of a script that it is ("sed"): one that may write files or
	// run programs is not understood.
	Code string
	// Harmless: with it, a bool flag, the program changes nothing, whatever else
	// stands on the line: a dry run, a help text, a version.
	Harmless bool
}

// Operand is one declared operand. Operands are filled in order; a List takes
// all words that those around it leave.
type Operand struct {
	Name      string
	Type      Type
	Required  bool
	Default   any
	Sensitive bool
	Target    TargetKind
	Does      Does
	Code      string // as of Flag
	// Unless names flags that stand in its place: with one of them there is no
	// such operand, and its value is null (chown --reference=R FILE).
	Unless []string
}

// Command says how one program's command line is read. It must not change while
// it is used, and may then be used by several goroutines.
type Command struct {
	Name string
	// Programs are the basenames that it stands for.
	Programs []string
	// Subcommand are the operand words that must come first.
	Subcommand []string
	Style      Style
	// Bundled: the first word is flags even without a dash, as for tar: xzf. What
	// they need follows in their order.
	Bundled bool
	// Idle: a line that does none of the declared deeds changes nothing, unless
	// it has flags that are not declared.
	Idle     bool
	Flags    []Flag
	Operands []Operand
	// On are the kinds of operation that it stands for, whatever the program: those
	// that no program carries out ("truncate", a redirection; "signal"), and the
	// deeds of other commands. Their words are those of the command line that would do
	// the same (--size=0 -- FILE; --from=FILE -- PATH).
	On []string
	// OtherFlags: those that are not declared change nothing and take no word as
	// their value. Without it they are reported in Read.Undeclared.
	OtherFlags bool
	// Bare: without a single operand the program changes nothing.
	Bare bool
	// Transaction: what it does is done as a whole, and must not be stopped
	// half-way; with TransactionWords, only when its first operand is one of them and no
	// flag has Code.
	Transaction      bool
	TransactionWords []string
	Pos              string // where it is declared, for messages
}

// InTransaction says whether the operation is, or may be, this command doing such
// work.
func (c *Command) InTransaction(op *guard.Operation) bool {
	if !c.Transaction || op.On != "" || !c.Matches(op) {
		return false
	}
	if len(c.TransactionWords) == 0 {
		return true
	}
	s := c.scanWords(op)
	s.dropSubcommand()
	if len(s.problems) > 0 { // a beginning of several flags: any of them
		return false
	}
	for flag := range s.seen {
		if flag.Code != "" { // what the operator has it run is no part of its own work
			return false
		}
	}
	for _, e := range s.elements {
		switch {
		case e.word.Reading != guard.Literal || slices.Contains(c.TransactionWords, e.word.Text):
			return true
		case e.loose == "": // else it may be the value of a flag that nobody declared
			return false
		}
	}
	return false
}

// Value is one argument as far as it is known. The zero Value is not.
type Value struct {
	Known bool
	// Null: known to be absent, and without a default.
	Null bool
	V    any // string, float64 (json.Number with more digits than it holds), bool, or []Value for lists
	// Reason says why the value is not known.
	Reason string
	// AtLeast is a lower bound of the length of a list that is not known.
	AtLeast int
}

// Read is a command line that was read.
type Read struct {
	// Args has a value for every declared flag and operand.
	Args map[string]Value
	// Undeclared are the undeclared flags as typed, each once.
	Undeclared []string
	// Others is the list of Undeclared as a value: not known where an unknown word
	// may be one more.
	Others Value
	// Harmless is the flag, as typed, that makes the line change nothing; "" for
	// none. It is certain: no word before it may take it for its value.
	Harmless string
	// Problems are reasons to refuse, one line each.
	Problems []string
	// Targets are the words that name what is hit, also those that may.
	Targets []Target
	// Secrets are the texts of sensitive values.
	Secrets []string

	words map[string][]guard.Word // by flag or operand, for commands that Act
}

// Undeclared is the name of the argument that is Read.Others: no flag or operand
// may have it.
const Undeclared = "undeclared"

// Target is one word that names, or may name, something that is hit.
type Target struct {
	Kind TargetKind
	Arg  string // of which flag or operand
	Word guard.Word
}

// DefaultTargets declares the usual targets for a command that declares none:
// operands named path, file, dir or directory (also in the plural) are paths,
// all others are names.
func (c *Command) DefaultTargets() {
	for _, flag := range c.Flags {
		if flag.Target != NotTarget {
			return
		}
	}
	for _, operand := range c.Operands {
		if operand.Target != NotTarget {
			return
		}
	}
	for i := range c.Operands {
		c.Operands[i].Target = usualTarget(c.Operands[i].Name)
	}
}

func usualTarget(name string) TargetKind {
	paths := []string{"path", "paths", "file", "files", "dir", "dirs", "directory", "directories"}
	if slices.Contains(paths, name) {
		return PathTarget
	}
	return NameTarget
}

// spelling is the flag as a person types it.
func (c *Command) spelling(flag *Flag) string {
	switch {
	case c.Style == Words:
		return flag.long()[0] + "="
	case len(flag.long()) > 0 && (c.Style == Go || c.Style == Find):
		return "-" + flag.long()[0]
	case len(flag.long()) > 0:
		return "--" + flag.long()[0]
	case len(flag.Short) > 0:
		return "-" + flag.Short[0]
	default:
		return flag.Name
	}
}

func (f *Flag) long() []string {
	if f.Long == nil {
		return []string{f.Name}
	}
	return f.Long
}
