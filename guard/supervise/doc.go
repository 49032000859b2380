// Package supervise sees every program that a command and its descendants are
// about to execute, before it runs, and lets it run or refuses it.
//
// It uses the kernel's seccomp user notification (Linux): a filter that traps
// execve and execveat, and costs other system calls next to nothing. When Acts ask
// for them, it also traps the calls that truncate a file and those that signal a
// process, to see what shells do themselves. The filter has to be installed by the
// process that becomes the command, so there are three parts:
//
//	guard (the supervisor) ── socket ──► guard, the launcher stage ── exec, same pid ──► the command
//
// The launcher installs the filter, hands its listener to the supervisor, waits
// until it may go on, and becomes the command. Whatever is executed from there
// on stops inside the kernel until the supervisor has answered. What no policy
// governs is answered at once, in one thread and without allocating; what may be
// governed is read in full (words, environment, directory) and decided in a
// goroutine of its own.
//
// It is made against accidents, not malice. An answer of "go on" lets the kernel
// read the program's arguments again, and a program that is set on it can change
// them between the two readings.
//
// What it cannot see: what an interpreter does by itself, busybox applets inside
// a busybox shell, and what a daemon or another host does on request.
//
// When the supervisor is gone, every later exec of every descendant fails. So
// when the command has ended and descendants live on, a detached copy of guard
// answers "go on" for them until the last is gone. A supervisor that is killed
// has no time for that: what is left of the command can then execute nothing. Another
// copy, the watcher, which is started after one second, reports that.
package supervise

import (
	"context"
	"time"
)

// StageWord is the hidden first argument with which guard starts itself as the
// launcher; main hands what follows to Stage.
const StageWord = "--supervise-stage"

// The kinds of act, as the policy language calls them.
const (
	OnTruncate = "truncate"
	OnAppend   = "append"
	OnSignal   = "signal"
)

// Acts are what a script is asked about besides the programs that it executes:
// what its shells do themselves. Each costs something only where it is wanted.
type Acts struct {
	// Truncate: a file that holds something is opened to be emptied (O_TRUNC,
	// creat, truncate), as by "> file"; or a device to be written to.
	Truncate bool
	// Append: a device, or a file that makes the kernel do something
	// (/proc/sysrq-trigger), is opened to be written to without O_TRUNC, as by
	// ">> file". Other files are added to all the time.
	Append bool
	// Signal: a process that does not belong to the run is sent a signal that
	// could end or stop it, as by the builtin kill.
	Signal bool
}

// Exec is one program that is about to be executed, or an act.
type Exec struct {
	// On is "" for a program, else OnTruncate, OnAppend or OnSignal. An act has as Argv
	// the command line that would do the same ("truncate --size=0 -- FILE" with
	// the resolved file, "append -- FILE", "kill --signal=TERM -- PROCESS"), no Env and no Forms.
	On   string
	PID  int    // its process; the thread, when another than the first executes
	UID  int    // the effective user
	Path string // as the kernel was given it; of a truncation the resolved file
	Argv []string
	Env  []string // NAME=VALUE
	Dir  string   // absolute
	// Forms are the command lines by which policies may know the program: Argv with
	// the name it was called by, with the name of the file, with that of the file
	// behind links, and those of the interpreters that its #! line names. Only
	// those that a policy governs are listed; of a program at least one.
	Forms [][]string
	// Place is the way from the supervised command down to this program, as a
	// person would name it: playbook.sh, xargs, rm.
	Place []string
	// Unreadable says why the rest is not known; such an Exec must be refused.
	Unreadable string
	// SetID: the file would change the user, which the kernel forbids here.
	SetID bool
	// Stopping: the run is being stopped. Programs that clean up may still run, and
	// nobody is to be asked.
	Stopping bool
}

// Config is what a Supervisor needs to know. All functions are required, but for
// Inner, Spares and Policies.
type Config struct {
	// Governs says whether some policy may govern a program of that basename.
	// It is called for every exec by one thread, and must not keep the name.
	Governs func(name []byte) bool
	// Acts are those that Decide is called for.
	Acts Acts
	// Decide says whether the program may run. It is called in a goroutine of
	// its own for each; its context ends when the waiting process is gone.
	Decide func(context.Context, Exec) bool
	// Inner is called for a governed program that an inner guard executes: either
	// that guard has decided it by the same policies, or its policies run it as a
	// probe.
	Inner func(Exec)
	// Ready is called when the launcher is about to become the command. If it
	// returns an error, nothing is started.
	Ready func() error
	// Policies returns the hash of the policies that Decide uses, for inner guards:
	// see DecidesOtherwise. nil takes every hash for its own.
	Policies func() string
	// Spares says whether a process below the command must not be stopped
	// half-way; Stop then waits for it. nil: no process is spared.
	Spares func(pid int) bool
	// LastWords are printed, with what is left of the command, when guard is
	// killed. "" (which is allowed) prints nothing.
	LastWords string
}

// InnerGuard is a guard below the supervised command that leaves its steps to this
// one; zero for none.
type InnerGuard struct {
	PID   int
	Began time.Time // when its command was about to start, by the clock of file systems
}

// Summary is what a supervised command did.
type Summary struct {
	Ungoverned int64    // programs that ran and that no policy governs
	Refused    int64    // programs that were refused
	Background []string // processes that live on: "sleep[4711]"
	Stopped    bool     // by Stop
	// Problem says why guard itself failed; the command was not started.
	Problem string
	// Forbidden: the problem is that nothing can be supervised here.
	Forbidden bool
	// Errno of the command that could not be executed; 0 when it was.
	Errno int
	// Nested: an outer guard supervises, and sees everything.
	Nested bool
	// Privileged: set-id programs work inside.
	Privileged bool
}
