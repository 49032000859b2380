// Package probe answers what policies ask of the world: guard.Ask in,
// guard.Fact out.
//
// A Prober measures one round of questions side by side, each with a deadline
// of its own and all of them within a total. Its one promise is that it comes
// back: a probe that panics, floods, hangs, or sits in the kernel behind a dead
// file server becomes an unknown fact with a reason. It never turns doubt into
// a value: what could not be told is an error (the whole fact is unknown) or a
// guard.Unmeasured (a part of it is).
//
// The built-in kinds, one file each:
//
//	resolve   where paths really lead, by the kernel's rules
//	tree      how much hangs under some paths, what is mounted and open inside
//	exec      what another program prints
//	file      one file: its age, size, content
//	backups   the newest file or directory that matches a glob
//	history   what the audit log knows; claims, what others have reserved
//
// Databases' own probes come in through Config.Extra. Every answer, whoever
// gave it, passes the same gate before it becomes a fact: at most 4 MiB and
// 10,000 elements of the types that guard.Fact names.
package probe
