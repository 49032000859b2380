// Package supervise sees every program that a command and its descendants are
// about to execute, before it runs, and lets it run or refuses it.
//
// It uses the kernel's seccomp user notification (Linux): a filter that traps
// execve and execveat only, and costs other system calls next to nothing. The
// filter has to be installed by the process that becomes the command, so there
// are three parts:
//
//	guard (the supervisor) ── socket ──► guard, the launcher stage ── exec, same pid ──► the command
//
// The launcher installs the filter, hands its listener to the supervisor, waits
// for the word to go, and becomes the command. Whatever is executed from there
// on stops inside the kernel until the supervisor has answered. What no policy
// governs is answered at once, in one thread and without allocating; what may be
// governed is read in full (words, environment, directory) and decided in a
// goroutine of its own.
//
// It is made against accidents, not malice. An answer of "go on" lets the kernel
// read the program's arguments again, and a program that is set on it can change
// them between the two readings.
//
// What it cannot see: what a shell or an interpreter does by itself (builtins,
// redirections, busybox applets inside a busybox shell), and what a daemon or
// another host does on request.
//
// When the supervisor is gone, every later exec of every descendant fails. So
// when the command has ended and descendants live on, a detached copy of guard
// answers "go on" for them until the last is gone. A supervisor that is killed
// has no time for that: what is left of the command can then execute nothing.
package supervise

import "context"

// StageWord is the hidden first argument with which guard starts itself as the
// launcher; main hands what follows to Stage.
const StageWord = "--supervise-stage"

// Exec is one program that is about to be executed.
type Exec struct {
	PID  int    // its process; the thread, when another than the first executes
	UID  int    // the effective user
	Path string // as the kernel was given it
	Argv []string
	Env  []string // NAME=VALUE
	Dir  string   // absolute
	// Forms are the command lines as which the program may be known: Argv with
	// the name it was called by, with that of the file, of the file behind
	// links, and those of the interpreters that its #! line names. Only those
	// that something governs; at least one.
	Forms [][]string
	// Place is the way from the supervised command down to this program, as a
	// person would name it: playbook.sh, xargs, rm.
	Place []string
	// Unreadable says why the rest could not be told; it must be refused.
	Unreadable string
	// SetID: the file would change the user, which the kernel forbids here.
	SetID bool
}

// Config is what a Supervisor needs to know. All are required.
type Config struct {
	// Governs says whether some policy may govern a program of that basename.
	// It is called for every exec by one thread, and must not keep the name.
	Governs func(name []byte) bool
	// Decide says whether the program may run. It is called in a goroutine of
	// its own for each; its context ends when the waiting process is gone.
	Decide func(context.Context, Exec) bool
	// Ready is asked when the launcher is about to become the command; an
	// error starts nothing.
	Ready func() error
}

// Summary is what a supervised command did.
type Summary struct {
	Ungoverned int64    // programs that nothing governs, and that ran
	Refused    int64    // programs that were refused
	Background []string // processes that live on: "sleep[4711]"
	Stopped    bool     // by Stop
	// Problem says why guard itself failed; the command was not started.
	Problem string
	// Errno of the command that could not be executed; 0 when it was.
	Errno int
	// Nested: a guard further out supervises, and sees everything.
	Nested bool
	// Privileged: set-id programs work inside.
	Privileged bool
}
