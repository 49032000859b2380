package shell

import (
	"path"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// input is what redirections make of standard input.
type input struct {
	changed bool
	text    *string // nil: not known
}

// redirects reads the redirections of a statement: those that empty a file are
// operations, which come before the command.
func (s *script) redirects(stmt *syntax.Stmt, sc scene, at place) input {
	var stdin input
	for _, redirect := range stmt.Redirs {
		if s.src.file {
			s.r.at = spanOf(redirect)
		}
		for _, word := range []*syntax.Word{redirect.Word, redirect.Hdoc} {
			if word != nil {
				s.visit(word, sc, at)
			}
		}
		switch redirect.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.RdrAll, syntax.RdrAllClob:
			s.truncate(redirect, sc.in(at))
		case syntax.AppOut, syntax.AppClob, syntax.AppAll, syntax.AppAllClob, syntax.RdrInOut:
			if redirect.Op == syntax.RdrInOut && isStdin(redirect) {
				stdin = input{changed: true}
			}
			if isDevice(s.word(redirect.Word, sc)) {
				s.truncate(redirect, sc.in(at))
			}
		case syntax.DplOut:
			if !isDescriptor(plain(redirect.Word)) {
				s.truncate(redirect, sc.in(at))
			}
		case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			if isStdin(redirect) {
				stdin = input{changed: true, text: s.document(redirect, sc)}
			}
		case syntax.RdrIn, syntax.DplIn:
			if isStdin(redirect) {
				stdin = input{changed: true}
			}
		}
	}
	if s.src.file {
		s.r.at = commandSpan(stmt)
	}
	return stdin
}

func isStdin(redirect *syntax.Redirect) bool {
	return redirect.N == nil || redirect.N.Value == "0"
}

// isDescriptor: what follows >& is a descriptor: 2, -, 2-.
func isDescriptor(text string) bool {
	return text == "-" || isDigits(strings.TrimSuffix(text, "-"))
}

// isPipe: > >(tee log) writes to a program, and empties nothing.
func isPipe(word *syntax.Word) bool {
	if len(word.Parts) != 1 {
		return false
	}
	_, is := word.Parts[0].(*syntax.ProcSubst)
	return is
}

// truncate is the operation of a redirection that empties its file, as the
// command line that would do the same.
func (s *script) truncate(redirect *syntax.Redirect, sc scene) {
	if isPipe(redirect.Word) {
		return
	}
	file := s.word(redirect.Word, sc)
	if s.zsh && hasBrace(redirect.Word) {
		file = guard.Word{Text: s.at(redirect.Word), Reading: guard.OneWord, Reason: "zsh may write to several files"}
	}
	if file.Reading == guard.Literal && harmlessDevice(file.Text) {
		return
	}
	op := sc.operation(nil)
	op.Program, op.Path, op.On = "truncate", "> "+show([]guard.Word{file}), "truncate"
	op.Args = append(guard.Lits("--size=0", "--"), file)
	s.r.emit(op)
}

// isDevice: nothing is appended to a device, it is written to from its start.
func isDevice(file guard.Word) bool {
	return file.Reading == guard.Literal && strings.HasPrefix(path.Clean(file.Text), "/dev/")
}

// harmlessDevice: opening it for writing empties nothing.
func harmlessDevice(file string) bool {
	if !path.IsAbs(file) {
		return false
	}
	file = path.Clean(file)
	switch file {
	case "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/tty", "/dev/full", "/dev/zero", "/dev/stdin":
		return true
	}
	for _, dir := range []string{"/dev/fd/", "/dev/tcp/", "/dev/udp/", "/proc/self/fd/"} {
		if strings.HasPrefix(file, dir) {
			return true
		}
	}
	return false
}
