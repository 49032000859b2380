package main

import (
	"context"
	"strconv"
	"time"

	"blastguard/guard"
	"blastguard/guard/machine"
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
		return unknown("it is not a process number")
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
		return unknown("guard is not allowed to look at it")
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
