package shell

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// Script is the text of a whole script, and how it is started.
type Script struct {
	Shell   string       // what runs it decides the dialects: "bash", "sh"
	Text    string       // as it stands in the file
	Args    []guard.Word // $0 and what follows; nil: not known
	Errexit bool         // started with -e
	// Blanks are parts of the text that somebody fills in before it is run:
	// the word that holds one is one word that is not known. In order, each
	// within one line and at least three bytes long; others are passed over.
	Blanks []Span
	// By is what runs it: its account, directory, environment and wrappers.
	By guard.Operation
	// Lookup finds an account, as that of Context.
	Lookup func(name string) (guard.Account, bool)
}

// Span is a part of a text, in bytes.
type Span struct{ Start, End int }

// Step is one operation of a script, and the command that it comes from.
type Step struct {
	Operation guard.Operation
	Span      Span
	Line      int    // of its first byte, from 1
	Column    int    // in bytes, from 1
	EndLine   int    // of its last byte
	Text      string // the command as it stands in the script
}

// Flaw is where a script cannot be read.
type Flaw struct {
	Line, Column int // from 1
	What         string
}

// Listing is what is known of a script before it runs.
type Listing struct {
	Steps []Step // in the order of the text
	// Flaw: the text cannot be read from there on; nil: all of it was read.
	Flaw *Flaw
	// Functions are the names that the script defines somewhere. A call of one
	// that stands before its definition is a step too.
	Functions map[string]bool
}

// List finds every operation that a script could run, whatever way it takes:
// each branch, each function once, where it is defined. It is pure, and never
// fails: what cannot be read is an operation that is Opaque, or a Flaw.
func List(script Script) (listing Listing) {
	spoken := dialects(script.Shell)
	text := masked(script.Text, script.Blanks)
	r := &reader{lookup: script.Lookup, wrappers: scriptWrappers(), words: maxWords, bytes: maxReadBytes, blanks: len(script.Blanks) > 0}
	sc := script.scene()
	lines := linesOf(script.Text)
	defer func() {
		if problem := recover(); problem != nil {
			listing.Flaw = &Flaw{Line: 1, Column: 1, What: fmt.Sprintf("guard failed to read it: %v", problem)}
		}
	}()
	switch why := tooMuchScript(text); {
	case len(spoken) == 0:
		return Listing{Flaw: &Flaw{1, 1, "guard does not read the language of " + script.Shell}}
	case why != "":
		return Listing{Flaw: &Flaw{1, 1, why}}
	}
	src := source{shell: script.Shell, text: guard.Lit(text), args: script.Args, errexit: script.Errexit, file: true, shown: script.Text}
	trees, flaw := parsed(text, spoken)
	var second int
	functions := map[string]bool{}
	for i, tree := range trees {
		if i == 1 {
			second = len(r.operations)
		}
		walk := newScript(r, src, tree, spoken)
		maps.Copy(functions, walk.seen.defined)
		walk.run(sc)
	}
	listing = Listing{Steps: r.steps(second, script.Text, lines), Flaw: flaw, Functions: functions}
	if r.full != "" {
		listing.Flaw = &Flaw{Line: max(1, len(lines)), Column: 1, What: r.full}
	}
	return listing
}

// scene is where the script runs.
func (s Script) scene() scene {
	sc := scene{via: s.By.Via, account: s.By.Account, dir: s.By.Dir, env: maps.Clone(s.By.Env), envComplete: s.By.EnvComplete}
	if sc.env == nil {
		sc.env = map[string]string{}
	}
	return sc
}

// parsed is the text in each dialect that it may be in. Where none reads all
// of it, what stands before the flaw is one tree, in the dialect that comes
// furthest.
func parsed(text string, dialects []syntax.LangVariant) ([]*syntax.File, *Flaw) {
	var whole []*syntax.File
	var partial *syntax.File
	var furthest Flaw
	for _, dialect := range dialects {
		tree, err := parse(text, dialect)
		if nestsTooDeeply(tree) {
			return nil, &Flaw{1, 1, "the script is nested too deeply"}
		}
		if err == nil {
			whole = append(whole, tree)
			continue
		}
		if flaw := flawOf(err); partial == nil || flaw.after(furthest) {
			partial, furthest = tree, flaw
		}
	}
	switch {
	case len(whole) == 0:
		return []*syntax.File{partial}, &furthest
	case len(whole) == 2 && sameTree(whole[0], whole[1]):
		return whole[:1], nil
	default:
		return whole, nil
	}
}

