package blastguard_test

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"testing"

	named "blastguard/guard/program"
)

// listsOfTheirOwn are files with a list of programs, and what is said of them there
// besides what they are.
func listsOfTheirOwn() map[string]string {
	return map[string]string{
		"guard/playbook/deferred.go": "wrappers that are known to do nothing by themselves, with some of their flags",
		"cmd/guard/shellcmd.go":      "shells that guard starts",
		"guard/command/code.go":      "programs whose words may stand for a remote shell",
		"guard/runbook/page.go":      "languages of fences",
		"guard/secret/flags.go":      "what a flag means",
		"guard/secret/shortflags.go": "what a flag means",
	}
}

// What a program is, is known in one place. A list of names elsewhere would be a second
// table of it, and disagree with the first one some day.
func TestWhatAProgramIsStandsInOneTable(t *testing.T) {
	used := map[string]bool{}
	for _, source := range sources(t) {
		if source.test || source.folder == "guard/program" || source.folder == "guard/shell" {
			continue // guard/shell has the grammars, which a test compares with the table
		}
		ast.Inspect(source.file, func(node ast.Node) bool {
			names := alike(listIn(node))
			if len(names) > 0 && listsOfTheirOwn()[source.name] == "" {
				t.Errorf("%s: %s: ask program.Of, or say in listsOfTheirOwn what else this is", source.set.Position(node.Pos()), strings.Join(names, " "))
			}
			used[source.name] = used[source.name] || len(names) > 0
			return true
		})
	}
	for name := range listsOfTheirOwn() {
		if !used[name] {
			t.Errorf("%s has no list any more", name)
		}
	}
}

func TestAListOfProgramsIsFound(t *testing.T) {
	for _, test := range []struct {
		list string
		want int
	}{
		{"bash zsh fish", 3}, {"sudo su doas x", 3}, {"python3.12 perl ruby", 3}, {"sh bash", 0}, {"sh python3 docker", 0},
		{"rm mv cp ls cat grep", 0}, // what they do is said in policies
	} {
		if got := alike(strings.Fields(test.list)); len(got) != test.want {
			t.Errorf("%s: %q", test.list, got)
		}
	}
}

// alike are the names of a list that are of one kind; none when that are few.
func alike(list []string) []string {
	const few = 2
	for one := named.Kind(1); one != named.Leaf; one <<= 1 {
		var names []string
		for _, name := range list {
			if named.Of(name).Is(one) {
				names = append(names, name)
			}
		}
		if len(names) > few {
			return names
		}
	}
	return nil
}

// listIn are the texts of a composite literal, of a case, or the words of a text that
// is a list.
func listIn(node ast.Node) []string {
	switch node := node.(type) {
	case *ast.CompositeLit:
		return textsOf(node.Elts)
	case *ast.CaseClause:
		return textsOf(node.List)
	case *ast.BasicLit:
		if words := strings.Fields(strings.Join(textsOf([]ast.Expr{node}), "")); isList(words) {
			return words
		}
	}
	return nil
}

// isList: most of the words of a text are names, so that it is no sentence.
func isList(words []string) bool {
	names := 0
	for _, word := range words {
		if named.Of(word) != 0 {
			names++
		}
	}
	return 2*names > len(words)
}

func textsOf(elements []ast.Expr) []string {
	var texts []string
	for _, element := range elements {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			element = pair.Key
		}
		if literal, ok := element.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil {
				texts = append(texts, text)
			}
		}
	}
	return texts
}
