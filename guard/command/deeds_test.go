package command

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

func copies() *Command {
	return &Command{
		Name: "cp", Programs: []string{"cp"},
		Flags: []Flag{
			{Name: "target-directory", Short: []string{"t"}, Does: Does{Deed: Writes, From: []string{"sources", "to"}}},
			{Name: "suffix", Short: []string{"S"}},
		},
		Operands: []Operand{
			{Name: "sources", Type: List},
			{Name: "to", Does: Does{Deed: Writes, From: []string{"sources"}, Without: []string{"target-directory"}}},
		},
	}
}

func streams() *Command {
	return &Command{
		Name: "sed", Programs: []string{"sed"}, Idle: true,
		Flags: []Flag{
			{Name: "in-place", Short: []string{"i"}, Attached: true},
			{Name: "code", Short: []string{"e"}, Type: List},
			{Name: "quiet", Short: []string{"n"}, Type: Bool},
		},
		Operands: []Operand{
			{Name: "script", Does: Does{Deed: Edits, With: []string{"code", "in-place"}}},
			{Name: "files", Type: List, Does: Does{Deed: Edits, With: []string{"in-place"}}},
		},
	}
}

func archives() *Command {
	return &Command{
		Name: "tar", Programs: []string{"tar"}, Bundled: true,
		Flags: []Flag{
			{Name: "extract", Short: []string{"x"}, Type: Bool},
			{Name: "create", Short: []string{"c"}, Type: Bool},
			{Name: "file", Short: []string{"f"}, Type: List, Does: Does{Deed: Writes, With: []string{"create"}}},
			{Name: "directory", Short: []string{"C"}, Type: List, Default: []string{"."}, Does: Does{Deed: Writes, With: []string{"extract"}}},
		},
		Operands: []Operand{{Name: "members", Type: List}},
	}
}

func TestDeeds(t *testing.T) {
	for name, test := range map[string]struct {
		command *Command
		argv    string
		want    string
	}{
		"a file onto a file":                 {copies(), "a b", "write b from a"},
		"files into a directory":             {copies(), "-S .o a b dir", "write dir from a b"},
		"the directory first":                {copies(), "-t dir a b", "write dir from a b"},
		"attached":                           {copies(), "-vtdir a b", "write dir from a b"},
		"one operand":                        {copies(), "a", ""},
		"a word that is not known":           {copies(), "a ?", "write ? from a ? a ?; write ? from a ?; write ? from a ?"},
		"words that are not known":           {copies(), "-- * dir", "write ? from ? dir; write ? from ? dir"},
		"after what ends the flags":          {copies(), "-- a ?", "write ? from a"},
		"nothing in place":                   {streams(), "-n p a", ""},
		"in place":                           {streams(), "-i p a b", "edit a; edit b"},
		"in place, with a copy":              {streams(), "-i.bak p a", "edit a"},
		"the code in a flag":                 {streams(), "-i -e p a b", "edit a; edit b"},
		"in place by a flag that may be one": {streams(), "? p a", "edit ?; edit p; edit a"},
		"unpacking":                          {archives(), "-x -f a.tar", "write ."},
		"unpacking elsewhere":                {archives(), "-xf a.tar -C /etc", "write /etc"},
		"flags without a dash":               {archives(), "xf a.tar -C /etc", "write /etc"},
		"values in the order of the letters": {archives(), "xfC a.tar /etc", "write /etc"},
		"packing":                            {archives(), "cf a.tar -C / etc", "write a.tar"},
		"listing":                            {archives(), "tf a.tar", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if problems := test.command.Check(); len(problems) > 0 {
				t.Fatal(problems)
			}
			var got []string
			for _, deed := range test.command.Deeds(op(test.command.Name, strings.Fields(test.argv)...)) {
				text := deed.Does + " " + shown(deed.Path)
				if len(deed.From) > 0 {
					text += " from"
				}
				for _, from := range deed.From {
					text += " " + shown(from)
				}
				got = append(got, text)
			}
			if strings.Join(got, "; ") != test.want {
				t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), test.want)
			}
		})
	}
}

func shown(word guard.Word) string {
	if word.Reading != guard.Literal {
		return "?"
	}
	return word.Text
}

