package source

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"

	"blastguard/guard"
)

// readFiles is Read for tests that only look at what was read.
func readFiles(places []Place) ([]guard.PolicyFile, []Problem) {
	found, problems := Read(places)
	return found.Files, problems
}

func TestWhatLooksLikeAPolicyAndIsNotReadIsTold(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{"a.hcl", "B.HCL", "c.Hcl", ".d.hcl", "more/e.hcl", "more/deep/f.hcl", "more/notes.txt", ".git/g.hcl",
		"h.hcl~", "i.hcl.bak", "j.hcl.disabled", "README.md", ".k.hcl.swp"} {
		write(t, dir+"/"+name, "x = 1")
	}
	found, problems := Read([]Place{{Dir: dir, Origin: guard.HostFile}, {Dir: dir, Optional: true}})
	if len(problems) > 0 || len(found.Files) != 1 {
		t.Fatalf("%d files, %v", len(found.Files), problems)
	}
	var got []string
	for _, path := range found.Overlooked {
		got = append(got, strings.TrimPrefix(path, dir+"/"))
	}
	slices.Sort(got)
	if want := []string{".d.hcl", "B.HCL", "c.Hcl", "more/deep/f.hcl", "more/e.hcl"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWhatIsNamedAndHoldsNothingIsAProblem(t *testing.T) {
	dir := tempDir(t)
	write(t, dir+"/empty/README", "x")
	write(t, dir+"/wrong/A.HCL", "x")
	write(t, dir+"/nested/in/a.hcl", "x")
	write(t, dir+"/blank.hcl", " \n\t\n")
	for name, test := range map[string]struct {
		place Place
		want  string // "" for none
	}{
		"a directory without policies":             {Place{Dir: dir + "/empty"}, "it holds no *.hcl"},
		"one with a name that is not read":         {Place{Dir: dir + "/wrong"}, "it holds no *.hcl; A.HCL is not read"},
		"one with policies further down":           {Place{Dir: dir + "/nested"}, "it holds no *.hcl; in/a.hcl is not read"},
		"an empty file":                            {Place{File: dir + "/blank.hcl"}, "it is empty"},
		"no name":                                  {Place{}, "no file or directory is named"},
		"the host's directory may be empty":        {Place{Dir: dir + "/empty", Origin: guard.HostFile, Optional: true}, ""},
		"and hold a file that is empty, or absent": {Place{File: dir + "/blank.hcl", Optional: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, problems := Read([]Place{test.place})
			switch {
			case test.want == "" && len(problems) > 0:
				t.Errorf("problems: %v", problems)
			case test.want != "" && (len(problems) != 1 || problems[0].What != test.want || problems[0].Next == ""):
				t.Errorf("got %+v, want %q", problems, test.want)
			}
		})
	}
}

// What holds the tests of a file beside it decides nothing; what is only called so does.
func TestTestsLeaveThePolicies(t *testing.T) {
	dir := tempDir(t)
	for _, name := range []string{"a.hcl", "a_test.hcl", "a_test_test.hcl", "b.hcl", "alone_test.hcl", "b_test_test.hcl", "c_test.hcl", "c_test_test.hcl", "d.hcl", "d_test.hcl"} {
		write(t, dir+"/"+name, "# "+name+"\n test \"the policy is asked\" {")
	}
	write(t, dir+"/d_test.hcl", "test \"x\" {\n}\n  policy \"hidden\" {\n}\n")
	base := func(files []guard.PolicyFile) (names []string) {
		for _, file := range files {
			names = append(names, strings.TrimPrefix(file.Path, dir+"/"))
		}
		return names
	}
	place := Place{Dir: dir, Origin: guard.HostFile}
	for name, read := range map[string]func([]Place) (Found, []Problem){"read": Read, "summed": Sums} {
		found, problems := read([]Place{place})
		if want := []string{"alone_test.hcl", "a.hcl", "a_test_test.hcl", "b.hcl", "b_test_test.hcl", "c_test.hcl", "d.hcl", "d_test.hcl"}; len(problems) > 0 || !slices.Equal(slices.Sorted(slices.Values(base(found.Files))), slices.Sorted(slices.Values(want))) {
			t.Errorf("%s: %q, %v", name, base(found.Files), problems)
		}
	}
	files, _ := readFiles([]Place{place})
	tests, problems := Tests(files)
	if want := []string{"a_test.hcl", "c_test_test.hcl"}; len(problems) > 0 || !slices.Equal(base(tests), want) {
		t.Errorf("tests: %q, %v", base(tests), problems)
	}
	for _, file := range tests {
		if !file.Tests || file.Origin != guard.HostFile || file.Content == "" {
			t.Errorf("%+v", file)
		}
	}
	// Named as a file it is read as one, and not once more.
	files, problems = readFiles([]Place{{File: dir + "/a.hcl"}, {File: dir + "/a_test.hcl"}})
	again, _ := Tests(files)
	if len(problems) > 0 || len(files) != 2 || !slices.Equal(base(again), []string{"a_test_test.hcl"}) {
		t.Errorf("named: %q, %q, %v", base(files), base(again), problems)
	}
}

func TestOnlyTests(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "# a policy\n": true, "test \"policy\" {\n run = \"policy x\"\n}": true, "test \"x\" {": true, "policies \"x\" {": true,
		"policy \"x\" {}": false, "policy x {}": false, "\ufeffpolicy \"x\" {}": false, "\n\t command\n\"x\" {}": false, "/* */ locals { a = 1 }": false, "locals{}": false, "test \"x\" {\r\n}\r\npolicy \"y\" {": false,
	} {
		if got := onlyTests(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestWhatAFileOfTestsIsAbout(t *testing.T) {
	dir := tempDir(t)
	for name, text := range map[string]string{
		"a.hcl": "x", "a_test.hcl": "test \"x\" {}", "b.hcl": "x", "b_test.hcl": "policy \"x\" {}", "alone_test.hcl": "test \"x\" {}", "p.hcl": "x", "d_test.hcl/x": "", "d.hcl": "x",
	} {
		write(t, dir+"/"+name, text)
	}
	if err := syscall.Mkfifo(dir+"/p_test.hcl", 0o600); err != nil { // nobody will ever write into it
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"a_test.hcl": "/a.hcl", "a.hcl": "", "b_test.hcl": "", "alone_test.hcl": "", "p_test.hcl": "", "d_test.hcl": "", "none_test.hcl": "", "": "",
	} {
		if want != "" {
			want = dir + want
		}
		if got, ok := TestedBy(dir + "/" + name); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
}

// Files that are named twice do not count twice, and hide none behind the limit.
func TestTheLimitHidesNoFile(t *testing.T) {
	dir := tempDir(t)
	for i := range 600 {
		write(t, fmt.Sprintf("%s/one/a%03d.hcl", dir, i), "x = 1")
	}
	write(t, dir+"/two/z.hcl", "x = 1")
	for i := range 450 {
		name := fmt.Sprintf("%s/two/a%03d.hcl", dir, i)
		link(t, fmt.Sprintf("%s/one/a%03d.hcl", dir, i), name)
	}
	places := []Place{{Dir: dir + "/one", Origin: guard.UserFile}, {Dir: dir + "/two", Origin: guard.HostFile}}
	for name, read := range map[string]func([]Place) (Found, []Problem){"read": Read, "summed": Sums} {
		found, problems := read(places)
		if len(problems) > 0 || len(found.Files) != 601 || !slices.ContainsFunc(found.Files, func(file guard.PolicyFile) bool { return strings.HasSuffix(file.Path, "/z.hcl") }) {
			t.Errorf("%s: %d files, %v", name, len(found.Files), problems)
		}
		stronger := 0
		for _, file := range found.Files {
			if file.Origin == guard.HostFile {
				stronger++
			}
		}
		if stronger != 451 {
			t.Errorf("%s: %d are the host's", name, stronger)
		}
	}
	for i := range 400 {
		write(t, fmt.Sprintf("%s/two/y%03d.hcl", dir, i), "x = 1")
	}
	if _, problems := Sums(places); len(problems) != 1 || !strings.Contains(problems[0].What, "more than 1000") {
		t.Errorf("1001 files: %v", problems)
	}
}
