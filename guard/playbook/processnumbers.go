package playbook

import (
	"context"

	"blastguard/guard"
	"blastguard/guard/supervise"
)

// numbersOf makes what is measured for a step honest about processes: where the
// step counts them differently, nothing is said of them.
func numbersOf(pid int, measure measurer) measurer {
	if supervise.SameNumbers(pid) {
		return measure
	}
	return func(ctx context.Context, asks []guard.Ask, done func(string)) guard.Facts {
		facts := measure(ctx, asks, done)
		for _, ask := range asks {
			if ask.Kind == "process" {
				facts[ask.Key] = guard.Fact{Reason: "the number is that of a process in another namespace"}
			}
		}
		return facts
	}
}

// measurer is what Guard.Measure is.
type measurer = func(context.Context, []guard.Ask, func(string)) guard.Facts
