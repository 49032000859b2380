package shell

import (
	"strconv"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// parameter reads "$x": one word, unless it may be a list. "$1" is known when
// the text was given its words and nothing in it may change them.
func (s *script) parameter(f *reading, p *syntax.ParamExp) {
	if !single(p) {
		f.atMost(guard.AnyNumber, expands)
		return
	}
	if value, ok := s.constant(p); ok {
		f.text.WriteString(value)
		return
	}
	arg, ok := s.argument(p)
	switch {
	case !ok:
		f.atMost(guard.OneWord, expands)
	case arg.Reading == guard.Literal:
		f.text.WriteString(arg.Text)
	default:
		f.atMost(guard.OneWord, firstOf(arg.Reason, expands))
	}
}

// single: the expansion, in double quotes, is exactly one word.
func single(p *syntax.ParamExp) bool {
	if p.Param == nil || p.Param.Value == "@" || p.Excl || p.Index != nil || p.Names != 0 || p.Flags != nil || p.NestedParam != nil {
		return false
	}
	if p.Exp == nil || p.Exp.Word == nil {
		return true
	}
	one := true
	syntax.Walk(p.Exp.Word, func(node syntax.Node) bool {
		if inner, ok := node.(*syntax.ParamExp); ok {
			one = one && single(inner)
			return false
		}
		return one
	})
	return one
}

func isPlain(p *syntax.ParamExp) bool {
	return p.Param != nil && !p.Length && !p.Width && !p.IsSet && p.Slice == nil && p.Repl == nil && p.Exp == nil &&
		p.Split == 0 && p.GlobSubst == 0 && p.RcExpand == 0 && len(p.Modifiers) == 0
}

// argument is the word that $0, $1 … of this text stand for.
func (s *script) argument(p *syntax.ParamExp) (guard.Word, bool) {
	if s.src.args == nil || s.seen.shifts || s.seen.dynamic || !isPlain(p) {
		return guard.Word{}, false
	}
	n, err := strconv.Atoi(p.Param.Value)
	if err != nil || n < 0 {
		return guard.Word{}, false
	}
	for i, arg := range s.src.args {
		if arg.Reading == guard.AnyNumber {
			return guard.Word{}, false
		}
		if i == n {
			return arg, true
		}
	}
	return guard.Lit(""), true
}

// allArgs reads a word that is exactly "$@".
func (s *script) allArgs(word *syntax.Word) ([]guard.Word, bool) {
	if len(word.Parts) != 1 || s.src.args == nil || s.seen.shifts || s.seen.dynamic {
		return nil, false
	}
	quotes, ok := word.Parts[0].(*syntax.DblQuoted)
	if !ok || len(quotes.Parts) != 1 {
		return nil, false
	}
	p, ok := quotes.Parts[0].(*syntax.ParamExp)
	if !ok || p.Param == nil || p.Param.Value != "@" || !isPlain(p) || p.Excl || p.Index != nil || p.Names != 0 || p.Flags != nil {
		return nil, false
	}
	return s.src.args[min(1, len(s.src.args)):], true
}
