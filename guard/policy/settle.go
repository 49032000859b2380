package policy

import (
	"sort"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// state says how far an expression could be evaluated. The zero state is an
// error: whoever forgets to set it refuses.
type state int

const (
	errored state = iota // a misfit of types, a missing attribute, …
	pending              // a fact must be measured first
	unknown              // it depends on something that could not be told
	known                // wholly known
)

// outcome is an evaluated expression.
type outcome struct {
	state   state
	value   cty.Value // without marks; when not known only its range means something
	marked  cty.Value // the same with the marks on it, for what is evaluated next
	reasons []string  // why it is unknown or an error
	pos     string    // of an error, where that is known
}

// settle is the one place that tells known from unknown. Marks only explain:
// they get lost on the way, and sit on known values too.
func settle(value cty.Value) outcome {
	plain, marks := value.UnmarkDeep()
	if !plain.IsWhollyKnown() {
		return outcome{state: unknown, value: plain, marked: value, reasons: reasonsOf(marks)}
	}
	return outcome{state: known, value: plain, marked: value}
}

func failed(reasons ...string) outcome {
	return outcome{state: errored, value: cty.DynamicVal, marked: cty.DynamicVal, reasons: reasons}
}

func waiting() outcome {
	return outcome{state: pending, value: cty.DynamicVal, marked: cty.DynamicVal}
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

// why is the reasons in one line.
func (o outcome) why() string {
	if len(o.reasons) == 0 {
		return "it depends on something that is not known"
	}
	return strings.Join(o.reasons, "; ")
}

// isNull: known, and it does not apply.
func (o outcome) isNull() bool { return o.state == known && o.value.IsNull() }

// atLeast is the lower bound of a number that is not known, or of the length of
// a list that is not; 0 without one.
func (o outcome) atLeast() float64 {
	if o.state != unknown || o.value.IsNull() {
		return 0
	}
	value := o.value
	switch {
	case value.Type() == cty.Number && !value.IsKnown():
		if low, _ := value.Range().NumberLowerBound(); low.IsKnown() && low.Type() == cty.Number && !low.IsNull() {
			if low.RawEquals(cty.NegativeInfinity) || low.RawEquals(cty.PositiveInfinity) {
				return 0
			}
			return max(0, floatOf(low))
		}
	case value.Type().IsListType() && !value.IsKnown():
		return float64(value.Range().LengthLowerBound())
	}
	return 0
}
