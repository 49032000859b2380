package playbook

import (
	"context"
	"os"
	"syscall"
	"time"

	"blastguard/guard/approve"
	"blastguard/guard/supervise"
)

// System is what supervises on this machine.
type System struct {
	Available        func() error           // why nothing can be supervised
	Privileged       func() bool            // set-id programs work below this guard
	Around           func() bool            // an outer guard supervises
	DecidesOtherwise func(hash string) bool // and by other policies
	Supervise        func(supervise.Config) (Supervisor, error)
	Await            func(pid int) func() bool // waits for the end of a process
	Interrupt        func()                    // what Ctrl-C does to the foreground group
}

// ThisSystem is that of guard/supervise.
func ThisSystem() System {
	return System{
		Available: supervise.Available, Privileged: supervise.Privileged,
		Around: supervise.Around, DecidesOtherwise: supervise.DecidesOtherwise, Await: supervise.Await,
		Interrupt: func() { _ = syscall.Kill(0, syscall.SIGINT) },
		Supervise: func(config supervise.Config) (Supervisor, error) { return supervise.New(config) },
	}
}

// Supervisor sees every program that the command executes; see supervise.Supervisor.
type Supervisor interface {
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

// Chooser asks a person how the run goes on at a refused step.
type Chooser interface {
	Choose(context.Context, approve.Refused) approve.Chosen
}
