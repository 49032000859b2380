package host

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"blastguard/guard"
)

const (
	commands = `
command "rm" {
  program = "rm"
  operand "paths" {
    type = list(string)
  }
}
command "mv" {
  program = "mv"
  operand "paths" {
    type = list(string)
  }
}
`
	keep = `
policy "keep" {
  applies_to = [command.rm]
  rule "one" {
    condition = length(arg.paths) < 2
  }
}
`
	move = `
policy "move" {
  applies_to = [command.mv]
  rule "none" {
    condition = false
  }
}
`
)

func operation(argv ...string) guard.Operation {
	return guard.Operation{Program: argv[0], Path: argv[0], Args: guard.Lits(argv[1:]...)}
}

// governed is a host with policies about rm and mv.
func governed(t *testing.T) Setup {
	t.Helper()
	s := setup(t)
	for name, text := range map[string]string{"commands": commands, "keep": keep, "move": move} {
		write(t, filepath.Join(s.Root, "etc/guard/policies", name+".hcl"), text)
	}
	return s
}

func opened(t *testing.T, s Setup) *Library {
	t.Helper()
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	library, _, err := p.Open()
	if err != nil {
		t.Fatal(err)
	}
	return library
}

// refuses says whether the policies that are loaded for an operation refuse it.
func refuses(t *testing.T, s Setup, argv ...string) bool {
	t.Helper()
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	op := operation(argv...)
	set, _, err := p.Load([]guard.Operation{op})
	if err != nil {
		t.Fatal(err)
	}
	return set.Foresee(op).Refused()
}

func (s Setup) decidesRight(t *testing.T, when string) {
	t.Helper()
	if refuses(t, s, "rm", "a") || !refuses(t, s, "rm", "a", "b") || !refuses(t, s, "mv", "a") || refuses(t, s, "cp", "a") {
		t.Errorf("%s it is decided otherwise", when)
	}
}

func TestAnIndexChoosesWhatIsParsed(t *testing.T) {
	s := governed(t)
	parsed := 0
	s.Parsing = func() { parsed++ }
	s.decidesRight(t, "without an index")
	if !opened(t, s).indexed {
		t.Fatal("nothing was kept for the next time")
	}
	s.decidesRight(t, "with one")
	parsed = 0
	if refuses(t, s, "cp", "a") || parsed != 0 {
		t.Error("what nothing governs is parsed for")
	}
}

// An index is only believed for exactly these files, this build and this content.
func TestABrokenIndexIsNotBelieved(t *testing.T) {
	s := governed(t)
	s.decidesRight(t, "at first")
	good, err := os.ReadFile(s.indexPath())
	if err != nil {
		t.Fatal(err)
	}
	key, rest, _ := strings.Cut(string(good), "\n")
	_, names, _ := strings.Cut(rest, "\n")
	shifted := strings.Replace(names, "rm", "cp", 1)
	for name, text := range map[string]string{
		"empty":                    "",
		"nonsense":                 "nonsense\n",
		"cut off":                  string(good[:len(good)/2]),
		"with another sum":         key + "\n" + checksum("x") + "\n" + names,
		"of other files":           "guard index 3 " + checksum("x") + "\n" + rest,
		"changed, and its sum not": strings.Replace(string(good), names, shifted, 1),
		"a sum over nothing":       key + "\n" + checksum("") + "\n",
	} {
		write(t, s.indexPath(), text)
		if opened(t, s).indexed {
			t.Errorf("%s: it is believed", name)
		}
		write(t, s.indexPath(), text)
		s.decidesRight(t, name+":")
		if now, err := os.ReadFile(s.indexPath()); err != nil || string(now) != string(good) {
			t.Errorf("%s: it is not replaced (%v)", name, err)
		}
	}
	other := s
	other.Version = "2"
	if opened(t, other).indexed {
		t.Error("an index of another version is believed")
	}
	write(t, filepath.Join(s.Root, "etc/guard/policies/move.hcl"), "# nothing\n")
	if opened(t, s).indexed || refuses(t, s, "mv", "a") {
		t.Error("an index of other files is believed")
	}
}

// Its sum is right, and what it says of the parts is not: all of them are parsed.
func TestPartsThatDoNotLoadAreNotMissed(t *testing.T) {
	s := governed(t)
	s.decidesRight(t, "at first")
	good, err := os.ReadFile(s.indexPath())
	if err != nil {
		t.Fatal(err)
	}
	key, rest, _ := strings.Cut(string(good), "\n")
	_, names, _ := strings.Cut(rest, "\n")
	wrong := strings.ReplaceAll(names, "keep", "peek")
	write(t, s.indexPath(), key+"\n"+checksum(wrong)+"\n"+wrong)
	s.decidesRight(t, "by wrong parts")
}

