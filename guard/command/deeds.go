package command

import (
	"slices"
	"strings"

	"blastguard/guard"
)

// The deeds: what a program may do to a path. A policy that is about one of them
// (on = "write") holds for every program whose command block says that it does it.
const (
	Empties  = "truncate" // what is there is lost; the file stays
	Writes   = "write"    // it is opened and written over; in a directory, what lies there may be
	Replaces = "replace"  // another file takes its name
	Edits    = "edit"     // a part of it is changed, or may be
	Appends  = "append"   // something is added at its end
	Removes  = "remove"   // it is deleted, a directory with what is in it
)

// deeds are all of them, as policy files write them.
var deeds = []string{Empties, Writes, Replaces, Edits, Appends, Removes}

// Does is what a program does to the paths of a flag or an operand. The zero Does
// is nothing.
type Does struct {
	Deed string
	// From names the flags or operands whose files are the new content. When the
	// path is a directory, each of them is written into it under its own name.
	From []string
	// With: only when all of these flags are set. Without: only when none is. A
	// flag of which that is not known counts for the deed.
	With, Without []string
	// Onto: with one of these flags a directory is not gone into, and is hit itself.
	// OntoLink: nor is a link to one.
	Onto, OntoLink []string
	// Remote: the path may be on another host: HOST:PATH, HOST::MODULE, rsync://HOST/PATH.
	Remote bool
}

// Deed is something that one command line does to one path.
type Deed struct {
	Does string
	Path guard.Word
	From []guard.Word // the files that are written there; empty when that is not said
	// Whole: a directory is not gone into. WholeLink: nor is a link to one.
	Whole, WholeLink bool
}

// Acts says whether the command declares any deed.
func (c *Command) Acts() bool {
	for i := range c.Flags {
		if c.Flags[i].Does.Deed != "" {
			return true
		}
	}
	return slices.ContainsFunc(c.Operands, func(operand Operand) bool { return operand.Does.Deed != "" })
}

// Deeds are what the operation does to paths, in the order of the declaration.
// An operation that is opaque, or that does not match, has none.
func (c *Command) Deeds(op *guard.Operation) []Deed {
	if op.Opaque != "" || op.On != "" || !c.Acts() || !c.Matches(op) {
		return nil
	}
	read := c.readDeeds(op)
	var all []Deed
	add := func(name string, one bool, does Does) {
		if does.Deed == "" || !read.happens(does) {
			return
		}
		for _, word := range read.words[name] {
			switch {
			case word.Reading == guard.Literal && word.Text == "", does.Remote && isRemote(word):
				continue
			case word.Reading == guard.Literal && one && !read.Args[name].Known:
				// Which of several words it is is not known.
				word = guard.Word{Text: word.Text, Reading: guard.OneWord, Reason: read.Args[name].Reason}
			}
			deed := Deed{Does: does.Deed, Path: word, Whole: read.sets(does.Onto), WholeLink: read.sets(does.OntoLink)}
			for _, from := range does.From {
				deed.From = append(deed.From, read.words[from]...)
			}
			if len(does.From) > 0 && len(deed.From) == 0 { // mv -t DIR alone
				continue
			}
			all = append(all, deed)
		}
	}
	for i := range c.Flags {
		add(c.Flags[i].Name, false, c.Flags[i].Does)
	}
	for i := range c.Operands {
		add(c.Operands[i].Name, c.Operands[i].Type != List, c.Operands[i].Does)
	}
	return all
}

// readDeeds reads the operation for its deeds: a flag that is not declared is taken for
// one without a value, so that what is hit is found after it. Whether the line was
// understood, Unread says.
func (c *Command) readDeeds(op *guard.Operation) Read {
	lenient := *c
	lenient.OtherFlags = true
	return lenient.Read(op)
}

