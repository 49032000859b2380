package source

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	policyExtension = ".hcl"
	maxOverlooked   = 20 // names that are kept; more would say no more
	maxNested       = 3  // directories in directories that are looked into
)

// testsEnd is how the name of a file ends that holds the tests of the one beside it.
const testsEnd = "_test" + policyExtension

// testsOf is the name of the file with the tests of a policy file.
func testsOf(name string) string { return strings.TrimSuffix(name, policyExtension) + testsEnd }

// withoutTests drops the files that hold the tests of another one of the names. A file that
// is called so and stands alone is a policy file as any other: nothing is left away for its
// name only.
func withoutTests(names []string) []string {
	tests := map[string]bool{}
	for _, name := range names {
		tests[testsOf(name)] = true
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return tests[name] })
}

// namesIn are the policy files of a directory, sorted, and what looks like one and is
// not read: another case, a leading dot, a directory inside. Editors' copies (x.hcl~,
// x.hcl.bak) are left away on purpose and are none of them.
func namesIn(dir string) (names, overlooked []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		name := entry.Name()
		hidden := strings.HasPrefix(name, ".")
		switch {
		case strings.HasSuffix(name, policyExtension) && !hidden:
			names = append(names, name)
		case looksLikePolicy(entry):
			overlooked = append(overlooked, name)
		case entry.IsDir() && !hidden:
			overlooked = append(overlooked, below(dir, name, maxNested)...)
		}
	}
	slices.Sort(names)
	return names, overlooked, nil
}

func looksLikePolicy(entry fs.DirEntry) bool {
	return strings.EqualFold(filepath.Ext(entry.Name()), policyExtension) && !entry.IsDir()
}

// below are the files of a directory inside that look like policies. What cannot be
// listed there is no policy that anybody reads.
func below(dir, name string, depth int) []string {
	entries, err := os.ReadDir(filepath.Join(dir, name))
	if err != nil || depth == 0 {
		return nil
	}
	var found []string
	for _, entry := range entries {
		inside := filepath.Join(name, entry.Name())
		switch {
		case len(found) >= maxOverlooked:
			return found
		case looksLikePolicy(entry):
			found = append(found, inside)
		case entry.IsDir() && !strings.HasPrefix(entry.Name(), "."):
			found = append(found, below(dir, inside, depth-1)...)
		}
	}
	return found
}
