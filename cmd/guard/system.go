package main

import (
	"context"
	"os"
	"time"

	"blastguard/guard/approve"
	"blastguard/guard/supervise"
)

// system is what supervises on this machine.
type system struct {
	available        func() error           // why nothing can be supervised
	privileged       func() bool            // set-id programs work below this guard
	around           func() bool            // a guard further out supervises
	decidesOtherwise func(hash string) bool // and by other policies
	supervise        func(supervise.Config) (supervisor, error)
	await            func(pid int) func() bool // waits for the end of a process
}

// thisSystem is that of guard/supervise.
func thisSystem() system {
	return system{
		available: supervise.Available, privileged: supervise.Privileged,
		around: supervise.Around, decidesOtherwise: supervise.DecidesOtherwise, await: supervise.Await,
		supervise: func(config supervise.Config) (supervisor, error) { return supervise.New(config) },
	}
}

// supervisor sees every program that the command executes; see supervise.Supervisor.
type supervisor interface {
	Argv(path, user string, argv []string) []string
	Serve(context.Context)
	Finish() supervise.Summary

	Began() time.Time
	Main() supervise.Process
	Nested() bool
	Inner(pid int) supervise.InnerGuard
	Above(pid int) [][]string
	Belongs(asker, pid int) bool

	Stop(os.Signal, time.Duration)
	StopBelow(supervise.InnerGuard, time.Duration)
	StoppedBelow(supervise.InnerGuard) bool
	Freeze(terminal string) (thaw func())
}

// chooser asks a person how the run goes on at a refused step.
type chooser interface {
	Choose(context.Context, approve.Refused) approve.Chosen
}
