package shell

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// survey is what a whole text does somewhere, whatever the order: the facts
// that make a reading of one part of it doubtful.
type survey struct {
	functions map[string]uint // certainly defined from this offset on
	defined   map[string]bool // names of all functions, also in a branch
	assigned  map[string]bool // variables that change
	times     map[string]int  // how often each is assigned
	refers    bool            // a variable may be the name of another
	unseen    bool            // what runs in this shell may assign variables that are not noted
	movers    []uint          // where commands stand that may change the directory, sorted
	moves     bool            // a function or a trap may change the directory
	dynamic   bool            // text that guard does not see runs in this shell
	shifts    bool            // $1 … may change
	unset     bool            // functions may vanish
	plusSet   bool            // set may turn errexit off again
	beside    map[string]bool // names that are called where nobody may wait; "" for one that is not known
	exports   bool            // another shell may be given the functions
}

func surveyOf(tree *syntax.File) *survey {
	s := &survey{functions: map[string]uint{}, defined: map[string]bool{}, assigned: map[string]bool{}, times: map[string]int{}, beside: map[string]bool{}}
	var bodies []*syntax.Stmt
	syntax.Walk(tree, func(node syntax.Node) bool {
		switch node := node.(type) {
		case *syntax.Stmt:
			if unawaited(node) {
				s.besides(node)
			}
		case *syntax.CoprocClause, *syntax.ProcSubst:
			s.besides(node)
		case *syntax.FuncDecl:
			s.function(node)
			bodies = append(bodies, node.Body)
		case *syntax.CallExpr:
			s.call(node)
		case *syntax.Assign:
			if node.Name != nil {
				s.assigns(node.Name.Value)
			}
		case *syntax.WordIter:
			s.assigns(node.Name.Value)
		case *syntax.BinaryArithm:
			s.arithmetic(node.X)
		case *syntax.UnaryArithm:
			s.arithmetic(node.X)
		case *syntax.ParamExp:
			s.refers = s.refers || node.Excl && node.Exp != nil
			if node.Param != nil && node.Exp != nil { // ${x:=y}
				s.assigns(node.Param.Value)
			}
		case *syntax.DeclClause:
			s.decl(node)
		case *syntax.Redirect:
			if node.N != nil && strings.HasPrefix(node.N.Value, "{") {
				s.assigns(strings.Trim(node.N.Value, "{}"))
			}
		}
		return true
	})
	slices.Sort(s.movers)
	for _, body := range bodies {
		s.moves = s.moves || s.mayMove(body)
	}
	for _, stmt := range tree.Stmts {
		decl, ok := stmt.Cmd.(*syntax.FuncDecl)
		if ok && !stmt.Background && !stmt.Negated && decl.Name != nil {
			if _, twice := s.functions[decl.Name.Value]; !twice {
				s.functions[decl.Name.Value] = stmt.End().Offset()
			}
		}
	}
	return s
}

// besides notes what is called below a node for which nobody may wait.
func (s *survey) besides(node syntax.Node) {
	syntax.Walk(node, func(node syntax.Node) bool {
		if call, ok := node.(*syntax.CallExpr); ok && len(call.Args) > 0 {
			s.beside[plain(call.Args[0])] = true
		}
		return true
	})
}

// functionsBeside: some function may be called where nobody waits, and with it all
// that it calls.
func (s *survey) functionsBeside() bool {
	for _, name := range []string{"", "eval", "source", ".", "trap"} {
		if s.beside[name] {
			return true
		}
	}
	if s.exports && len(s.beside) > 0 {
		return true
	}
	for name := range s.defined {
		if s.beside[name] {
			return true
		}
	}
	return false
}

// assigns notes that a variable changes here.
func (s *survey) assigns(name string) {
	s.assigned[name] = true
	s.times[name]++
}

func (s *survey) function(decl *syntax.FuncDecl) {
	s.shifts = true
	names := decl.Names
	if decl.Name != nil {
		names = append(names, decl.Name)
	}
	for _, name := range names {
		s.defined[name.Value] = true
	}
}

