package main

import (
	"blastguard/guard"

	"github.com/hashicorp/go-hclog"
)

// debugLogger writes for developers, to stderr, when GUARD_LOG is debug or
// trace; otherwise nothing.
func debugLogger(w world) guard.Logger {
	level := hclog.LevelFromString(w.getenv("GUARD_LOG"))
	if level != hclog.Debug && level != hclog.Trace {
		return quiet{}
	}
	return hclog.New(&hclog.LoggerOptions{Name: "guard", Level: level, Output: w.stderr})
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Trace(string, ...any) {}
