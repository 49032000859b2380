package shell

import (
	"blastguard/guard"

	"mvdan.cc/sh/v3/syntax"
)

// script walks one parsed text.
type script struct {
	r       *reader
	src     source
	seen    *survey
	zsh     bool
	posix   bool // may be a shell without brace expansion
	bash    bool // may be a shell with it
	errexit bool
	tree    *syntax.File
	moves   bool // the text changes its directory somewhere
	fixed   constants
	passes  int // through bodies of loops that were walked once for each value
}

func newScript(r *reader, src source, tree *syntax.File, dialects []syntax.LangVariant) *script {
	s := &script{r: r, src: src, seen: surveyOf(tree), errexit: src.errexit, tree: tree}
	s.moves = len(s.seen.movers) > 0
	for _, dialect := range dialects {
		s.zsh = s.zsh || dialect == syntax.LangZsh
		s.posix = s.posix || dialect == syntax.LangPOSIX
		s.bash = s.bash || dialect != syntax.LangPOSIX
	}
	s.fixed = s.constantsOf()
	return s
}

// run walks the whole text.
func (s *script) run(sc scene) {
	sc.stdin = nil // its commands would share it
	for name := range s.seen.assigned {
		if _, known := sc.env[name]; known {
			sc.setenv(name, guard.Word{})
		}
	}
	if s.seen.dynamic {
		sc.forgetEnv()
	}
	if s.seen.assigned[posixly] { // it may be exported
		sc.setenv(posixly, guard.Lit(""))
	}
	s.list(s.tree.Stmts, sc, &sc.dir, true)
}

// list walks commands one after the other. Under set -e a failed command ends
// the text, so the next one starts where this one succeeded.
func (s *script) list(stmts []*syntax.Stmt, sc scene, at place, top bool) after {
	result := stay(at)
	for _, stmt := range stmts {
		result = s.stmt(stmt, sc, at)
		call, simple := stmt.Cmd.(*syntax.CallExpr)
		if top && simple && !stmt.Background {
			s.option(call)
		}
		if top && simple && s.errexit && !stmt.Negated && !s.seen.plusSet && !s.seen.dynamic {
			result.fail = nil
		}
		at = result.either()
	}
	return result
}

// option notes a literal set -e.
func (s *script) option(call *syntax.CallExpr) {
	if len(call.Args) < 2 || plain(call.Args[0]) != "set" {
		return
	}
	for i, arg := range call.Args[1:] {
		text := plain(arg)
		switch {
		case text == "--" || text == "-" || text == "":
			return
		case text == "errexit" && plain(call.Args[i]) == "-o":
			s.errexit = true
		case text[0] == '-':
			for _, letter := range text[1:] {
				s.errexit = s.errexit || letter == 'e'
			}
		}
	}
}

func (s *script) stmt(stmt *syntax.Stmt, sc scene, at place) after {
	if s.r.full != "" {
		return stay(at)
	}
	if s.src.file {
		defer s.stand(stmt)()
	}
	stdin := s.redirects(stmt, sc, at)
	if stdin.changed {
		sc.stdin = stdin.text
	}
	if _, simple := stmt.Cmd.(*syntax.CallExpr); !simple {
		if _, timed := stmt.Cmd.(*syntax.TimeClause); !timed {
			sc.stdin = nil // several commands may share it
		}
	}
	sc.background = sc.background || unawaited(stmt)
	result := s.command(stmt.Cmd, sc, at)
	switch {
	case unawaited(stmt):
		return stay(at)
	case stmt.Negated:
		return after{ok: result.fail, fail: result.ok}
	default:
		return result
	}
}

// unawaited: the shell goes on at once. A later wait is not counted on: the shell may
// be ended before by a signal (which the job ignores) or an error.
func unawaited(stmt *syntax.Stmt) bool { return stmt.Background || stmt.Coprocess || stmt.Disown }

