package shell

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// source is one shell text and the shell that would run it.
type source struct {
	shell   string
	text    guard.Word
	args    []guard.Word // $0 and what follows; nil: not known
	errexit bool
	file    bool   // the script that is listed, not a text inside it
	shown   string // of such a script: the text as a person knows it
}

// text reads the operations of a shell text.
func (r *reader) text(src source, sc scene) {
	words := append(guard.Lits(src.shell, "-c"), src.text)
	sc.depth++
	sc.texts++
	spoken := dialects(src.shell)
	switch {
	case r.full != "":
		return
	case src.text.Reading != guard.Literal:
		r.opaque(words, sc, "its shell text is only known when it runs: "+firstOf(src.text.Reason, guard.Printable(src.text.Text)))
		return
	case len(spoken) == 0:
		r.opaque(words, sc, "guard does not read the language of "+src.shell)
		return
	case sc.texts > maxTexts || sc.depth > maxDepth:
		r.opaque(words, sc, fmt.Sprintf("more than %d shell texts inside each other", maxTexts))
		return
	}
	if why := r.tooMuch(src.text.Text); why != "" {
		r.opaque(words, sc, why)
		return
	}
	r.readings(src, words, sc, spoken)
}

// tooMuch says why a text is not even parsed.
func (r *reader) tooMuch(text string) string {
	r.bytes -= len(text) + 64
	switch {
	case len(text) > maxTextBytes || r.bytes < 0:
		return fmt.Sprintf("its shell text is longer than %d bytes", maxTextBytes)
	case strings.Contains(text, "\x00"):
		return "its shell text contains a NUL byte"
	case strings.Contains(text, "\r\n"):
		return "its shell text has carriage returns, which shells take for part of a word"
	case deep(text):
		return "its shell text is nested too deeply"
	default:
		return ""
	}
}

// Limits on what may nest. The parser and the tree walk recurse, so these are
// counted before parsing; a text of 20,000 bytes cannot nest dangerously.
const (
	maxOpeners   = 5_000
	maxOperators = 20_000
)

func deep(text string) bool {
	if len(text) <= maxOperators {
		return false
	}
	openers, lists, operators := 0, 0, 0
	for i := range len(text) {
		switch text[i] {
		case '(', '{', '[', '`':
			openers++
		case '|', '&':
			lists++
		case '+', '-', '!', '~', '?', '*', '=', ',', '<', '>', '^', '/', '%':
			operators++
		}
	}
	for _, word := range []string{"if", "while", "until", "for", "case", "select", "time", "coproc", "function"} {
		openers += strings.Count(text, word)
	}
	arithmetic := strings.Contains(text, "((") || strings.Contains(text, "[") || strings.Contains(text, "${") || strings.Contains(text, "let")
	return openers > maxOpeners || lists > maxOperators || arithmetic && operators > maxOperators
}

// readings reads the text in each dialect that it may be in: one reading when
// the trees are the same, the operations of all readings when they are not.
func (r *reader) readings(src source, words []guard.Word, sc scene, dialects []syntax.LangVariant) {
	var trees []*syntax.File
	var problem error
	for _, dialect := range dialects {
		parser := syntax.NewParser(syntax.Variant(dialect))
		tree, err := parser.Parse(strings.NewReader(src.text.Text), "")
		if err != nil {
			problem = err
			continue
		}
		trees = append(trees, tree)
	}
	if len(trees) == 0 {
		r.opaque(words, sc, "its shell text cannot be parsed: "+parseError(problem))
		return
	}
	if len(trees) == 2 && sameTree(trees[0], trees[1]) {
		trees = trees[:1]
	}
	first := len(r.operations)
	for i, tree := range trees {
		before := len(r.operations)
		newScript(r, src, tree, dialects).run(sc)
		if i > 0 {
			r.dropTwins(first, before)
		}
	}
	if len(r.operations) == first {
		r.emit(nothing(sc))
	}
}

// nothing is the operation of a text that runs no program: a comment, an
// assignment, a test.
func nothing(sc scene) guard.Operation {
	op := sc.operation(guard.Lits(":"))
	op.Builtin = true
	return op
}

// dropTwins drops the operations of the second reading that the first one has.
func (r *reader) dropTwins(first, second int) {
	known := r.operations[first:second]
	kept, spans := r.operations[:second], r.spans[:second]
	for i, op := range r.operations[second:] {
		if i < len(known) && reflect.DeepEqual(op, known[i]) {
			continue
		}
		kept, spans = append(kept, op), append(spans, r.spans[second+i])
	}
	r.operations, r.spans = kept, spans
}

func parseError(err error) string {
	var parse syntax.ParseError
	if errors.As(err, &parse) {
		return fmt.Sprintf("line %d, column %d: %s", parse.Pos.Line(), parse.Pos.Col(), parse.Text)
	}
	return strings.TrimPrefix(err.Error(), ":")
}

// sameTree: two dialects read the text alike.
func sameTree(a, b *syntax.File) bool {
	one, other := nodes(a), nodes(b)
	if len(one) != len(other) {
		return false
	}
	for i := range one {
		if one[i] != other[i] {
			return false
		}
	}
	return true
}

// nodeKey is what tells a node apart: its kind, its place, its text.
type nodeKey struct {
	kind       reflect.Type
	start, end uint
	text       string
}

func nodes(tree *syntax.File) []nodeKey {
	var keys []nodeKey
	syntax.Walk(tree, func(node syntax.Node) bool {
		if node == nil {
			return true
		}
		key := nodeKey{kind: reflect.TypeOf(node), start: node.Pos().Offset(), end: node.End().Offset()}
		switch node := node.(type) {
		case *syntax.Lit:
			key.text = node.Value
		case *syntax.SglQuoted:
			key.text = fmt.Sprint(node.Dollar, node.Value)
		case *syntax.Redirect:
			key.text = node.Op.String()
		case *syntax.BinaryCmd:
			key.text = node.Op.String()
		case *syntax.Stmt:
			key.text = fmt.Sprint(node.Negated, node.Background, node.Coprocess, node.Disown)
		case *syntax.ParamExp:
			key.text = fmt.Sprint(node.Excl, node.Length, node.Names, node.Short)
		}
		keys = append(keys, key)
		return true
	})
	return keys
}
