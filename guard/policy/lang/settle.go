package lang

import (
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// State says how far an expression could be evaluated. The zero State is an
// error: whoever forgets to set it refuses.
type State int

// How far an expression could be evaluated, the worst first.
const (
	Errored State = iota // a misfit of types, a missing attribute, …
	Pending              // a fact must be measured first
	Unknown              // it depends on something that could not be told
	Known                // wholly known
)

// Outcome is an evaluated expression.
type Outcome struct {
	State   State
	Value   cty.Value // without marks; when not known only its range means something
	Marked  cty.Value // the same with the marks on it, for what is evaluated next
	Reasons []string  // why it is unknown or an error
	Pos     string    // of an error, where that is known
}

// Settle is the one place that tells known from unknown. Marks only explain:
// they get lost on the way, and sit on known values too.
func Settle(value cty.Value) Outcome {
	plain, marks := value.UnmarkDeep()
	if !plain.IsWhollyKnown() {
		return Outcome{State: Unknown, Value: plain, Marked: value, Reasons: reasonsOf(marks)}
	}
	return Outcome{State: Known, Value: plain, Marked: value}
}

// Failed is the outcome of an expression that is an error.
func Failed(reasons ...string) Outcome {
	return Outcome{State: Errored, Value: cty.DynamicVal, Marked: cty.DynamicVal, Reasons: reasons}
}

// Waiting is the outcome of an expression for which a fact must be measured first.
func Waiting() Outcome {
	return Outcome{State: Pending, Value: cty.DynamicVal, Marked: cty.DynamicVal}
}

func reasonsOf(marks cty.ValueMarks) []string {
	var reasons []string
	for mark := range marks {
		if reason, ok := mark.(because); ok {
			reasons = append(reasons, string(reason))
		}
	}
	sort.Strings(reasons)
	return reasons
}

// Why is the reasons in one line.
func (o Outcome) Why() string {
	if len(o.Reasons) == 0 {
		return "it depends on something that is not known"
	}
	return strings.Join(o.Reasons, "; ")
}

// IsNull: known, and it does not apply.
func (o Outcome) IsNull() bool { return o.State == Known && o.Value.IsNull() }

// AtLeast is the lower bound of a number that is not known, or of the length of
// a list that is not; 0 without one.
func (o Outcome) AtLeast() float64 {
	if o.State != Unknown || o.Value.IsNull() {
		return 0
	}
	value := o.Value
	switch {
	case value.Type() == cty.Number && !value.IsKnown():
		if low, _ := value.Range().NumberLowerBound(); low.IsKnown() && low.Type() == cty.Number && !low.IsNull() {
			if low.RawEquals(cty.NegativeInfinity) || low.RawEquals(cty.PositiveInfinity) {
				return 0
			}
			return max(0, FloatOf(low))
		}
	case value.Type().IsListType() && !value.IsKnown():
		return float64(value.Range().LengthLowerBound())
	}
	return 0
}
