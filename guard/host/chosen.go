package host

import (
	"errors"
	"path/filepath"
	"slices"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/source"
	"blastguard/policies"
)

// Chosen are the policy files that a verb works on, and which of them it speaks about.
type Chosen struct {
	Files []guard.PolicyFile
	About map[string]bool // by path: the others are only there to be referred to
	// overlooked look like policy files and are not read.
	overlooked []string
}

// Choose reads the named files on top of the shipped ones (a named file replaces
// the shipped one of its name, and may use the shipped commands) or, where none is
// named, all that decides here.
func (s Setup) Choose(names []string) (Chosen, error) {
	var found source.Found
	var problems []source.Problem
	if len(names) == 0 {
		found, problems = s.files()
	} else {
		found, problems = source.Read(s.named(names))
	}
	named := found.Files
	switch {
	case len(problems) > 0:
		return Chosen{}, unreadable(problems)
	case len(named) == 0:
		return Chosen{}, errors.New("no policy files were found; name a file or a directory of .hcl files")
	}
	c := Chosen{Files: named, About: map[string]bool{}, overlooked: found.Overlooked}
	replaced := map[string]bool{}
	for _, file := range named {
		c.About[file.Path] = true
		replaced[filepath.Base(file.Path)] = true
	}
	for _, file := range policies.Files() {
		if !s.NoShipped && !replaced[filepath.Base(file.Path)] {
			c.Files = append(c.Files, file)
		}
	}
	return c, nil
}

// ChooseWithTests is Choose with the files that hold tests only. A file of tests that
// is named stands for the policies that they are about.
func (s Setup) ChooseWithTests(names []string) (Chosen, error) {
	c, err := s.Choose(s.tested(names))
	if err != nil {
		return c, err
	}
	tests, problems := testsBeside(c.Files)
	if len(problems) > 0 {
		return c, unreadable(problems)
	}
	of := map[string]bool{}
	for path := range c.About {
		of[source.TestsOf(path)] = true
	}
	for _, file := range tests {
		if of[file.Path] {
			c.About[file.Path] = true
		}
	}
	c.Files = slices.Concat(c.Files, tests)
	return c, nil
}

// tested are the names with the policies in the place of a file that has their tests.
func (s Setup) tested(names []string) []string {
	names = slices.Clone(names)
	for i, path := range names {
		if of, ok := source.TestedBy(s.absolute(path)); ok {
			names[i] = of
		}
	}
	return names
}

// testsBeside are the files with the tests of policy files, also of the shipped ones.
func testsBeside(files []guard.PolicyFile) ([]guard.PolicyFile, []source.Problem) {
	tests, problems := source.Tests(files)
	return append(tests, policies.Tests(files)...), problems
}

// renameToRead is what to do about a policy that is not read.
const renameToRead = "a policy is NAME.hcl, in the directory itself; rename or remove it"

// Warnings say what is not read.
func (c Chosen) Warnings() policy.Diagnostics {
	var warnings policy.Diagnostics
	for _, path := range c.overlooked {
		warnings = append(warnings, policy.Warning(path, "it looks like a policy file and is not read", renameToRead))
	}
	return warnings
}