func TestWhatIsWrongWithPoliciesIsAllSaid(t *testing.T) {
	s := governed(t)
	write(t, filepath.Join(s.Root, "etc/guard/policies/keep.hcl"), "policy {\n}\n")
	write(t, filepath.Join(s.Root, "etc/guard/policies/move.hcl"), "nonsense \"x\" {\n}\n")
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	var bad BadPolicies
	if _, _, err = p.Load(nil); !errors.As(err, &bad) || !strings.Contains(err.Error(), "keep.hcl:1") || !strings.Contains(err.Error(), "move.hcl:1") {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(s.indexPath()); !os.IsNotExist(err) {
		t.Errorf("an index of them is kept: %v", err)
	}
	if err := os.Chmod(filepath.Join(s.Root, "etc/guard/policies/keep.hcl"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, _, err = p.Open(); !errors.As(err, &bad) || len(bad.Lines) != 1 {
		t.Errorf("a file that others may write is opened: %v", err)
	}
}

func TestSettingsComeFromTheHostOrTheUser(t *testing.T) {
	s := governed(t)
	own := write(t, filepath.Join(s.home(), ".config/guard/guard.hcl"), `unmatched = "deny"`)
	first := opened(t, s)
	write(t, own, "unmatched = \"perhaps\"\n")
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	if _, info, err := p.Open(); err == nil || info.Host != 3 {
		t.Errorf("wrong settings: %+v %v", info, err)
	}
	write(t, filepath.Join(s.Root, "etc/guard/guard.hcl"), "# as usual\n")
	s.NoShipped = false
	if library := opened(t, s); library.settings == first.settings {
		t.Error("the user's settings stand beside those of the host")
	}
}

func TestLibrariesOfTheSameFilesAreTheSame(t *testing.T) {
	s := governed(t)
	first := opened(t, s)
	if second := opened(t, s); !second.IsAsRead(first) || second.IsAsRead(nil) {
		t.Error("the same files are others")
	}
	write(t, filepath.Join(s.Root, "etc/guard/policies/move.hcl"), "# nothing\n")
	if opened(t, s).IsAsRead(first) {
		t.Error("other files are the same")
	}
}

func TestGovernedIsTheSameWithAnIndexAndWithout(t *testing.T) {
	s := governed(t)
	first := opened(t, s)
	if first.indexed {
		t.Fatal("there is an index before anything was parsed")
	}
	want, err := first.Governed()
	if err != nil || strings.Join(want.Programs, " ") != "mv rm" {
		t.Fatalf("%+v %v", want, err)
	}
	second := opened(t, s)
	if got, err := second.Governed(); err != nil || !second.indexed || strings.Join(got.Programs, " ") != "mv rm" {
		t.Errorf("by the index %+v %v", got, err)
	}
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := p.Indexed(second.info.Hash); !ok || strings.Join(got.Programs, " ") != "mv rm" {
		t.Errorf("without the files %+v %v", got, ok)
	}
	if got, ok := p.Indexed("another"); ok {
		t.Errorf("of other files %+v", got)
	}
}

// A file that changed since the library was opened does not decide as it is now.
func TestFilesDecideAsTheyWereRead(t *testing.T) {
	s := governed(t)
	s.decidesRight(t, "at first")
	path := filepath.Join(s.Root, "etc/guard/policies/keep.hcl")
	kept, changed := opened(t, s), opened(t, s)
	if err := kept.Keep(); err != nil {
		t.Fatal(err)
	}
	write(t, path, strings.Replace(keep, "< 2", "< 9", 1))
	op := operation("rm", "a", "b")
	if set, err := kept.Decides([]guard.Operation{op}); err != nil || !set.Foresee(op).Refused() {
		t.Errorf("what was kept decides otherwise: %v", err)
	}
	if _, err := changed.Decides([]guard.Operation{op}); err == nil {
		t.Error("a file that is another one now decides")
	}
}

func TestSamePoliciesSeesEachChange(t *testing.T) {
	s := governed(t)
	settings := write(t, filepath.Join(s.home(), ".config/guard/guard.hcl"), "# as usual\n")
	p, err := Find(s)
	if err != nil {
		t.Fatal(err)
	}
	set, info, err := p.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	same := p.SamePolicies(set)
	if err := same(info); err != nil {
		t.Errorf("nothing changed: %v", err)
	}
	write(t, settings, `unmatched = "deny"`)
	if err := same(info); err == nil || err.Error() != "guard.hcl is different now" {
		t.Errorf("other settings: %v", err)
	}
	write(t, settings, "# as usual\n")
	write(t, filepath.Join(s.Root, "etc/guard/policies/more.hcl"), "# more\n")
	if err := same(info); err == nil || err.Error() != "the policy files are different now" {
		t.Errorf("one file more: %v", err)
	}
	if err := p.SamePolicies(nil)(info); err == nil {
		t.Error("no set is the same as none")
	}
}

// The steps of a playbook ask at the same time.
func TestALibraryIsAskedByManyAtOnce(t *testing.T) {
	s := governed(t)
	s.decidesRight(t, "at first")
	library := opened(t, s)
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			op := operation([]string{"rm", "mv", "cp"}[i%3], "a", "b")
			if set, err := library.Decides([]guard.Operation{op}); err != nil || set.Foresee(op).Refused() != (op.Program != "cp") {
				t.Errorf("%s: %v", op.Program, err)
			}
			if err := library.Keep(); err != nil {
				t.Error(err)
			}
			if _, err := library.Governed(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
