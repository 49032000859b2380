package guard

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Ask is one question to the world, as a policy needs it answered.
type Ask struct {
	// Key identifies the question: equal keys have equal answers in one round.
	Key string `json:"key"`
	// Kind is the kind of probe that answers it ("tree", "datadir").
	Kind string `json:"kind"`
	// Args are plain values: nil, bool, string, int64, float64, []any,
	// map[string]any.
	Args map[string]any `json:"args,omitempty"`
	// Env are the variables that programs of the question get, as NAME=VALUE; nil: those
	// of the request.
	Env []string `json:"-"`
	// Timeout bounds the answer; zero means the probe's own default.
	Timeout time.Duration `json:"timeout,omitempty"`
	// FreshFor: after a confirmation the fact is not measured again when it is
	// no older than this. Zero: always measured again.
	FreshFor time.Duration `json:"fresh_for,omitempty"`
	// Label is how a person sees the question while it is pending
	// ("data-directory: datadir db").
	Label string `json:"label,omitempty"`
}

// Fact is the answer to an Ask. The zero Fact is unknown.
type Fact struct {
	Known bool `json:"known"`
	// Value, when Known: nil, bool, string, int64, float64, json.Number (a
	// decimal that float64 cannot represent), []any, map[string]any,
	// time.Time, or Unmeasured for a part that is not known.
	Value any `json:"value,omitempty"`
	// Reason, when not Known: what went wrong and what to do ("no answer on
	// port 5432 in 3s").
	Reason string `json:"reason,omitempty"`
	// Evidence are lines that say where the value comes from ("asked
	// PostgreSQL 15 on port 5432 (pid 812)").
	Evidence []string `json:"evidence,omitempty"`
	// Secrets are values that the probe was given and that must not be shown or
	// written. Value may contain them; Reason and Evidence do not.
	Secrets []string `json:"-"`
	// Skipped: the measurement was cut short, because the command is refused already.
	// What depends on it counts as neither known nor unknown.
	Skipped bool          `json:"skipped,omitempty"`
	At      time.Time     `json:"at"`
	Took    time.Duration `json:"took"`
}

// Unmeasured takes the place of a part of a Fact's value that is not known.
type Unmeasured struct {
	Reason string `json:"unknown"`
	// AtLeast is a lower bound when the part is a number that was counted up
	// to a limit; nil when nothing is known.
	AtLeast *int64 `json:"at_least,omitempty"`
}

// Facts are the answers so far, by Ask.Key.
type Facts map[string]Fact

// ProbeKind describes one kind of probe to the policy loader: what may be
// asked, and what the answer looks like.
type ProbeKind struct {
	Name   string
	Params []ProbeParam
	// Result are the names of the attributes that the answer always has; nil
	// when the answer's shape is the asked program's (exec, file).
	Result []string
	// Usual is the answer in a policy's test that states none; nil: it is not known
	// there.
	Usual any
	// Environ are the names of variables that its programs get of the environment of the
	// operation; a last * stands for all that begin so. An argument env names more.
	Environ []string
	// Anywhere: an absent dir is not the directory of the operation.
	Anywhere bool
	// Doc is one line for the reference.
	Doc string
}

// NamedBy: names has the name, or a beginning of it with a * behind.
func NamedBy(names []string, name string) bool {
	return slices.ContainsFunc(names, func(one string) bool {
		prefix, family := strings.CutSuffix(one, "*")
		return name == one || family && strings.HasPrefix(name, prefix)
	})
}

// ProbeParam is one attribute of a probe block.
type ProbeParam struct {
	Name     string
	Type     ParamType
	Required bool
	Doc      string
	// Words are all that a StringParam may be; none: any text.
	Words []string
	// Check says what is wrong with a value of that type; nil: nothing is. It is asked
	// when a policy file is loaded, where the value is written out, and before the probe.
	Check func(value any) error
}

// ParamType is the type of a probe's attribute.
type ParamType int

const (
	StringParam   ParamType = iota
	NumberParam             // an int64 or float64
	BoolParam               //
	ListParam               // of strings
	DurationParam           // a text with a unit, or seconds; arrives in seconds
	SizeParam               // a text with a unit, or bytes; arrives in bytes
	TimeParam               // seconds since 1970, also parts of one
	AnyParam                // any value
)

// maxRecorded is how many elements a list in a question may have to be recorded
// with every command. Longer ones stand in the policies, whose hash is recorded.
const maxRecorded = 20

// brief is what is recorded of questions and answers: a long list in a question is
// counted, but for the paths, which are those of the command.
func brief(findings []Finding) []Finding {
	short := make([]Finding, len(findings))
	for i, finding := range findings {
		short[i] = finding
		for name, arg := range finding.Ask.Args {
			list, isList := arg.([]any)
			if !isList || len(list) <= maxRecorded || name == "paths" || name == "argv" {
				continue
			}
			args := maps.Clone(short[i].Ask.Args)
			args[name] = fmt.Sprintf("%d elements", len(list))
			short[i].Ask.Args = args
		}
	}
	return short
}
