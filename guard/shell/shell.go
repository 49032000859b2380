package shell

import (
	"fmt"

	"blastguard/guard"
)

// Bounds on what one command may ask of guard. Beyond them it is opaque.
const (
	maxOperations = 10_000
	maxTextBytes  = 1 << 20 // of one shell text
	maxReadBytes  = 4 << 20 // of all shell texts in one command
	maxTexts      = 16      // shell texts inside each other
	maxDepth      = 64      // wrappers and texts inside each other
	maxWords      = 2_000_000
)

// Context is what the caller knows about where the command would run.
type Context struct {
	Dir     string        // absolute; anything else is a directory that is not known
	Env     []string      // NAME=VALUE, complete
	Account guard.Account // who runs it unless a wrapper changes that
	// Lookup finds a name or a number in the host's user table; nil: nothing is
	// known.
	Lookup func(name string) (guard.Account, bool)
}

// Operations are the programs that argv would run, in the order in which they
// would start as far as that can be told. It never returns an empty list, and
// never fails: what cannot be read is an operation that is Opaque. The
// operations share their Env maps, which must not be changed.
func Operations(argv []string, in Context) []guard.Operation {
	return read(in, func(r *reader, sc scene) { r.run(guard.Lits(argv...), sc) })
}

// Text reads a piece of shell text as Operations reads `bash -c TEXT`, without
// that wrapper in Via.
func Text(text string, in Context) []guard.Operation {
	return read(in, func(r *reader, sc scene) {
		r.text(source{shell: "bash", text: guard.Lit(text)}, sc)
	})
}

func read(in Context, what func(*reader, scene)) (operations []guard.Operation) {
	r := &reader{lookup: in.Lookup, wrappers: wrappers(), words: maxWords, bytes: maxReadBytes}
	sc := start(in)
	defer func() {
		if problem := recover(); problem != nil {
			operations = append(r.operations, sc.opaqueOperation(nil, fmt.Sprintf("guard failed to read it: %v", problem)))
		}
	}()
	what(r, sc)
	if r.full != "" || len(r.operations) == 0 {
		r.operations = append(r.operations, sc.opaqueOperation(nil, firstOf(r.full, "no program was found in it")))
	}
	return r.operations
}

// reader collects the operations of one command.
type reader struct {
	lookup     func(string) (guard.Account, bool)
	wrappers   map[string]wrapper
	operations []guard.Operation
	spans      []Span // where each of them stands in a listed script
	at         Span
	blanks     bool   // the text has parts that somebody fills in
	words      int    // that may still be read
	bytes      int    // of shell text that may still be read
	full       string // why no more is read; "" while all is well
}

// emit adds an operation, or notes that there are too many.
func (r *reader) emit(op guard.Operation) {
	r.words -= len(op.Args)
	switch {
	case len(r.operations) >= maxOperations:
		r.full = fmt.Sprintf("it has more than %d operations", maxOperations)
	case r.words < 0:
		r.full = fmt.Sprintf("its operations have more than %d words", maxWords)
	default:
		r.operations, r.spans = append(r.operations, op), append(r.spans, r.at)
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
