package command

import (
	"bytes"
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// findCommand reads find as its own style does.
func findCommand() *Command {
	return &Command{
		Name: "find", Programs: []string{"find"}, Style: Find,
		Flags: []Flag{
			{Name: "delete", Type: Bool},
			{Name: "unrestricted", Type: Bool},
			{Name: "follow", Type: Bool, Long: []string{"L", "H", "follow"}},
			{Name: "executes", Type: List, Long: []string{"exec", "execdir", "ok", "okdir"}},
			{Name: "writes", Type: List, Long: []string{"fprint", "fprint0", "fprintf", "fls"}, Target: PathTarget},
		},
		Operands: []Operand{{Name: "paths", Type: List, Default: []string{"."}, Target: PathTarget}},
	}
}

func TestFindIsRead(t *testing.T) {
	const nothing = "delete=false; executes=null; follow=false; "
	for line, want := range map[string]string{
		"":                                   nothing + "paths=[.]; unrestricted=false; writes=null",
		"a b -name x":                        nothing + "paths=[a b]; unrestricted=false; writes=null",
		"! -name keep -delete":               "delete=true; executes=null; follow=false; paths=[.]; unrestricted=true; writes=null",
		"( -name a -o -name b ) -delete":     "delete=true; executes=null; follow=false; paths=[.]; unrestricted=false; writes=null",
		"( -name a -o -type f ) -delete":     "delete=true; executes=null; follow=false; paths=[.]; unrestricted=true; writes=null",
		"a -name x -prune -o -delete":        "delete=true; executes=null; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -name x , -delete":                "delete=true; executes=null; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a ! ( -name x ) -delete":            "delete=true; executes=null; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -mtime +3 ( -name b -o -delete )": "delete=true; executes=null; follow=false; paths=[a]; unrestricted=false; writes=null",
		"a -newermt -delete -delete":         "delete=true; executes=null; follow=false; paths=[a]; unrestricted=false; writes=null",
		"a -newermt -delete":                 nothing + "paths=[a]; unrestricted=false; writes=null",
		"a -name * -delete":                  "delete=unknown; executes=unknown; follow=unknown; paths=[a]; unrestricted=unknown; writes=unknown",
		"a -fprintf out -delete":             nothing + "paths=[a]; unrestricted=false; writes=[out]",
		"a -fprint 1 -fls 2 -fprint0 3":      nothing + "paths=[a]; unrestricted=false; writes=[1 2 3]",
		"-L a -delete":                       "delete=true; executes=null; follow=true; paths=[a]; unrestricted=true; writes=null",
		"-L -P a":                            nothing + "paths=[a]; unrestricted=false; writes=null",
		"-H -- a":                            "delete=false; executes=null; follow=true; paths=[a]; unrestricted=false; writes=null",
		"a -follow":                          "delete=false; executes=null; follow=true; paths=[a]; unrestricted=false; writes=null",
		"-D help -O3 a -name x":              nothing + "paths=[a]; unrestricted=false; writes=null",
		"-f a -f b c":                        nothing + "paths=[a b c]; unrestricted=false; writes=null",
		"-Xxf a -name b":                     nothing + "paths=[a]; unrestricted=false; writes=null",
		"-f/a -name b":                       nothing + "paths=[/a]; unrestricted=false; writes=null",
		"-ELx a -depth 2 -delete":            "delete=true; executes=null; follow=true; paths=[a]; unrestricted=true; writes=null",
		"( -delete":                          "delete=true; executes=null; follow=false; paths=[.]; unrestricted=true; writes=null",
		"(x !y - -delete":                    "delete=true; executes=null; follow=false; paths=[(x !y -]; unrestricted=true; writes=null",
		"a -exec rm {} ; -delete":            "delete=true; executes=[rm]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -exec /bin/rm -delete {} +":       "delete=false; executes=[rm]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -execdir sudo -u x rm {} ;":       "delete=false; executes=[sudo -u x rm {}]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -exec gosu app rm {} ;":           "delete=false; executes=[gosu app rm {}]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -exec /bin/busybox-1.36 rm {} +":  "delete=false; executes=[busybox-1.36 rm {}]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -exec env2 rm {} +":               "delete=false; executes=[env2]; follow=false; paths=[a]; unrestricted=true; writes=null",
		"a -name b -ok rm {} ;":              "delete=false; executes=[rm]; follow=false; paths=[a]; unrestricted=false; writes=null",
		"-files0-from list -delete":          "delete=true; executes=null; follow=false; paths=unknown; unrestricted=true; writes=null",
		"? -delete":                          "delete=unknown; executes=unknown; follow=unknown; paths=[unknown]; unrestricted=unknown; writes=unknown",
		"a -name ? -delete":                  "delete=true; executes=null; follow=false; paths=[a]; unrestricted=unknown; writes=null",
		"a -user ? -exec grep ? {} ;":        "delete=false; executes=[grep]; follow=false; paths=[a]; unrestricted=unknown; writes=null",
		"a -exec true ? -delete ;":           "delete=unknown; executes=unknown; follow=unknown; paths=[a]; unrestricted=unknown; writes=unknown",
	} {
		t.Run(line, func(t *testing.T) {
			if got := showRead(findCommand().Read(op("find", strings.Fields(line)...))); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestFindProblems(t *testing.T) {
	for line, want := range map[string][]string{
		"a -typo -delete": {"guard does not know -typo of find: the word after it may be its value"},
		"a -name":         {"-name needs a value, and nothing follows it"},
		"a -fprintf x":    {"-fprintf needs a value, and nothing follows it"},
		"a -name x":       nil,
	} {
		read := findCommand().Read(op("find", strings.Fields(line)...))
		if !slices.Equal(read.Problems, want) {
			t.Errorf("%q: got %q, want %q", line, read.Problems, want)
		}
	}
	if read := findCommand().Read(op("find", "a", "-typo")); read.Args["delete"].Known {
		t.Error("what an unknown primary does is taken for known")
	}
}

// findWords are those that lines for the real find are made of. None of them
// changes anything.
var findWords = strings.Fields(`a b c ./a (x !y - -H -L -P -O2 -D tree -- -maxdepth 1 -mindepth 0 -name k* keep ! -not ( ) , -o -or -a
	-newermt 2020-01-01 -newerca a -type f d -follow -depth -d -xdev -mtime +1 -size 1k -perm 644 -regextype emacs -print -true -false
	-printf x -fprintf /dev/null %p -fprint /dev/null -exec true {} ; -execdir true {} + -prune -user 0 -samefile a -used 1 -inum 3 -links 1 -daystart -empty -noleaf`)

// Every start that the real find walks is among the paths that are read, and
// where it accepts the line there are no others.
func TestFindStartsWhereTheRealOneDoes(t *testing.T) {
	find, dir := realFind(t)
	random := rand.New(rand.NewSource(1))
	accepted := 0
	for range 1500 {
		var line []string
		for range random.Intn(8) {
			line = append(line, findWords[random.Intn(len(findWords))])
		}
		if compareWithFind(t, find, dir, line) {
			accepted++
		}
	}
	if accepted < 100 {
		t.Errorf("only %d lines were accepted by find: the comparison shows little", accepted)
	}
}

func realFind(t testing.TB) (find, dir string) {
	find, err := exec.LookPath("find")
	if err == nil {
		var out []byte
		if out, err = exec.Command(find, "--version").Output(); !bytes.Contains(out, []byte("GNU")) {
			err = fmt.Errorf("%s is not GNU find", find)
		}
	}
	if err != nil {
		t.Skipf("no GNU find to compare with: %v", err)
	}
	dir = t.TempDir()
	for _, name := range []string{"a", "b", "c", "(x", "!y", "-", "keep", "f", "d", "1", "tree", "x", "1k", "644", "2020-01-01"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	return find, dir
}

// compareWithFind says whether find accepted the line.
func compareWithFind(t *testing.T, find, dir string, line []string) bool {
	t.Helper()
	var out bytes.Buffer
	if len(line) > 0 && line[len(line)-1] == "-D" {
		return false // it would take -true
	}
	// -true begins an expression where the line does not.
	command := exec.Command(find, append(slices.Clone(line), "-true", ",", "-maxdepth", "0", "-printf", `start %H\n`)...)
	command.Dir, command.Stdout = dir, &out
	failed := command.Run() != nil
	var walked []string
	for _, text := range strings.Split(out.String(), "\n") {
		if _, start, found := strings.Cut(text, "start "); found {
			walked = append(walked, start)
		}
	}
	var paths []string
	values, _ := findCommand().Read(op("find", line...)).Args["paths"].V.([]Value)
	for _, value := range values {
		paths = append(paths, fmt.Sprint(value.V))
	}
	for _, start := range walked {
		if !slices.Contains(paths, start) {
			t.Errorf("find %q starts at %q, read are %q", line, start, paths)
		}
	}
	for _, path := range paths {
		if !failed && len(walked) > 0 && !slices.Contains(walked, path) {
			t.Errorf("find %q starts at %q, read are %q too", line, walked, path)
		}
	}
	return !failed && len(walked) > 0
}

// FuzzFind asserts that nothing panics, that each word that stands before the
// expression and is no option is a target, and that a word that is not known
// loses none and makes nothing of "delete" false that was true.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"", "! -name x -delete", "-L a b ( -name x ) -delete", "-f a -exec rm {} + -delete", "-files0-from x", "a -fprintf b c -typo", ") , -delete", "-D a b -delete"} {
		f.Add(strings.ReplaceAll(seed, " ", "\n"), uint8(1), true)
	}
	f.Fuzz(func(t *testing.T, line string, place uint8, one bool) {
		words := strings.Split(line, "\n")
		before := op("find", words...)
		was := findCommand().Read(before)
		for _, word := range before.Args {
			if word.Reading != guard.Literal || beginsExpression(word.Text) {
				break
			}
			if !slices.ContainsFunc(was.Targets, func(target Target) bool { return target.Word.Text == word.Text }) {
				t.Fatalf("find %q: %q is no target", words, word.Text)
			}
		}
		after := op("find", words...)
		reading := guard.AnyNumber
		if one {
			reading = guard.OneWord
		}
		after.Args[int(place)%len(words)] = guard.Word{Text: "$X", Reading: reading}
		is := findCommand().Read(after)
		was.Args["paths"], is.Args["paths"] = Value{}, Value{} // a value of -D may become a start
		for name, value := range is.Args {
			if name != "paths" && len(was.Problems) == 0 && !vaguer(was.Args[name], value) {
				t.Errorf("find %q: %s was %s, and is %s in %q", words, name, show(was.Args[name]), show(value), texts(after))
			}
		}
	})
}