func (s *survey) decl(decl *syntax.DeclClause) {
	for _, arg := range decl.Args {
		s.exports = s.exports || arg.Value != nil && strings.HasPrefix(plain(arg.Value), "-") && strings.Contains(plain(arg.Value), "f")
		s.refers = s.refers || arg.Name == nil && arg.Value != nil && strings.Contains(plain(arg.Value), "n")
		if arg.Name == nil && (arg.Value == nil || !strings.HasPrefix(plain(arg.Value), "-")) {
			s.dynamic, s.unseen = true, true
		}
	}
}

func (s *survey) call(call *syntax.CallExpr) {
	if len(call.Args) == 0 {
		return
	}
	name := plain(call.Args[0])
	s.unseen = s.unseen || name == "" && !isPath(call.Args[0])
	if name == "" || slices.ContainsFunc(call.Args[:min(len(call.Args), 4)], mover) {
		s.movers = append(s.movers, call.Pos().Offset())
	}
	if name == "command" || name == "builtin" {
		for _, arg := range call.Args[1:] {
			if s.builtin(plain(arg), call.Args) {
				return
			}
		}
	}
	s.builtin(name, call.Args)
}

// builtin notes what a command of that name does to the shell itself.
func (s *survey) builtin(name string, args []*syntax.Word) bool {
	switch name {
	case "":
		s.dynamic = true
	case "eval", "source", ".", "trap", "enable", "fc":
		s.dynamic = true
		s.unseen = s.unseen || name != "trap" || !tameTrap(args)
	case "shift", "set", "emulate", "setopt", "shopt":
		s.shifts = true
		s.plusSet = s.plusSet || slices.ContainsFunc(args[1:], plusOrUnknown)
	case "unset", "unhash", "unfunction":
		s.unset = true
		s.names(args)
	case "read", "mapfile", "readarray", "getopts", "vared":
		s.names(args)
	case "local", "export", "readonly", "typeset", "declare": // words, in the dialect of POSIX
		for _, arg := range args[1:] {
			s.exports = s.exports || strings.HasPrefix(plain(arg), "-")
			s.declares(arg)
		}
	case "printf", "let", "print", "wait":
		for _, arg := range args {
			name, _, _ := strings.Cut(plain(arg), "=")
			s.refers = s.refers || name == "" && (plain(args[1]) == "-v" || plain(args[0]) == "let")
			s.assigns(name)
		}
	default:
		return false
	}
	return true
}

// declares notes the variable of a word NAME=VALUE, or NAME.
func (s *survey) declares(word *syntax.Word) {
	lit, ok := word.Parts[0].(*syntax.Lit)
	if !ok {
		s.unseen = true
		return
	}
	name, _, _ := strings.Cut(lit.Value, "=")
	s.assigns(name)
}

// plusOrUnknown: "set +e", "set $FLAGS".
func plusOrUnknown(word *syntax.Word) bool {
	text := plain(word)
	return text == "" || text[0] == '+'
}

// names notes every word that may name a variable.
func (s *survey) names(args []*syntax.Word) {
	for _, arg := range args {
		name := plain(arg)
		s.dynamic, s.unseen = s.dynamic || name == "", s.unseen || name == ""
		s.assigns(name)
	}
}

// arithmetic notes the variable of x = 1, x++ and their like; a comparison
// notes one too many.
func (s *survey) arithmetic(operand syntax.ArithmExpr) {
	word, ok := operand.(*syntax.Word)
	if !ok {
		return
	}
	s.assigns(plain(word))
	if len(word.Parts) == 1 {
		if p, ok := word.Parts[0].(*syntax.ParamExp); ok && p.Param != nil {
			s.assigns(p.Param.Value)
		}
	}
}

// mayMove: something in node may change the shell's directory.
func (s *survey) mayMove(node syntax.Node) bool {
	first, _ := slices.BinarySearch(s.movers, node.Pos().Offset())
	return first < len(s.movers) && s.movers[first] < node.End().Offset()
}

func mover(word *syntax.Word) bool {
	switch plain(word) {
	case "cd", "chdir", "pushd", "popd", "eval", "source", ".":
		return true
	default:
		return false
	}
}
