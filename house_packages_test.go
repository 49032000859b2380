package blastguard_test

import (
	"strings"
	"testing"
)

// maxFiles is how many files a package may have, without tests.
const maxFiles = 30

// manyFiles are the packages that have more files than maxFiles. Their numbers may only
// sink: no row is added, and none is raised.
func manyFiles() map[string]int {
	return map[string]int{
		"guard/audit":     40,
		"guard/shell":     37,
		"guard/supervise": 33,
	}
}

func TestAPackageHasFewFiles(t *testing.T) {
	files := map[string]int{}
	for _, source := range sources(t) {
		if !source.test {
			files[source.folder]++
		}
	}
	for folder, n := range files {
		most := max(maxFiles, manyFiles()[folder])
		if n > most {
			t.Errorf("%s: %d files without tests, at most %d: cut off what can stand in a package below it", folder, n, most)
		}
	}
}

// What stands below guard/policy is part of it, and nobody else's: the types of the
// expression language go no further. Only the layout of files is for others too.
func TestThePartsOfPolicyAreItsOwn(t *testing.T) {
	for _, source := range sources(t) {
		if source.test || source.folder == "guard/policy" || strings.HasPrefix(source.folder, "guard/policy/") {
			continue
		}
		for _, imported := range source.file.Imports {
			part, is := strings.CutPrefix(strings.Trim(imported.Path.Value, `"`), "blastguard/guard/policy/")
			if is && part != "format" {
				t.Errorf("%s imports guard/policy/%s: ask guard/policy", source.name, part)
			}
		}
	}
}