func (s *script) command(cmd syntax.Command, sc scene, at place) after {
	switch cmd := cmd.(type) {
	case *syntax.CallExpr:
		return s.call(cmd, sc, at)
	case *syntax.BinaryCmd:
		return s.binary(cmd, sc, at)
	case *syntax.Block:
		return s.list(cmd.Stmts, sc, at, false)
	case *syntax.Subshell:
		s.list(cmd.Stmts, sc, at, false)
		return stay(at)
	case *syntax.IfClause:
		return s.branch(cmd, sc, at)
	case *syntax.WhileClause:
		return s.loop(cmd, sc, at, cmd.Cond, cmd.Do)
	case *syntax.ForClause:
		return s.forLoop(cmd, sc, at)
	case *syntax.CaseClause:
		return s.cases(cmd, sc, at)
	case *syntax.FuncDecl:
		s.function(cmd, sc, at)
		return stay(at)
	case *syntax.TimeClause:
		if cmd.Stmt != nil {
			return s.stmt(cmd.Stmt, sc, at)
		}
		return stay(at)
	case *syntax.CoprocClause:
		sc.background = true
		s.stmt(cmd.Stmt, sc, at)
		return stay(at)
	case *syntax.DeclClause:
		return s.declaration(cmd, sc, at)
	case nil:
		return stay(at)
	case *syntax.ArithmCmd, *syntax.LetClause, *syntax.TestClause:
		s.visit(cmd, sc, at)
		return stay(at)
	default:
		s.r.opaque(nil, sc.in(at), "guard does not read this part of the shell's language: "+s.at(cmd))
		return stay(lost("it follows a command that guard cannot read"))
	}
}

func (s *script) binary(cmd *syntax.BinaryCmd, sc scene, at place) after {
	switch cmd.Op {
	case syntax.AndStmt:
		x := s.stmt(cmd.X, sc, at)
		y := s.stmt(cmd.Y, sc, x.ok)
		return after{ok: y.ok, fail: join(x.fail, y.fail)}
	case syntax.OrStmt:
		x := s.stmt(cmd.X, sc, at)
		y := s.stmt(cmd.Y, sc, x.fail)
		return after{ok: join(x.ok, y.ok), fail: y.fail}
	default: // a pipe: its last command may run in this shell (zsh, ksh)
		s.stmt(cmd.X, sc, at)
		sc.stdin = s.output(cmd.X, sc)
		y := s.stmt(cmd.Y, sc, at)
		return stay(join(at, y.either()))
	}
}

func (s *script) branch(cmd *syntax.IfClause, sc scene, at place) after {
	cond := after{at, at}
	if len(cmd.Cond) > 0 { // an else has none
		cond = s.list(cmd.Cond, sc, at, false)
	}
	then := s.list(cmd.Then, sc, cond.ok, false)
	if len(cmd.Cond) == 0 {
		return then
	}
	other := stay(cond.fail)
	if cmd.Else != nil {
		other = s.branch(cmd.Else, sc, cond.fail)
	}
	return after{ok: join(then.ok, other.ok), fail: join(then.fail, other.fail)}
}

// loop walks a body that may run any number of times.
func (s *script) loop(cmd syntax.Command, sc scene, at place, lists ...[]*syntax.Stmt) after {
	if s.seen.mayMove(cmd) || s.seen.moves {
		at = lost("a loop changes the directory")
	}
	for _, list := range lists {
		s.list(list, sc, at, false)
	}
	return stay(at)
}

func (s *script) cases(cmd *syntax.CaseClause, sc scene, at place) after {
	s.visit(cmd.Word, sc, at)
	result := stay(at)
	for _, item := range cmd.Items {
		for _, pattern := range item.Patterns {
			s.visit(pattern, sc, at)
		}
		start := at
		if item.Op != syntax.Break && s.seen.mayMove(cmd) {
			start = lost("another branch may have changed the directory")
		}
		branch := s.list(item.Stmts, sc, start, false)
		if item.Op != syntax.Break {
			branch = stay(branch.either())
		}
		result = after{ok: join(result.ok, branch.ok), fail: join(result.fail, branch.fail)}
	}
	return result
}

// function walks a body where it is defined; where it will be called from is
// only certain in a text that never leaves its directory.
func (s *script) function(cmd *syntax.FuncDecl, sc scene, at place) {
	if s.moves {
		at = lost("a function runs where it is called")
	}
	sc.stdin = nil
	sc.background = sc.background || s.seen.functionsBeside()
	s.stmt(cmd.Body, sc, at)
}
