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
	Flags      []Flag
	Operands   []Operand
	// On are the kinds of operation that no program carries out ("truncate", a
	// redirection) that it stands for as well. Their words are those of the
	// command line that would do the same (--size=0 -- FILE).
	On  []string
	Pos string // where it is declared, for messages
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
	// Problems are reasons to refuse, one line each.
	Problems []string
	// Targets are the words that name what is hit, also those that may.
	Targets []Target
	// Secrets are the texts of sensitive values.
	Secrets []string
}

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
	case len(flag.long()) > 0 && c.Style == Go:
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
