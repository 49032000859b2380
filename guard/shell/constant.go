package shell

import (
	"slices"
	"strings"

	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// constants are the variables of a script whose value is certain: assigned once
// in the whole text, by a command of its own at the top, to words that are
// known. They hold from there on. What arithmetic assigns by the value of some
// other variable (X='A=5'; $((X))) is not seen.
type constants map[string]constant

type constant struct {
	value  string
	values []string // of an array; value is none then
	from   uint     // offset
}

// constantsOf finds them. None, where something that guard does not see may
// assign as well.
func (s *script) constantsOf() constants {
	if !s.src.file || s.zsh || s.seen.unseen || s.seen.unset || s.seen.refers {
		return nil
	}
	found := constants{}
	for _, stmt := range s.tree.Stmts {
		if stmt.Background || stmt.Coprocess || stmt.Negated || len(stmt.Redirs) > 0 {
			continue
		}
		for _, assign := range assignsOf(stmt.Cmd) {
			name := assign.Name.Value
			if s.seen.times[name] != 1 || special(name) || assign.Append || assign.Index != nil {
				continue
			}
			if assign.Array != nil {
				if values, known := s.arrayOf(assign.Array, found); known {
					found[name] = constant{values: values, from: stmt.End().Offset()}
				}
				continue
			}
			value := guard.Lit("")
			if assign.Value != nil {
				value = s.assigned(assign.Value, found)
			}
			if value.Reading == guard.Literal {
				found[name] = constant{value: value.Text, from: stmt.End().Offset()}
			}
		}
	}
	return found
}

// assignsOf are the assignments of a command that only assigns: A=x, readonly
// A=x, export A=x. In the dialect of POSIX the last two are ordinary words.
func assignsOf(cmd syntax.Command) []*syntax.Assign {
	var assigns []*syntax.Assign
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		if len(cmd.Args) > 0 {
			return declaredIn(cmd)
		}
		assigns = cmd.Assigns
	case *syntax.DeclClause:
		if cmd.Variant.Value != "export" && cmd.Variant.Value != "readonly" {
			return nil
		}
		assigns = cmd.Args
		if slices.ContainsFunc(assigns, func(a *syntax.Assign) bool { return a.Name == nil }) {
			return nil // it has flags
		}
	}
	return slices.DeleteFunc(slices.Clone(assigns), func(a *syntax.Assign) bool { return a.Name == nil || a.Naked })
}

// declaredIn are the assignments among the words of export and readonly.
func declaredIn(call *syntax.CallExpr) []*syntax.Assign {
	name := plain(call.Args[0])
	if name != "export" && name != "readonly" || len(call.Assigns) > 0 {
		return nil
	}
	var assigns []*syntax.Assign
	for _, word := range call.Args[1:] {
		lit, ok := word.Parts[0].(*syntax.Lit)
		if !ok {
			return nil
		}
		name, first, found := strings.Cut(lit.Value, "=")
		if !isName(name) {
			return nil
		}
		if !found {
			continue
		}
		value := &syntax.Word{Parts: slices.Clone(word.Parts)}
		value.Parts[0] = &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: first}
		assigns = append(assigns, &syntax.Assign{Name: &syntax.Lit{Value: name}, Value: value})
	}
	return assigns
}

// assigned reads the value of an assignment, with the constants so far. What
// shells read differently there (~, braces, several readings) is not known.
func (s *script) assigned(word *syntax.Word, so constants) guard.Word {
	before := *s
	before.fixed = so
	fields := before.field(word, scene{})
	if len(fields) != 1 || strings.ContainsAny(before.at(word), "~{*?[") && !quotedWhole(word) {
		return guard.Word{}
	}
	return fields[0]
}

func quotedWhole(word *syntax.Word) bool {
	for _, part := range word.Parts {
		switch part.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
		default:
			return false
		}
	}
	return true
}

// special are variables that a shell itself reads or sets.
func special(name string) bool {
	return strings.HasPrefix(name, "BASH") || strings.HasPrefix(name, "COMP") || strings.HasPrefix(name, "EPOCH") || slices.Contains([]string{
		"IFS", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "PWD", "OLDPWD", "REPLY", "OPTARG", "OPTIND", "OPTERR", "_", "PIPESTATUS", "FUNCNAME",
		"GROUPS", "DIRSTACK", "HISTCMD", "MAPFILE", "COPROC", "UID", "EUID", "PPID", "SHELLOPTS", "SHLVL", "CDPATH", "GLOBIGNORE", "POSIXLY_CORRECT",
		"COLUMNS", "LINES", "HOSTNAME", "HOSTTYPE", "MACHTYPE", "OSTYPE", "TMOUT", "ENV", "FIGNORE", "KSH_VERSION", "ERRNO",
	}, name)
}

// constant is the value of a plain $NAME where it is certain.
func (s *script) constant(p *syntax.ParamExp) (string, bool) {
	if len(s.fixed) == 0 || !isPlain(p) || !single(p) {
		return "", false
	}
	found, ok := s.fixed[p.Param.Value]
	if !ok || found.values != nil || p.Pos().Offset() < found.from {
		return "", false
	}
	return found.value, true
}

// unquotedConstant is a constant outside quotes: one word when nothing in it is
// split or matches files.
func (s *script) unquotedConstant(part syntax.WordPart) (string, bool) {
	p, ok := part.(*syntax.ParamExp)
	if !ok || s.seen.times["IFS"] > 0 {
		return "", false
	}
	value, ok := s.constant(p)
	if !ok || value == "" || strings.ContainsAny(value, " \t\n*?[\\") {
		return "", false
	}
	return value, true
}

// isPath: the program is named by a path, so that it is no builtin and no
// function.
func isPath(word *syntax.Word) bool {
	return slices.ContainsFunc(word.Parts, func(part syntax.WordPart) bool {
		switch part := part.(type) {
		case *syntax.Lit:
			return strings.Contains(part.Value, "/")
		case *syntax.DblQuoted:
			return isPath(&syntax.Word{Parts: part.Parts})
		default:
			return false
		}
	})
}

// tameTrap: the text of a trap assigns nothing.
func tameTrap(args []*syntax.Word) bool {
	if len(args) < 2 {
		return true
	}
	text := plain(args[1])
	tree, err := parse(text, syntax.LangBash)
	if err != nil || text == "" || deep(text) {
		return false
	}
	seen := surveyOf(tree)
	return len(seen.assigned) == 0 && !seen.dynamic && !seen.unset
}
