package host

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// about are the files that a verb speaks about, without their directories.
func (c Chosen) about() string {
	var names []string
	for path := range c.About {
		names = append(names, filepath.Base(path))
	}
	slices.Sort(names)
	return strings.Join(names, " ")
}

func (c Chosen) has(path string) bool {
	for _, file := range c.Files {
		if file.Path == path {
			return true
		}
	}
	return false
}

func TestAVerbSpeaksAboutWhatIsNamed(t *testing.T) {
	s := governed(t)
	s.NoShipped = false
	for _, name := range []string{"mine/a.hcl", "mine/filesystem.hcl", "mine/sub/x.hcl"} {
		write(t, filepath.Join(s.Dir, name), "# "+name+"\n")
	}
	write(t, filepath.Join(s.Dir, "mine/a_test.hcl"), "# tests\n")
	for _, test := range []struct {
		name  string
		names []string
		about string
	}{
		{"nothing is named: all that decides here", nil, ""},
		{"a directory", []string{"mine"}, "a.hcl a_test.hcl filesystem.hcl"},
		{"a file", []string{"mine/a.hcl"}, "a.hcl a_test.hcl"},
		{"a file without tests", []string{"mine/sub/x.hcl"}, "x.hcl"},
		{"a file of tests stands for its policies", []string{"mine/a_test.hcl"}, "a.hcl a_test.hcl"},
	} {
		t.Run(test.name, func(t *testing.T) {
			names := slices.Clone(test.names)
			c, err := s.ChooseWithTests(test.names)
			if err != nil || !slices.Equal(names, test.names) {
				t.Fatal(err, test.names)
			}
			if test.names != nil && c.about() != test.about {
				t.Errorf("about %q, want %q", c.about(), test.about)
			}
			if test.names == nil && (!c.About["policies/filesystem.hcl"] || !c.About[filepath.Join(s.Root, "etc/guard/policies/keep.hcl")]) {
				t.Errorf("about %q", c.about())
			}
			// The shipped commands may be used, but for those of a file that is replaced.
			replaced := slices.Contains(test.names, "mine")
			if !c.has("policies/disks.hcl") || c.has("policies/filesystem.hcl") == replaced {
				t.Errorf("of the shipped ones the wrong files are read")
			}
		})
	}
	if c, err := s.Choose([]string{"mine"}); err != nil || c.about() != "a.hcl filesystem.hcl" {
		t.Errorf("without tests: about %q %v", c.about(), err)
	}
	if c, err := s.Choose([]string{"mine"}); err != nil || len(c.Warnings()) != 1 || !strings.Contains(c.Warnings()[0].File, "x.hcl") && !strings.Contains(c.Warnings()[0].File, "sub") {
		t.Errorf("what is not read: %+v %v", c.Warnings(), err)
	}
	s.NoShipped = true
	if c, err := s.Choose([]string{"mine"}); err != nil || len(c.Files) != 2 {
		t.Errorf("without the shipped ones: %d files %v", len(c.Files), err)
	}
}

func TestAVerbWithoutFilesIsAnError(t *testing.T) {
	s := setup(t)
	write(t, filepath.Join(s.Dir, "empty/README"), "no policy\n")
	for _, names := range [][]string{nil, {"empty"}, {"none.hcl"}, {""}} {
		if c, err := s.Choose(names); err == nil {
			t.Errorf("%q: %+v", names, c)
		}
	}
}
