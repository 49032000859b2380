package shell

import (
	"path"
	"slices"
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
			s.writes(redirect, sc.in(at), "truncate")
		case syntax.AppOut, syntax.AppClob, syntax.AppAll, syntax.AppAllClob, syntax.RdrInOut:
			if redirect.Op == syntax.RdrInOut && isStdin(redirect) {
				stdin = input{changed: true}
			}
			s.writes(redirect, sc.in(at), "append")
		case syntax.DplOut:
			if !isDescriptor(plain(redirect.Word)) {
				s.writes(redirect, sc.in(at), "truncate")
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

// writes is the operation of a redirection that empties its file, or adds to it.
func (s *script) writes(redirect *syntax.Redirect, sc scene, on string) {
	if isPipe(redirect.Word) {
		return
	}
	file := s.word(redirect.Word, sc)
	if s.zsh && hasBrace(redirect.Word) {
		file = guard.Word{Text: s.at(redirect.Word), Reading: guard.OneWord, Reason: "zsh may write to several files"}
	}
	s.r.writes(file, sc, on)
}

// writes is the operation of what is emptied (truncate) or, where that may be a device,
// added to (append), as the command line that would do the same.
func (r *reader) writes(file guard.Word, sc scene, on string) {
	if file.Reading == guard.Literal && harmlessDevice(file.Text) || on == "append" && !mayBeDevice(file, sc.dir) {
		return
	}
	op := sc.operation(nil)
	op.Program, op.Path, op.On = on, "> "+show([]guard.Word{file}), on
	op.Args = append(guard.Lits("--size=0", "--"), file)
	if on == "append" {
		op.Path, op.Args = ">> "+show([]guard.Word{file}), append(guard.Lits("--"), file)
	}
	r.emit(op)
}

// mayBeDevice: nothing is appended to a device or to a switch of the kernel: what is
// written there is done. By its name it may be one where some directory is called as
// those are that have them, in a root of another name too. Any other file is added to.
func mayBeDevice(file, dir guard.Word) bool {
	if file.Reading != guard.Literal {
		return false
	}
	name := file.Text
	if !path.IsAbs(name) && dir.Reading == guard.Literal {
		name = path.Join(dir.Text, name)
	}
	return slices.ContainsFunc(strings.Split(path.Dir(path.Clean(name)), "/"), func(dir string) bool {
		return slices.Contains([]string{"dev", "proc", "sys"}, dir)
	})
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
