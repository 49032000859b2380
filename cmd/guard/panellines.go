package main

import (
	"fmt"
	"time"

	"blastguard/guard"
	"blastguard/guard/host"
)

// policyLine is the panel's line about the policies that decided.
func policyLine(set guard.PolicySet, now time.Time) string {
	line := fmt.Sprintf("%.8s: %d shipped, %d in /etc/guard", set.Hash, set.Shipped, set.Host)
	if set.User > 0 {
		line += fmt.Sprintf(", %d of yours", set.User)
	}
	if !set.Newest.IsZero() {
		line += ", newest " + age(now.Sub(set.Newest)) + " old"
	}
	if len(set.Overlooked) > 0 {
		line += "; not read: " + guard.Printable(set.Overlooked[0])
	}
	if more := len(set.Overlooked) - 1; more > 0 {
		line += fmt.Sprintf(" and %d more", more)
	}
	return line
}

// logLine is the panel's line about the log in which budgets and floors count.
func logLine(p host.Places) string {
	if p.Shared {
		return p.Audit
	}
	return p.Audit + ": budgets count only your own commands"
}

// age is a duration as a person says it, in its largest unit.
func age(d time.Duration) string {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if d >= unit.size {
			return fmt.Sprintf("%d %s", d/unit.size, unit.name)
		}
	}
	return fmt.Sprintf("%d s", max(d, 0)/time.Second)
}
