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
// file alone. NAME_test.hcl shows what NAME.hcl refuses and what it does not;
// only guard policy test and validate read it. For a command guard parses the blocks
// that govern it.
package policies

import (
	"embed"
	"io/fs"
	"path"

	"blastguard/guard"
	"blastguard/guard/source"
)

// Files are the shipped policy files, sorted by path. The caller may change
// what it gets.
func Files() []guard.PolicyFile { return shipped() }

//go:embed *_test.hcl
var tests embed.FS

// Tests are the files with the tests of shipped files, sorted by path: of those among
// files, which a host may have replaced.
func Tests(files []guard.PolicyFile) []guard.PolicyFile {
	var found []guard.PolicyFile
	for _, file := range files {
		if file.Origin != guard.ShippedFile {
			continue
		}
		name := source.TestsOf(path.Base(file.Path))
		content, err := fs.ReadFile(tests, name)
		if err != nil {
			continue // it has none
		}
		found = append(found, guard.PolicyFile{Path: "policies/" + name, Origin: guard.ShippedFile, Content: string(content), Tests: true})
	}
	return found
}
