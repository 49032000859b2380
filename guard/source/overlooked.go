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

// namesIn are the policy files of a directory, sorted, and what looks like one and is
// not read: another case, a leading dot, a directory inside. Editors' copies (x.hcl~,
// x.hcl.bak) are ignored on purpose and not among them.
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