// parse returns the commands that are whole, also with an error.
func parse(text string, dialect syntax.LangVariant) (*syntax.File, error) {
	tree := &syntax.File{}
	var first error
	for stmt, err := range syntax.NewParser(syntax.Variant(dialect)).StmtsSeq(strings.NewReader(text)) {
		// Not left before its end: the parser may go on after that.
		switch {
		case first != nil:
		case err != nil:
			first = err
		default:
			tree.Stmts = append(tree.Stmts, stmt)
		}
	}
	return tree, first
}

func (f Flaw) after(other Flaw) bool {
	return cmp.Or(cmp.Compare(f.Line, other.Line), cmp.Compare(f.Column, other.Column)) > 0
}

func flawOf(err error) Flaw {
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		return Flaw{Line: int(parse.Pos.Line()), Column: int(parse.Pos.Col()), What: parse.Text}
	}
	var lang syntax.LangError
	if errors.As(err, &lang) {
		_, what, _ := strings.Cut(lang.Error(), ": ")
		return Flaw{Line: int(lang.Pos.Line()), Column: int(lang.Pos.Col()), What: what}
	}
	return Flaw{Line: 1, Column: 1, What: strings.TrimPrefix(err.Error(), ":")}
}

// Incomplete says whether a shell would wait for more lines after text: an open
// quote, a here-document, an if without its fi.
func Incomplete(text string) bool {
	if tooMuchScript(text) != "" {
		return false
	}
	if strings.HasSuffix(strings.TrimSuffix(text, "\n"), `\`) {
		return true
	}
	_, err := parse(text, syntax.LangBash)
	return err != nil && syntax.IsIncomplete(err)
}

// steps are the operations with their places, without those that the second
// reading found again.
func (r *reader) steps(second int, text string, lines []int) []Step {
	known := map[Span][]int{}
	var steps []Step
	for i, op := range r.operations {
		at := r.spans[i]
		if second > 0 && i >= second && slices.ContainsFunc(known[at], func(j int) bool { return sameBut(op, r.operations[j]) }) {
			continue
		}
		known[at] = append(known[at], i)
		step := Step{Operation: op, Span: at, Text: text[at.Start:at.End]}
		step.Line, step.Column = position(lines, at.Start)
		step.EndLine, _ = position(lines, max(at.Start, at.End-1))
		steps = append(steps, step)
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return steps
}

// sameBut: two readings differ at most in what they know of the environment and
// of the words that a builtin declares.
func sameBut(a, b guard.Operation) bool {
	a.Env, a.EnvComplete, b.Env, b.EnvComplete = nil, false, nil, false
	if a.Builtin && b.Builtin && a.Program == b.Program && len(a.Args) == len(b.Args) {
		a.Args, b.Args = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

// linesOf are the offsets at which lines begin.
func linesOf(text string) []int {
	lines := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			lines = append(lines, i+1)
		}
	}
	return lines
}

func position(lines []int, offset int) (line, column int) {
	i, found := slices.BinarySearch(lines, offset)
	if !found {
		i--
	}
	return i + 1, offset - lines[i] + 1
}

// stand notes where the operations of a command come from, until the returned
// function is called.
func (s *script) stand(stmt *syntax.Stmt) func() {
	was := s.r.at
	s.r.at = commandSpan(stmt)
	return func() { s.r.at = was }
}

// commandSpan is a command without the ; or & after it.
func commandSpan(stmt *syntax.Stmt) Span {
	bare := *stmt
	bare.Semicolon = syntax.Pos{}
	return spanOf(&bare)
}

func spanOf(node syntax.Node) Span {
	return Span{int(node.Pos().Offset()), int(node.End().Offset())}
}
