package command

import (
	"slices"

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
}

// Deed is something that one command line does to one path.
type Deed struct {
	Does string
	Path guard.Word
	From []guard.Word // the files that are written there; empty when that is not said
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
// Of an operation that is opaque, or that does not match, there are none.
func (c *Command) Deeds(op *guard.Operation) []Deed {
	if op.Opaque != "" || op.On != "" || !c.Acts() || !c.Matches(op) {
		return nil
	}
	read := c.Read(op)
	var all []Deed
	add := func(name string, one bool, does Does) {
		if does.Deed == "" || !read.happens(does) {
			return
		}
		for _, word := range read.words[name] {
			// Which of several words a single operand is may not be known: then it is
			// none of them for certain.
			if word.Reading == guard.Literal && (word.Text == "" || one && !read.Args[name].Known) {
				continue
			}
			deed := Deed{Does: does.Deed, Path: word}
			for _, from := range does.From {
				deed.From = append(deed.From, read.words[from]...)
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

// ChangesNothing says that the operation is this command and, as far as its declared flags
// go, changes nothing.
func (c *Command) ChangesNothing(op *guard.Operation) bool {
	if !c.Idle || op.Opaque != "" || op.On != "" || !c.Matches(op) {
		return false
	}
	return len(c.scanWords(op).undeclared) == 0 && len(c.Deeds(op)) == 0
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
	check := func(what string, does Does) {
		if does.Deed == "" {
			if len(does.From)+len(does.With)+len(does.Without) > 0 {
				k.wrong("%s: from, with and without say nothing without does", what)
			}
			return
		}
		if !slices.Contains(deeds, does.Deed) {
			k.wrong("%s: does %q: want one of %q", what, does.Deed, deeds)
		}
		for _, name := range does.From {
			if !known[name] {
				k.wrong("%s: from %q: no flag or operand is called so", what, name)
			}
		}
		for _, name := range slices.Concat(does.With, does.Without) {
			if !slices.ContainsFunc(c.Flags, func(flag Flag) bool { return flag.Name == name }) {
				k.wrong("%s: no flag is called %q", what, name)
			}
		}
	}
	for i := range c.Flags {
		check("flag \""+c.Flags[i].Name+"\"", c.Flags[i].Does)
	}
	for i := range c.Operands {
		check("operand \""+c.Operands[i].Name+"\"", c.Operands[i].Does)
	}
}
