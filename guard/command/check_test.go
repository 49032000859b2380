package command

import (
	"slices"
	"testing"
)

func TestCheck(t *testing.T) {
	with := func(change func(*Command)) *Command {
		c := capacity()
		change(c)
		return c
	}
	for name, test := range map[string]struct {
		command *Command
		want    []string
	}{
		"a good declaration": {capacity(), nil},
		"another":            {find(), nil},
		"no program":         {&Command{}, []string{"it names no program"}},
		"a path as program": {with(func(c *Command) { c.Programs = []string{"/bin/rm"} }),
			[]string{`program "/bin/rm": want a basename, as in "rm"`}},
		"an unknown kind of redirection": {with(func(c *Command) { c.On = []string{"rename"} }),
			[]string{`on "rename": want "signal" or one of ["truncate" "write" "replace" "edit" "append" "remove"]`}},
		"a name twice": {with(func(c *Command) { c.Operands = []Operand{{Name: "count"}} }),
			[]string{`operand "count": flag "count" has count too`}},
		"a letter twice": {with(func(c *Command) { c.Flags[4].Short = []string{"n"} }),
			[]string{`flag "host": flag "count" has -n too`}},
		"letters in place of one": {with(func(c *Command) { c.Flags[0].Short = []string{"sub"} }),
			[]string{`flag "subsystem": short "sub": want one character, without the dash`}},
		"a long name with dashes": {with(func(c *Command) { c.Flags[0].Long = []string{"--sub"} }),
			[]string{`flag "subsystem": long "--sub": want a name, without dashes before it`}},
		"no spelling": {with(func(c *Command) { c.Flags[3].Long = []string{} }),
			[]string{`flag "region": it has neither a short nor a long form`}},
		"required and bool": {with(func(c *Command) { c.Flags[2].Required = true }),
			[]string{`flag "verbose": a bool flag cannot be required`}},
		"required with a default": {with(func(c *Command) { c.Flags[0].Default = "a" }),
			[]string{`flag "subsystem": required, and has a default`}},
		"a default of another type": {with(func(c *Command) { c.Flags[6].Default = "soon" }),
			[]string{`flag "wait": the default is not a duration`}},
		"two lists": {with(func(c *Command) { c.Operands = []Operand{{Name: "a", Type: List}, {Name: "b", Type: List}} }),
			[]string{"2 operands are lists: one takes all words"}},
		"required behind optional": {with(func(c *Command) { c.Operands = []Operand{{Name: "a"}, {Name: "b", Required: true}} }),
			[]string{`operand "b": it is required, but "a" before it is not`}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.command.Check(); !slices.Equal(got, test.want) {
				t.Errorf("got %q\nwant %q", got, test.want)
			}
		})
	}
}
