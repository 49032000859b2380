// Package source reads policy files, and refuses those that somebody else could
// have written.
//
// A policy decides what runs, and its probes run programs, often as root. So a
// file counts only when it, every directory above it and every link on the way
// belong to root or to the effective user and nobody else may write them. A
// directory with the sticky bit (/tmp) is allowed above them, for there only
// the owner can rename or remove an entry; a file directly in one must have no
// second hard link, for others may link any file into it.
//
// The way to a file is checked from the root downwards, each directory once. A
// name in a directory that passed can only be changed by somebody who is
// trusted, so nobody else can put another file in its place between the check
// and the reading; the file itself is opened once, without following links, and
// what is open is what is checked and read.
//
// Nothing is skipped in silence: a directory or file that cannot be read, is too
// large, or is not a regular file is a Problem, and a set with a problem must
// not be used to decide. Names in a directory that do not match *.hcl, as a shell
// reads it (a leading dot hides), are not policy files; those that look like one
// (x.HCL, .x.hcl, more/x.hcl) are reported.
//
// What decides a command is read to its sum first (Sums), and its content only where it is
// needed (Fill), which has to have that sum. NAME_test.hcl beside NAME.hcl that holds
// nothing but tests is left to what proves policies (Tests).
//
// Not looked at: access control lists, mount options and other grants beside
// owner and mode bits, and who may write to the device below the file system.
package source