func TestWhatADeclarationLeavesOpen(t *testing.T) {
	remote := copies()
	remote.Operands[1].Does.Remote = true
	script := streams()
	script.Operands[0].Code, script.Operands[0].Unless, script.Flags[1].Code = Sed, []string{"code"}, Sed
	lenient := copies()
	lenient.OtherFlags = true
	for _, test := range []struct {
		command *Command
		argv    string
		flags   string
		others  int
	}{
		{copies(), "-S .o a b", "", 0},
		{copies(), "-v a b", "-v", 0},
		{copies(), "--verbose a b", "--verbose", 0},
		{copies(), "--suf .o a b", "--suf", 0},
		{copies(), "--target-d=x a", "--target-d", 0},
		{lenient, "-v a b", "", 0},
		{copies(), "-- -v b", "", 0},
		{copies(), "a host:b", "", 0},
		{remote, "a host:b", "", 1},
		{remote, "a user@host:", "", 1},
		{remote, "a host::module/b", "", 1},
		{remote, "a rsync://host/b", "", 1},
		{remote, "a ./host:b", "", 0},
		{remote, "host:a b", "", 0},
		{script, "-n p a", "", 0},
		{script, "w a", "", 1},
		{script, "? a", "", 1},
		{script, "-e p -e w a", "", 1},
		{script, "-e p w", "", 0},
	} {
		operation := op(test.command.Programs[0], strings.Fields(test.argv)...)
		for i, word := range operation.Args {
			if word.Text == "?" {
				operation.Args[i].Reading = guard.OneWord
			}
		}
		flags, others := test.command.Unread(operation)
		if strings.Join(flags, " ") != test.flags || len(others) != test.others {
			t.Errorf("%s %s: left open are %q, %q; want %q, and %d", test.command.Name, test.argv, flags, others, test.flags, test.others)
		}
	}
	opaque := op("sed", "w", "a")
	opaque.Opaque = "a script"
	if flags, others := script.Unread(opaque); len(flags)+len(others) > 0 || len(copies().Deeds(&guard.Operation{Program: "cp", Opaque: "a script"})) > 0 {
		t.Error("something is read of what is opaque")
	}
}

func TestADirectoryThatIsNotGoneInto(t *testing.T) {
	c := copies()
	c.Flags = append(c.Flags, Flag{Name: "whole", Short: []string{"T"}, Type: Bool}, Flag{Name: "link", Short: []string{"n"}, Type: Bool})
	c.Operands[1].Does.Onto, c.Operands[1].Does.OntoLink = []string{"whole"}, []string{"link"}
	for argv, want := range map[string][2]bool{"a b": {}, "-T a b": {true, false}, "-nv a b": {false, true}, "a -T b": {true, false}, "-- -T b": {}} {
		deeds := c.Deeds(op("cp", strings.Fields(argv)...))
		if len(deeds) != 1 || deeds[0].Whole != want[0] || deeds[0].WholeLink != want[1] {
			t.Errorf("cp %s: %+v, want %v", argv, deeds, want)
		}
	}
}

// A flag that nobody declared takes no word: what is hit is found after it.
func TestDeedsBehindAFlagThatIsNotDeclared(t *testing.T) {
	for _, argv := range []string{"--new a b", "-x a b", "--suf a b"} {
		deeds := copies().Deeds(op("cp", strings.Fields(argv)...))
		if len(deeds) != 1 || deeds[0].Path.Text != "b" {
			t.Errorf("cp %s: %+v, want a deed on b", argv, deeds)
		}
	}
}

func TestDeedsThatAreWronglyDeclared(t *testing.T) {
	c := copies()
	c.Flags[0].Does = Does{Deed: "eat", From: []string{"none"}, With: []string{"to"}, Without: []string{"gone"}}
	c.Operands[1].Does = Does{With: []string{"suffix"}}
	got := c.Check()
	for _, want := range []string{`does "eat"`, `from "none"`, `no flag is called "to"`, `no flag is called "gone"`, "have no meaning without does"} {
		if !slices.ContainsFunc(got, func(problem string) bool { return strings.Contains(problem, want) }) {
			t.Errorf("no complaint about %s: %s", want, fmt.Sprint(got))
		}
	}
}
