package source

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"

	"blastguard/guard"
)

// testsEnd is how the name of a file ends that holds the tests of the one beside it.
const testsEnd = "_test" + policyExtension

// TestsOf is the name of the file with the tests of a policy file: NAME_test.hcl of NAME.hcl.
func TestsOf(name string) string { return strings.TrimSuffix(name, policyExtension) + testsEnd }

// withoutTests drops the files that hold the tests of another one of the sorted names, and
// nothing but tests: a policy decides, whatever its file is called.
func (r *reader) withoutTests(dir string, names []string) []string {
	kept := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		stem, called := strings.CutSuffix(name, testsEnd)
		if called && kept[stem+policyExtension] && r.holdsTests(filepath.Join(dir, name)) {
			return true
		}
		kept[name] = true
		return false
	})
}

// holdsTests: the file can be read and holds nothing but tests. Of any other the reading
// says what is wrong with it.
func (r *reader) holdsTests(path string) bool {
	look := looker{walker: r.walker, keeps: contents}
	found := look.at(path)
	return found.err == nil && onlyTests(found.file.Content)
}

// deciding is the beginning of a block that decides, or that others that decide need.
var deciding = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?m)(?:^|\*/)[\x{FEFF}\s]*(?:policy|command|locals)\b`)
})

// onlyTests: a policy file holds no block that decides. It need not be one that can be
// parsed; what only looks like such a block counts as one.
func onlyTests(content string) bool { return !deciding().MatchString(content) }

// TestedBy is the policy file beside one that holds its tests, and nothing but tests; false
// for any other file.
func TestedBy(path string) (policies string, ok bool) {
	stem, called := strings.CutSuffix(path, testsEnd)
	if !called {
		return "", false
	}
	policies = stem + policyExtension
	if _, err := os.Stat(policies); err != nil {
		return "", false
	}
	content, problems := Content(path)
	return policies, len(problems) == 0 && onlyTests(content)
}

// Tests reads the files that hold tests of files that Read found: NAME_test.hcl beside
// NAME.hcl. Only what proves policies needs them.
func Tests(files []guard.PolicyFile) ([]guard.PolicyFile, []Problem) {
	read := map[string]bool{}
	for _, file := range files {
		read[file.Path] = true
	}
	var places []Place
	for _, file := range files {
		if file.Origin == guard.ShippedFile || !strings.HasSuffix(file.Path, policyExtension) || read[TestsOf(file.Path)] {
			continue
		}
		places = append(places, Place{File: TestsOf(file.Path), Origin: file.Origin, Optional: true})
	}
	found, problems := Read(places)
	for i := range found.Files {
		found.Files[i].Tests = true
	}
	return found.Files, problems
}
