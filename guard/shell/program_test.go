package shell

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/program"
)

// What a program is stands in guard/program, how its words are read stands here, under
// the same names: neither knows one that the other does not.
func TestEachGrammarHasItsProgram(t *testing.T) {
	kinds := map[string]program.Kind{}
	note := func(kind program.Kind, add func(map[string]wrapper)) {
		table := map[string]wrapper{}
		add(table)
		for name := range table {
			if kinds[name] == 0 { // addServers adds the containers and daemons too
				kinds[name] = kind
			}
		}
	}
	note(program.UserChanger, addUserWrappers)
	note(program.Container, addContainers)
	note(program.Client, addDaemons)
	note(program.Remote, addServers)
	note(program.Wrapper, func(table map[string]wrapper) { maps.Copy(table, scriptWrappers()) })
	for name, want := range kinds {
		if !program.Of(name).Is(want) {
			t.Errorf("%s is not what its grammar says, in the table of guard/program", name)
		}
		if bare := program.Bare(name); bare != name {
			t.Errorf("the grammar of %s is never found: it is looked for as %s", name, bare)
		}
	}
}

func TestEachProgramHasItsGrammar(t *testing.T) {
	const asks = program.UserChanger | program.Remote | program.Client | program.Container | program.Wrapper
	table := scriptWrappers()
	for _, name := range program.Names(asks) {
		_, known := table[name]
		if bare := name == "rsync"; known == bare { // its -e is read by its declaration, in the policies
			t.Errorf("%s has a grammar: %v, want %v", name, known, !bare)
		}
	}
	for name := range table {
		if program.Of(name).Is(program.Harmless) {
			t.Errorf("%s is harmless, and runs another program", name)
		}
	}
}

// A shell is read in its dialects, or is known to be of another language.
func TestEachShellHasItsDialects(t *testing.T) {
	others := strings.Fields("csh elvish fish nu pwsh rc tcsh xonsh yash")
	for _, name := range program.Names(^program.Kind(0)) {
		shell := program.Of(name).Is(program.Shell)
		if want := shell && !slices.Contains(others, name); Readable(name) != want {
			t.Errorf("guard reads the language of %s: %v, want %v", name, !want, want)
		}
		if !shell {
			continue
		}
		for _, spelling := range []string{name, "-" + name, name + "5.2", "/opt/bin/" + name} {
			ops := Operations([]string{spelling, "-c", "rm x"}, here())
			inside := len(ops) == 1 && ops[0].Program == "rm" && ops[0].Opaque == ""
			if inside != Readable(name) || !inside && ops[0].Opaque == "" {
				t.Errorf("%s -c 'rm x': %s", spelling, shown(ops[0]))
			}
			op := Operations([]string{spelling, "x.sh"}, here())[0]
			if file, _, ok := Reads(op); !ok || file != "x.sh" || op.Opaque == "" {
				t.Errorf("%s x.sh does not read x.sh: %s", spelling, shown(op))
			}
		}
	}
}

func TestWhatIsReadWhole(t *testing.T) {
	for name, want := range map[string]bool{
		"sh": true, "dash": true, "bash": true, "bash5": true, "posh": true, "ash": true, "rbash": true,
		"zsh": false, "ksh": false, "ksh93": false, "fish": false, "python3": false, "": false,
	} {
		if got := WellRead(name); got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestRunnersAndLeaves(t *testing.T) {
	for name, want := range map[string][2]bool{
		"bash": {true, false}, "bash5": {true, false}, "posh": {true, false}, "python3.12": {true, false}, "make-4.3": {true, false},
		"ansible-playbook": {true, false}, "rm": {false, true}, "mkfs.ext4": {false, true}, "lvm": {false, true}, "systemctl": {false, true},
		"ls": {false, false}, "env": {false, false}, "": {false, false}, "what": {false, false},
	} {
		op := guard.Operation{Program: name, Path: name}
		if got := [2]bool{Runner(op), Leaf(op)}; got != want {
			t.Errorf("%q is a runner, a leaf: %v, want %v", name, got, want)
		}
	}
	if Runner(guard.Operation{Program: "bash", On: "truncate"}) || Runner(guard.Operation{Program: "sh", Builtin: true}) {
		t.Error("neither a redirection nor a builtin is a runner")
	}
}

func TestEachEndingIsReadByAProgramThatIsKnown(t *testing.T) {
	for ending, want := range map[string]string{"sh": "sh", "py": "python3", "mjs": "node", "r": "Rscript", "ps1": "pwsh", "md": "", "": "", "txt": "", "5": ""} {
		if got := ByEnding(ending); got != want {
			t.Errorf("%q: %q, want %q", ending, got, want)
		}
	}
	for _, ending := range strings.Fields("sh bash zsh ksh csh fish py pl rb js mjs ts php lua tcl awk ps1 r groovy exs") {
		if reader := program.Of(ByEnding(ending)); !reader.Is(program.Shell | program.Language) {
			t.Errorf("%s is read by %q, which is neither a shell nor a language", ending, ByEnding(ending))
		}
		if !Interpreter(guard.Operation{Program: "x." + strings.ToUpper(ending), Path: "x." + ending}) {
			t.Errorf("x.%s is a script", ending)
		}
	}
}
