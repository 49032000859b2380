package shell

import (
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

const expands = "it expands when the shell runs"

// words reads the words of a command, and runs what is substituted in them.
func (s *script) words(list []*syntax.Word, sc scene, at place) []guard.Word {
	for _, word := range list {
		s.visit(word, sc, at)
	}
	return s.fields(list, sc)
}

// fields reads words without running what is in them.
func (s *script) fields(list []*syntax.Word, sc scene) []guard.Word {
	var result []guard.Word
	for _, word := range list {
		if !hasBrace(word) || !s.bash {
			result = append(result, s.field(word, sc)...)
			continue
		}
		for _, expanded := range s.braces(word) {
			if expanded == nil {
				result = append(result, guard.Word{Text: s.at(word), Reason: "its braces make a number of words that guard does not count"})
				continue
			}
			result = append(result, s.field(expanded, sc)...)
		}
	}
	return result
}

// word reads one word that stays one, as that of a redirection does.
func (s *script) word(word *syntax.Word, sc scene) guard.Word {
	fields := s.field(word, sc)
	if len(fields) == 1 && fields[0].Reading != guard.AnyNumber {
		return fields[0]
	}
	return guard.Word{Text: s.at(word), Reading: guard.OneWord, Reason: expands}
}

// visit runs the command and process substitutions anywhere below node.
func (s *script) visit(node syntax.Node, sc scene, at place) {
	sc.stdin = nil
	syntax.Walk(node, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.CmdSubst:
			s.list(node.Stmts, sc, at, false)
			return false
		case *syntax.ProcSubst:
			beside := sc
			beside.background = true
			s.list(node.Stmts, beside, at, false)
			return false
		}
		return s.r.full == ""
	})
}

// at is the source text of a node, to be shown.
func (s *script) at(node syntax.Node) string {
	text, start, end := firstOf(s.src.shown, s.src.text.Text), int(node.Pos().Offset()), int(node.End().Offset())
	if start < 0 || end > len(text) || start > end {
		return "…"
	}
	return text[start:end]
}

// reading is a word being put together.
type reading struct {
	text   strings.Builder
	known  guard.Reading
	reason string
}

// atMost lowers what is known of the word.
func (f *reading) atMost(known guard.Reading, reason string) {
	if known < f.known {
		f.known, f.reason = known, reason
	}
}

// field reads one word: one field, or as many as "$@" or an array has.
func (s *script) field(word *syntax.Word, sc scene) []guard.Word {
	if all, ok := s.allArgs(word); ok {
		return all
	}
	if all, ok := s.arrayWords(word); ok {
		return all
	}
	f := &reading{known: guard.Literal}
	parts := word.Parts
	if len(parts) > 0 {
		if lit, ok := parts[0].(*syntax.Lit); ok {
			parts = s.tilde(f, lit, parts, sc)
		}
	}
	for _, part := range parts {
		if value, ok := s.unquotedConstant(part); ok {
			f.text.WriteString(value)
			continue
		}
		s.part(f, part, word)
	}
	if s.r.isBlank(f.text.String()) {
		f.atMost(guard.OneWord, filledIn)
	}
	if f.known != guard.Literal {
		return []guard.Word{{Text: s.at(word), Reading: f.known, Reason: f.reason}}
	}
	return guard.Lits(f.text.String())
}

func (s *script) part(f *reading, part syntax.WordPart, word *syntax.Word) {
	switch part := part.(type) {
	case *syntax.Lit:
		s.bare(f, part.Value, len(word.Parts) > 1)
	case *syntax.SglQuoted:
		s.single(f, part)
	case *syntax.DblQuoted:
		if part.Dollar {
			f.atMost(guard.OneWord, "it is translated when the shell runs")
		}
		for _, inner := range part.Parts {
			s.quoted(f, inner)
		}
	case *syntax.ProcSubst:
		f.atMost(guard.OneWord, "it names a pipe that the shell opens")
	case *syntax.ArithmExp:
		f.atMost(guard.AnyNumber, expands)
	case *syntax.ExtGlob:
		f.atMost(guard.AnyNumber, "it matches files when the shell runs")
	default:
		f.atMost(guard.AnyNumber, expands)
	}
}

// bare reads unquoted text: a backslash quotes, a glob is not known.
func (s *script) bare(f *reading, text string, more bool) {
	globs := "*?"
	if s.zsh {
		globs = "*?<>()|^~#"
	}
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			if text[i] != '\n' {
				f.text.WriteByte(text[i])
			}
		case strings.IndexByte(globs, c) >= 0, c == '[' && (more || strings.Contains(text[i:], "]")):
			f.atMost(guard.AnyNumber, "it matches files when the shell runs")
		case s.zsh && c == '=' && i == 0 && f.text.Len() == 0 && len(text) > 1:
			f.atMost(guard.AnyNumber, expands)
		case c == '~' && i > 0 && (text[i-1] == '=' || text[i-1] == ':'):
			f.atMost(guard.OneWord, "a shell may put a home directory here")
		default:
			f.text.WriteByte(c)
		}
	}
}

func (s *script) single(f *reading, part *syntax.SglQuoted) {
	if !part.Dollar {
		f.text.WriteString(part.Value)
		return
	}
	text, ok := unescape(part.Value)
	if !ok {
		f.atMost(guard.OneWord, "guard does not read this escape")
	}
	f.text.WriteString(text)
}

// quoted reads a part inside double quotes.
func (s *script) quoted(f *reading, part syntax.WordPart) {
	switch part := part.(type) {
	case *syntax.Lit:
		f.text.WriteString(unquote(part.Value, "$`\"\\"))
	case *syntax.ParamExp:
		s.parameter(f, part)
	case *syntax.CmdSubst, *syntax.ArithmExp:
		f.atMost(guard.OneWord, expands)
	default:
		f.atMost(guard.AnyNumber, expands)
	}
}

// unquote takes the backslashes before the named bytes, and those at the end
// of a line, out of a text.
func unquote(text, special string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' && i+1 < len(text) {
			if text[i+1] == '\n' {
				i++
				continue
			}
			if strings.IndexByte(special, text[i+1]) >= 0 {
				i++
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
