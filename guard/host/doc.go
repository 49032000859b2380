// Package host knows where guard's files are on this host, and whether guard would work
// here.
//
// Find says where: what the host has set up in /etc/guard cannot be left out, and what
// a user adds can only add (places.go). The policies that decide here are read and
// hashed whole, and parsed as far as a command needs them (library.go), by an index of
// exactly these files where there is one to be trusted (index.go). Doctor looks at all
// of that, at the audit log and at the host, and says how to fix what is not in order
// (doctor.go).
//
// What the program was started with comes in as a Setup of plain values; nothing here
// looks at the environment, the directory or the arguments of the process itself.
package host
