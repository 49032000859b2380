package shell

import (
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

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
	if s.r.isBlank(text) {
		return nil
	}
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
