package shell

import (
	"slices"
	"strings"

	"blastguard/guard"
)

// wrapper is one line of the table: a program that runs another one.
type wrapper struct {
	flags    string // see flagsOf
	last     string // a flag after which no more flags are read
	digits   bool   // -5 is a flag
	free     bool   // a flag that the line does not name takes no value of its own
	operands int    // words before the program
	skip     int    // words before the flags: perf record
	assigns  bool   // NAME=VALUE words before the program
	slashes  bool   // such a NAME may be anything, even a path
	// stops are the flags with which it runs nothing: it is then an ordinary
	// operation.
	stops string
	// alone says why it is opaque when no program is named; "" makes it an
	// ordinary operation.
	alone string
	// inside says why what it runs is opaque; "" when it is not.
	inside string
	// writes are the flags whose value is a file that is emptied; with a flag of appends it
	// is added to.
	writes, appends string
	// on are the flags that change the scene.
	on map[string]func(r *reader, sc *scene, value guard.Word)
	// enter changes the scene whatever the flags are, before them.
	enter func(r *reader, sc *scene)
	// then reads the rest instead of running it as it stands.
	then func(r *reader, c wrapped)
	// whole reads all of it, flags too; the other fields are not used.
	whole func(r *reader, words []guard.Word, sc scene)
}

// wrapped is a wrapper whose flags have been read.
type wrapped struct {
	words []guard.Word // all of it
	flags *scanner
	rest  []guard.Word // the program and its arguments
	outer scene        // where the wrapper itself runs
	sc    scene        // where the program runs
}

func (r *reader) wrap(w wrapper, words []guard.Word, outer scene) {
	if w.whole != nil {
		w.whole(r, words, outer)
		return
	}
	flags := &scanner{flags: flagsOf(w.flags), last: w.last, digits: w.digits, free: w.free}
	flags.scan(words[1+w.skip:])
	if flags.why != "" {
		r.opaque(words, outer, base(words[0].Text)+": "+flags.why)
		return
	}
	for stop := range strings.FieldsSeq(w.stops) {
		if flags.has(stop) {
			r.emit(outer.operation(words))
			return
		}
	}
	c := wrapped{words: words, flags: flags, rest: flags.rest, outer: outer, sc: outer}
	c.sc.depth++
	r.files(flags, w.writes, w.appends, outer)
	w.applyFlags(r, &c)
	r.operandsOf(w, c)
}

// files are those that a wrapper itself writes, as a redirection of it would: the values
// of the flags writes, which are added to with a flag of appends.
func (r *reader) files(flags *scanner, writes, appends string, sc scene) {
	on := "truncate"
	if slices.ContainsFunc(strings.Fields(appends), flags.has) {
		on = "append"
	}
	for name := range strings.FieldsSeq(writes) {
		if file, given := flags.value(name); given && file.Text != "" && file.Text != "-" {
			r.writes(file, sc, on)
		}
	}
}

func (w wrapper) applyFlags(r *reader, c *wrapped) {
	if w.enter != nil {
		w.enter(r, &c.sc)
	}
	for _, f := range c.flags.found {
		if act := w.on[f.name]; act != nil {
			act(r, &c.sc, f.value)
		}
	}
	if w.inside != "" {
		c.sc.opaque = w.inside
	}
}

// operandsOf takes the operands and assignments before the program off, and
// runs it.
func (r *reader) operandsOf(w wrapper, c wrapped) {
	name := base(c.words[0].Text)
	for range w.operands {
		if len(c.rest) == 0 {
			break
		}
		if c.rest[0].Reading != guard.Literal && !c.flags.ended {
			r.opaque(c.words, c.outer, name+": "+guard.Printable(c.rest[0].Text)+" could be a flag of it, or several words")
			return
		}
		c.rest = c.rest[1:]
	}
	for w.assigns && len(c.rest) > 0 {
		variable, value, ok := assignment(c.rest[0], w.slashes)
		if !ok {
			break
		}
		c.sc.setenv(variable, value)
		c.rest = c.rest[1:]
	}
	c.sc.via = c.outer.inside(show(c.words[:len(c.words)-len(c.rest)])).via
	switch {
	case w.then != nil:
		w.then(r, c)
	case len(c.rest) > 0:
		r.run(c.rest, c.sc)
	case w.alone != "":
		r.opaque(c.words, c.outer, name+": "+w.alone)
	default:
		r.emit(c.outer.operation(c.words))
	}
}

// assignment splits NAME=VALUE. A word that is exactly one but not known counts
// when its source begins with NAME= as it stands.
func assignment(word guard.Word, slashes bool) (name string, value guard.Word, ok bool) {
	name, text, found := strings.Cut(word.Text, "=")
	switch {
	case !found || name == "" || word.Reading == guard.AnyNumber || strings.Contains(name, "/") && !slashes:
		return "", guard.Word{}, false
	case word.Reading == guard.Literal:
		return name, guard.Lit(text), true
	default:
		return name, guard.Word{Text: text, Reading: guard.OneWord, Reason: word.Reason}, isName(name)
	}
}

func isName(name string) bool {
	for i, c := range []byte(name) {
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// addShellWords adds words that only a shell knows, for texts that use them and
// hosts that have a program of that name.
func addShellWords(table map[string]wrapper) {
	table["command"] = wrapper{flags: "-p -v -V", stops: "-v -V"}
	for _, name := range []string{"noglob", "nocorrect", "-"} { // of zsh
		table[name] = wrapper{}
	}
	table["coproc"] = wrapper{enter: func(r *reader, sc *scene) { inBackground(r, sc, guard.Word{}) }}
}
