package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"blastguard/guard"
	"blastguard/guard/machine"
	"blastguard/guard/supervise"
)

// describeProcesses answers "process": what each number stands for on this host.
func describeProcesses(_ context.Context, args map[string]any) (any, []string, error) {
	numbers, _ := args["numbers"].([]any)
	answer := make([]any, 0, len(numbers))
	for _, number := range numbers {
		text, _ := number.(string)
		answer = append(answer, describeProcess(text))
	}
	return answer, nil, nil
}

func describeProcess(number string) map[string]any {
	unknown := func(reason string) map[string]any {
		return map[string]any{"name": guard.Unmeasured{Reason: reason}}
	}
	pid, err := strconv.Atoi(number)
	switch {
	case err != nil:
		return unknown("it is no number of a process")
	case pid == -1:
		return unknown("it means every process")
	case pid <= 0:
		return unknown("it means a group of processes")
	}
	running := machine.ProcessOf(pid)
	switch {
	case running.Gone:
		return map[string]any{"exists": false}
	case running.Name == "":
		return unknown("it may not be looked at")
	}
	found := map[string]any{"exists": true, "name": running.Name, "user": guard.Unmeasured{}, "since": guard.Unmeasured{}}
	if running.User != "" {
		found["user"] = running.User
	}
	if !running.Started.IsZero() {
		found["since"] = running.Started.Format(time.RFC3339)
	}
	return found
}

// numbersOf makes what is measured for a step honest about processes: where the
// step counts them differently, nothing is said of them.
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

// otherProcess is the kind of question that is asked instead.
const otherProcess = "process elsewhere"

func (o otherNumbers) Ask(asks []guard.Ask) {
	asks = slices.Clone(asks)
	for i := range asks {
		if asks[i].Kind == "process" {
			asks[i].Kind = otherProcess
		}
	}
	o.Measurement.Ask(asks)
}

func notOurProcess(context.Context, map[string]any) (any, []string, error) {
	return nil, nil, errors.New("the number is that of a process in another namespace")
}
