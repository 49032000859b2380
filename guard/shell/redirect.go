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
		for _, word := range []*syntax.Word{redirect.Word, redirect.Hdoc} {
			if word != nil {
				s.visit(word, sc, at)
			}
		}
		switch redirect.Op {
		case syntax.RdrOut, syntax.RdrClob, syntax.RdrAll, syntax.RdrAllClob:
			s.truncate(redirect, sc.in(at))
		case syntax.DplOut:
			if !isDescriptor(plain(redirect.Word)) {
				s.truncate(redirect, sc.in(at))
			}
		case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			if isStdin(redirect) {
				stdin = input{changed: true, text: s.document(redirect, sc)}
			}
		case syntax.RdrIn, syntax.RdrInOut, syntax.DplIn:
			if isStdin(redirect) {
				stdin = input{changed: true}
			}
		}
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

// truncate is the operation of a redirection that empties its file, as the
// command line that would do the same.
func (s *script) truncate(redirect *syntax.Redirect, sc scene) {
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

// document is the text of a here-document or here-string; nil when it is only
// known when the shell runs.
func (s *script) document(redirect *syntax.Redirect, sc scene) *string {
	if redirect.Op == syntax.WordHdoc {
		word := s.word(redirect.Word, sc)
		if word.Reading != guard.Literal {
			return nil
		}
		text := word.Text + "\n"
		return &text
	}
	var b strings.Builder
	if redirect.Hdoc != nil {
		for _, part := range redirect.Hdoc.Parts {
			lit, ok := part.(*syntax.Lit)
			if !ok {
				return nil
			}
			b.WriteString(lit.Value)
		}
	}
	text := b.String()
	if redirect.Op == syntax.DashHdoc {
		text = withoutTabs(text)
	}
	if !quotedDelimiter(redirect.Word) {
		text = unquote(text, "$`\\")
	}
	return &text
}

func withoutTabs(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimLeft(line, "\t")
	}
	return strings.Join(lines, "")
}

func quotedDelimiter(word *syntax.Word) bool {
	for _, part := range word.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || strings.Contains(lit.Value, `\`) {
			return true
		}
	}
	return false
}

// output is what a command at the front of a pipe certainly writes; nil when
// that is not known.
func (s *script) output(stmt *syntax.Stmt, sc scene) *string {
	call, ok := stmt.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(call.Assigns) > 0 || stmt.Background {
		return nil
	}
	name := plain(call.Args[0])
	if s.seen.defined[name] {
		return nil
	}
	if name == "cat" && len(call.Args) == 1 && len(stmt.Redirs) == 1 && isStdin(stmt.Redirs[0]) && stmt.Redirs[0].Op != syntax.RdrIn {
		switch stmt.Redirs[0].Op {
		case syntax.Hdoc, syntax.DashHdoc, syntax.WordHdoc:
			return s.document(stmt.Redirs[0], sc)
		}
	}
	if len(stmt.Redirs) > 0 || name != "echo" && name != "printf" {
		return nil
	}
	return printed(name, s.fields(call.Args, sc)[1:])
}

// printed is what echo and printf write when every shell agrees on it.
func printed(name string, args []guard.Word) *string {
	text := joined(args)
	if text.Reading != guard.Literal || strings.Contains(text.Text, `\`) && name != "printf" {
		return nil
	}
	var out string
	switch {
	case name == "echo" && len(args) > 0 && args[0].Text == "-n":
		out = strings.TrimPrefix(strings.TrimPrefix(text.Text, "-n"), " ")
	case name == "echo" && !strings.HasPrefix(text.Text, "-"):
		out = text.Text + "\n"
	case name == "printf" && len(args) == 1 && !strings.Contains(text.Text, "%") && !strings.HasPrefix(text.Text, "-"):
		out = strings.ReplaceAll(text.Text, `\n`, "\n")
	case name == "printf" && len(args) == 2 && (args[0].Text == "%s" || args[0].Text == `%s\n`):
		out = args[1].Text + "\n"
	default:
		return nil
	}
	if name == "printf" && len(args) == 1 && strings.Contains(out, `\`) {
		return nil
	}
	return &out
}
