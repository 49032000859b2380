package playbook

import (
	"context"
	"errors"
	"slices"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// numbersOf keeps process numbers apart: where a step sees processes under other numbers
// (another PID namespace), nothing is measured about them.
func numbersOf(pid int, measure measurer) measurer {
	if supervise.SameNumbers(pid) {
		return measure
	}
	return func(ctx context.Context) guard.Measurement { return otherNumbers{measure(ctx)} }
}

// measurer is what Guard.Measure is.
type measurer = func(context.Context) guard.Measurement

// otherNumbers is a measurement in which the number of a process means another one.
type otherNumbers struct{ guard.Measurement }

// OtherProcess is the kind of question that a step asks in the place of "process" where
// its numbers are those of another namespace. Whoever measures answers it with
// NotOurProcess.
const OtherProcess = "process elsewhere"

// Ask asks other questions about processes.
func (o otherNumbers) Ask(asks []guard.Ask) {
	asks = slices.Clone(asks)
	for i := range asks {
		if asks[i].Kind == "process" {
			asks[i].Kind = OtherProcess
		}
	}
	o.Measurement.Ask(asks)
}

// NotOurProcess is the answer to OtherProcess: always an error.
func NotOurProcess(context.Context, map[string]any) (any, []string, error) {
	return nil, nil, errors.New("the number is that of a process in another namespace")
}
