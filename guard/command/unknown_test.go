package command

import (
	"strings"
	"testing"

	"blastguard/guard"
)

// FuzzUnknownNeverLoosens reads a line, makes one of its literal words unknown,
// and reads it again: a target may not get lost, what is certain may not become
// something else, and a line that may match may not stop to.
func FuzzUnknownNeverLoosens(f *testing.F) {
	for _, seed := range []string{
		"-rf\na\nb", "755\n-R\n/a", "remove\n-s\nbilling\n-n\n3", "of=/dev/sda\nif=x", "/a\n-delete\n-name\nx",
		"--\n-r", "-S\na\nb\nc", "--region\neu\nremove\n--subsystem=a\n--password=x", "--zone\nb\nremove", "?\na\n*", "drain\n5\na\n--dry-run", "drain\n--like\na\n-x\nb\nc", "-x\ndrain\n5\n-d", "\n\n-n\n0",
	} {
		for which := range uint8(7) {
			f.Add(seed, which, which, which%2 == 0)
		}
	}
	commands := []*Command{rm(), chmod(), dd(), find(), mv(), capacity(), pool()}
	f.Fuzz(func(t *testing.T, line string, which, place uint8, oneWord bool) {
		c := commands[int(which)%len(commands)]
		before := op(c.Programs[0], strings.Split(line, "\n")...)
		at := int(place) % len(before.Args)
		if before.Args[at].Text == "--" {
			return // in its place an unknown word may end the flags as well
		}
		after := op(c.Programs[0], strings.Split(line, "\n")...)
		after.Args[at] = guard.Word{Text: "$X", Reading: guard.AnyNumber}
		if oneWord && before.Args[at].Reading == guard.Literal {
			after.Args[at].Reading = guard.OneWord
		}
		comparePrecision(t, c, before, after)
	})
}

func comparePrecision(t *testing.T, c *Command, before, after *guard.Operation) {
	t.Helper()
	if c.Matches(before) && !c.Matches(after) {
		t.Fatalf("%s matches %q, but not %q", c.Name, texts(before), texts(after))
	}
	if !c.Matches(before) {
		return
	}
	was, is := c.Read(before), c.Read(after)
	for name, value := range is.Args {
		if old := was.Args[name]; vaguer(old, value) || len(was.Problems) > 0 {
			continue
		}
		t.Errorf("%s %q: %s was %s, and with an unknown word (%q) it is %s", c.Name, texts(before), name, show(was.Args[name]), texts(after), show(value))
	}
	if is.Harmless != "" && was.Harmless == "" {
		t.Errorf("%s %q: harmless by %q, and was not", c.Name, texts(after), is.Harmless)
	}
	if lost := len(was.Targets) - len(is.Targets); lost > 0 && len(was.Problems) == 0 {
		t.Errorf("%s %q: %d targets got lost in %q", c.Name, texts(before), lost, texts(after))
	}
}

// vaguer says whether every value that is allows was allowed by is: it is the
// same, or not known. A list may have grown by words that may be none.
func vaguer(was, is Value) bool {
	if !is.Known {
		list, _ := was.V.([]Value)
		return is.AtLeast <= len(list) || !was.Known
	}
	list, isList := is.V.([]Value)
	if !isList {
		return was.Known && was.Null == is.Null && was.V == is.V
	}
	old, _ := was.V.([]Value)
	if len(list) < len(old) {
		return false
	}
	for _, one := range old {
		if one.Known && !holds(list, one) {
			return false
		}
	}
	return true
}

// holds says whether the list has the value, or a word that may be it.
func holds(list []Value, want Value) bool {
	for _, one := range list {
		if !one.Known || one.V == want.V {
			return true
		}
	}
	return false
}

// FuzzRead asserts that no line makes Read or Matches panic, that every declared
// argument has a value, and that what is after "--" becomes an operand.
func FuzzRead(f *testing.F) {
	f.Add("-rf\n--\n-x", uint8(0))
	f.Add("-\xff\n--=\n---", uint8(5))
	commands := []*Command{rm(), chmod(), dd(), find(), mv(), capacity(), pool()}
	f.Fuzz(func(t *testing.T, line string, which uint8) {
		c := commands[int(which)%len(commands)]
		operation := op(c.Programs[0], strings.Split(line, "\n")...)
		c.Matches(operation)
		read := c.Read(operation)
		if len(read.Args) != len(c.Flags)+len(c.Operands) {
			t.Errorf("%q: %d arguments", line, len(read.Args))
		}
		if c.Style == Words {
			return
		}
		operation.Args = append([]guard.Word{guard.Lit("--")}, operation.Args...)
		if read = c.Read(operation); len(c.Operands) == 1 && len(read.Targets) != len(operation.Args)-1 {
			t.Errorf("%q behind --: %d targets", line, len(read.Targets))
		}
	})
}

func texts(op *guard.Operation) []string {
	all := make([]string, len(op.Args))
	for i, word := range op.Args {
		all[i] = word.Text
	}
	return all
}