// Unread is what the declaration leaves open of an operation that it matches: the flags
// that it does not declare, as typed, unless others are harmless, and in words what else
// is not understood, such as paths on other hosts that something is done to. Whoever
// decides by the deeds alone decides nothing about these.
func (c *Command) Unread(op *guard.Operation) (flags, others []string) {
	if op.Opaque != "" || op.On != "" {
		return nil, nil
	}
	read := c.readDeeds(op)
	if !c.OtherFlags {
		flags = read.Undeclared
	}
	look := func(name, code string, does Does) {
		for _, word := range read.words[name] {
			switch {
			case does.Remote && does.Deed != "" && read.happens(does) && isRemote(word):
				others = append(others, guard.Printable(shorten(word.Text))+" is on another host, where guard does not see what "+op.Program+" does")
			case code != "" && (word.Reading != guard.Literal || !plainScript(code, word.Text)):
				others = append(others, unreadText(code, op.Program))
			}
		}
	}
	for i := range c.Flags {
		look(c.Flags[i].Name, c.Flags[i].Code, c.Flags[i].Does)
	}
	for i := range c.Operands {
		look(c.Operands[i].Name, c.Operands[i].Code, c.Operands[i].Does)
	}
	return flags, others
}

func unreadText(code, program string) string {
	switch code {
	case Compressor, RemoteShell:
		return program + " may run another program by it"
	default:
		return "the script of " + program + " may write files or run programs"
	}
}

// isRemote: scp and rsync take the word for a path on another host: there is a colon in
// it, and no slash before that.
func isRemote(word guard.Word) bool {
	before, _, found := strings.Cut(word.Text, ":")
	return word.Reading == guard.Literal && found && before != "" && !strings.Contains(before, "/")
}

// sets: one of the flags is set for certain.
func (r Read) sets(flags []string) bool {
	return slices.ContainsFunc(flags, func(name string) bool {
		value := r.Args[name]
		return value.Known && !value.Null && value.V != false
	})
}

// happens: the flags let the deed happen, as far as they are known.
func (r Read) happens(does Does) bool {
	set := func(name string, doubt bool) bool {
		value := r.Args[name]
		if !value.Known {
			return doubt
		}
		return !value.Null && value.V != false
	}
	for _, name := range does.Without {
		if set(name, false) {
			return false
		}
	}
	return !slices.ContainsFunc(does.With, func(name string) bool { return !set(name, true) })
}

// deeds says what is wrong with the deeds of a declaration.
func (k *checker) deeds(c *Command) {
	known := map[string]bool{}
	for i := range c.Flags {
		known[c.Flags[i].Name] = true
	}
	for i := range c.Operands {
		known[c.Operands[i].Name] = true
	}
	check := func(what, code string, does Does) {
		if code != "" && !slices.Contains(languages, code) {
			k.wrong("%s: code %q: want one of %q", what, code, languages)
		}
		if does.Deed == "" {
			if len(does.From)+len(does.With)+len(does.Without)+len(does.Onto)+len(does.OntoLink) > 0 || does.Remote {
				k.wrong("%s: from, with, without, onto, onto_link and remote have no meaning without does", what)
			}
			return
		}
		if !slices.Contains(deeds, does.Deed) {
			k.wrong("%s: does %q: want one of %q", what, does.Deed, deeds)
		}
		for _, name := range does.From {
			if !known[name] {
				k.wrong("%s: from %q: no flag or operand has that name", what, name)
			}
		}
		for _, name := range slices.Concat(does.With, does.Without, does.Onto, does.OntoLink) {
			if !slices.ContainsFunc(c.Flags, func(flag Flag) bool { return flag.Name == name }) {
				k.wrong("%s: no flag is called %q", what, name)
			}
		}
	}
	for i := range c.Flags {
		check("flag \""+c.Flags[i].Name+"\"", c.Flags[i].Code, c.Flags[i].Does)
	}
	for i := range c.Operands {
		check("operand \""+c.Operands[i].Name+"\"", c.Operands[i].Code, c.Operands[i].Does)
	}
}
