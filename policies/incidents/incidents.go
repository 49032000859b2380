// Package incidents holds famous nights as policies: each file is what a
// sensible author would have written the day before, with the fatal command and
// the one that was meant as its tests. They are for reading, for the demo and
// for trying limits out; nothing here decides on a host by itself.
//
// Their tests hold for each file alone:
//
//	guard policy test --no-shipped policies/incidents/gitlab.hcl
//
// Beside the shipped policies they load too, but then those speak as well, and
// ask for facts that these tests do not give.
//
// Each file says in its head where the night is told, how far its command is
// verbatim, and which numbers are invented.
package incidents

import (
	"embed"
	"io/fs"
	"strings"

	"blastguard/guard"
)

//go:embed *.hcl s3-capacity
var nights embed.FS

// Names are the incidents, sorted: what Files takes.
func Names() []string {
	paths, err := fs.Glob(nights, "*.hcl")
	if err != nil {
		return nil // cannot happen: the pattern is fixed
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = strings.TrimSuffix(path, ".hcl")
	}
	return names
}

// Files are the policy files of one incident; none for a name that is not among
// Names. They stand by themselves, and can be loaded beside the shipped ones.
func Files(name string) []guard.PolicyFile {
	content, err := nights.ReadFile(name + ".hcl")
	if err != nil {
		return nil
	}
	return []guard.PolicyFile{{Path: "policies/incidents/" + name + ".hcl", Origin: guard.ShippedFile, Content: string(content)}}
}

// S3Capacity is the text of the example program s3-capacity, a script for sh.
func S3Capacity() []byte {
	content, err := nights.ReadFile("s3-capacity")
	if err != nil {
		return nil // cannot happen: the file is embedded
	}
	return content
}
