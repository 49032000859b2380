// Package dryrun says what scripts and runbooks would do, line by line, before any
// of them runs: which lines policies govern, which of them are certain to be refused
// or asked about, and which cannot be read.
//
// A file is read (read.go) as the language that it is in, or as a runbook whose
// blocks are scripts of their own (runbook.go). guard/shell takes its text apart, and
// each operation is judged (judge.go) by what the policies foresee of it and by what
// can be read of it (opaque.go). Scripts that the listed ones read or run are listed
// after them, each once and no more than a bounded number.
//
// Scripts are listed in two ways. Those that a command starts (command.go) run here,
// as the command would. Those that are only looked at (Files) may run anywhere, so
// nothing of this host is assumed for them: no account, no absolute path outside the
// script's own directory.
//
// Nothing but the files is read: no probe is asked, no program is run, nothing
// is recorded. What is foreseen of a line never allows it. It is decided when it is
// reached.
package dryrun
