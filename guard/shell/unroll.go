package shell

import (
	"slices"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

const (
	maxUnrolled = 50 // values of one loop; more are one walk with a value that is not known
	maxPasses   = 500
)

// forLoop walks a for loop. In a script that is listed, a loop over words that are
// all known is walked once for each of them, with its variable known.
func (s *script) forLoop(cmd *syntax.ForClause, sc scene, at place) after {
	s.visit(cmd.Loop, sc, at)
	loop, ok := cmd.Loop.(*syntax.WordIter)
	if !ok {
		return s.loop(cmd, sc, at, cmd.Do)
	}
	values, ok := s.loopValues(loop, sc)
	if !ok || s.passes+len(values) > maxPasses {
		return s.loop(cmd, sc, at, cmd.Do)
	}
	s.passes += len(values)
	name, begin := loop.Name.Value, len(s.r.operations)
	defer delete(s.fixed, name) // behind the loop it is the last of those that were reached
	var result after
	for i, value := range values {
		s.fixed[name] = constant{value: value, from: loop.End().Offset()}
		second := len(s.r.operations)
		result = s.loop(cmd, sc, at, cmd.Do)
		if i > 0 {
			s.r.dropRepeated(begin, second)
		}
	}
	return result
}

// loopValues are the values of the loop's variable, one or more, where they are
// certain.
func (s *script) loopValues(loop *syntax.WordIter, sc scene) ([]string, bool) {
	name := loop.Name.Value
	if s.fixed == nil || s.seen.times[name] != 1 || special(name) || len(loop.Items) == 0 {
		return nil, false
	}
	words := s.fields(loop.Items, sc)
	if len(words) == 0 || len(words) > maxUnrolled {
		return nil, false
	}
	values := make([]string, len(words))
	for i, word := range words {
		if word.Reading != guard.Literal {
			return nil, false
		}
		values[i] = word.Text
	}
	return values, true
}

// dropRepeated takes out of the operations from second on those that stand at the
// same place between begin and second already.
func (r *reader) dropRepeated(begin, second int) {
	kept := second
	for i := second; i < len(r.operations); i++ {
		again := false
		for j := begin; j < second && !again; j++ {
			again = r.spans[i] == r.spans[j] && sameBut(r.operations[i], r.operations[j])
		}
		if !again {
			r.operations[kept], r.spans[kept] = r.operations[i], r.spans[i]
			kept++
		}
	}
	r.operations, r.spans = r.operations[:kept], r.spans[:kept]
}

// arrayOf is the value of NAME=(WORD…) whose words are all known.
func (s *script) arrayOf(array *syntax.ArrayExpr, so constants) ([]string, bool) {
	var values []string
	for _, element := range array.Elems {
		if element.Index != nil || element.Value == nil {
			return nil, false
		}
		value := s.assigned(element.Value, so)
		if value.Reading != guard.Literal {
			return nil, false
		}
		values = append(values, value.Text)
	}
	return values, len(values) > 0
}

// arrayWords reads a word that is exactly "${NAME[@]}", quoted or not, of an array
// that is certain.
func (s *script) arrayWords(word *syntax.Word) ([]guard.Word, bool) {
	if len(s.fixed) == 0 || len(word.Parts) != 1 {
		return nil, false
	}
	part, quoted := word.Parts[0], false
	if quotes, ok := part.(*syntax.DblQuoted); ok && len(quotes.Parts) == 1 && !quotes.Dollar {
		part, quoted = quotes.Parts[0], true
	}
	p, ok := part.(*syntax.ParamExp)
	if !ok || !isPlain(p) || p.Excl || p.Names != 0 || p.Flags != nil || p.NestedParam != nil || !isAll(p.Index) {
		return nil, false
	}
	found, ok := s.fixed[p.Param.Value]
	if !ok || found.values == nil || p.Pos().Offset() < found.from {
		return nil, false
	}
	splits := func(value string) bool { return value == "" || strings.ContainsAny(value, " \t\n*?[\\") }
	if !quoted && (s.seen.times["IFS"] > 0 || slices.ContainsFunc(found.values, splits)) {
		return nil, false
	}
	return guard.Lits(found.values...), true
}

// isAll: the index [@], which is one word for each element.
func isAll(index syntax.ArithmExpr) bool {
	word, ok := index.(*syntax.Word)
	return ok && plain(word) == "@"
}
