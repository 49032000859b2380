package shell

import (
	"slices"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// call reads a simple command: its assignments, its words, what it runs.
func (s *script) call(cmd *syntax.CallExpr, sc scene, at place) after {
	words := s.words(cmd.Args, sc.in(at), at)
	inner := sc
	for _, assign := range cmd.Assigns {
		s.visit(assign, sc, at)
		if len(cmd.Args) > 0 && assign.Name != nil {
			inner.setenv(assign.Name.Value, s.value(assign, sc))
		}
	}
	if len(words) == 0 {
		if len(cmd.Args) > 0 {
			return s.lost(at)
		}
		return stay(at)
	}
	return s.exec(words, inner, at, cmd.Pos().Offset())
}

// lost is where a command that is not known leaves the shell.
func (s *script) lost(at place) after {
	return stay(join(at, lost("a command that is only known when it runs may change the directory")))
}

func (s *script) value(assign *syntax.Assign, sc scene) guard.Word {
	switch {
	case assign.Append || assign.Array != nil || assign.Index != nil:
		return guard.Word{}
	case assign.Value == nil:
		return guard.Lit("")
	default:
		return s.word(assign.Value, sc)
	}
}

// declaration: export, local, declare, readonly, typeset.
func (s *script) declaration(cmd *syntax.DeclClause, sc scene, at place) after {
	s.visit(cmd, sc, at)
	op := sc.in(at).operation(guard.Lits(cmd.Variant.Value))
	op.Builtin = true
	for _, arg := range cmd.Args {
		op.Args = append(op.Args, guard.Word{Text: s.at(arg), Reason: expands})
	}
	s.r.emit(op)
	return stay(at)
}

// exec runs words inside the shell: a function, a builtin, or a program.
func (s *script) exec(words []guard.Word, sc scene, at place, offset uint) after {
	first := words[0]
	if first.Reading != guard.Literal {
		s.r.run(words, sc.in(at))
		return s.lost(at)
	}
	name := first.Text
	if s.seen.defined[name] {
		if defined, ok := s.seen.functions[name]; ok && offset >= defined && !s.seen.unset {
			return s.called(at) // its body was read where it is defined
		}
		if name == "trap" {
			trapText(s, words, sc, at) // it may not be the function yet
		} else {
			s.plainRun(words, sc, at)
		}
		return s.called(at)
	}
	if act, ok := builtins()[name]; ok {
		return act(s, words, sc, at)
	}
	s.plainRun(words, sc, at)
	return stay(at)
}

// called is where a function leaves the shell.
func (s *script) called(at place) after {
	if s.seen.moves || s.seen.dynamic {
		return s.lost(at)
	}
	return stay(at)
}

func (s *script) plainRun(words []guard.Word, sc scene, at place) {
	name := words[0].Text
	sc = sc.in(at)
	if isBuiltin(name) {
		s.builtin(words, sc)
		return
	}
	s.r.run(words, sc)
}

// builtin is the operation of something that the shell does itself.
func (s *script) builtin(words []guard.Word, sc scene) {
	op := sc.operation(words)
	op.Builtin = true
	if evaluates(op.Program, op.Args) {
		op.Opaque = "the shell may run what stands between [ and ] in its arguments"
	}
	s.r.emit(op)
}

// evaluates: shells run the substitutions in an array's index even where it is
// quoted.
func evaluates(name string, args []guard.Word) bool {
	if !slices.Contains([]string{"test", "[", "let", "read", "unset", "printf", "wait", "getopts"}, name) {
		return false
	}
	return slices.ContainsFunc(args, func(word guard.Word) bool {
		return word.Reading == guard.Literal && strings.Contains(word.Text, "[") && strings.ContainsAny(word.Text, "$`")
	})
}
