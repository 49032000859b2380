// Package policies embeds the policies that guard ships. They hold on every
// host unless /etc/guard/policies has a file of the same name.
//
//	commands.hcl    how command lines are read; the others use its blocks
//	filesystem.hcl  rm, find -delete, mv, chmod -R, truncate, shred
//	datadir.hcl     the same on directories of databases
//	disks.hcl       dd, mkfs, wipefs, partitions, volumes, pools
//	writes.hcl      what every other program writes over: cp, tee, tar, curl …
//	switches.hcl    files by which the kernel is told to do something
//	hosts.hcl       reboot, shutdown, systemctl stop
//
// They know nothing about the host but what they measure, so they refuse only
// what is wrong everywhere, ask where a person can tell, and leave one ordinary
// file alone. Each file ends with tests, which show what it refuses and what it
// does not. For a command guard parses the blocks that govern it, and no tests.
package policies

import "blastguard/guard"

// Files are the shipped policy files, sorted by path. The caller may change
// what it gets.
func Files() []guard.PolicyFile { return shipped() }
