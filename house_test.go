// Package blastguard_test keeps the house in order: which package may import
// which, how long a file or a function may be, where the program may end.
package blastguard_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const (
	maxFile         = 400 // lines
	maxFunction     = 60  // lines, outside tests
	maxReadme       = 200 // lines
	maxDependencies = 20  // direct ones: fewer than this
)

// layer orders the house: a package imports only packages of lower layers, and
// those of its own that the table allows by name.
type layer int

const (
	vocabulary layer = iota // guard
	pure                    // no files, no clock, no processes
	effects                 // touches the world
	content                 // the shipped policies
	conduct                 // one piece of the program's work, without its terminal and flags
	program                 // cmd and tools
	support                 // only for tests
)

// place is what a package may import. The standard library is free, but in the
// vocabulary it is all there is.
type place struct {
	layer    layer
	sideways []string // packages of ours in the same layer, or support
	outside  []string // modules, or packages, of others
	tests    []string // what only its tests import besides
}

const (
	cobra       = "github.com/spf13/cobra"
	pflag       = "github.com/spf13/pflag"
	bubbletea   = "charm.land/bubbletea/v2"
	lipgloss    = "charm.land/lipgloss/v2"
	hclog       = "github.com/hashicorp/go-hclog"
	hcl         = "github.com/hashicorp/hcl/v2"
	cty         = "github.com/zclconf/go-cty/cty"
	sqlite      = "github.com/mattn/go-sqlite3"
	shellParser = "mvdan.cc/sh/v3"
	tlog        = "golang.org/x/mod/sumdb"
	kernel      = "golang.org/x/sys/unix"
	pgx         = "github.com/jackc/pgx/v5"
	testscripts = "github.com/rogpeppe/go-internal"
)

// house is the table: every package of ours stands in it. Each library of
// others has one home, but for the kernel, which is wherever it must be.
func house() map[string]place {
	return map[string]place{
		"guard": {layer: vocabulary},

		"guard/command":        {layer: pure, sideways: []string{"guard/program"}},
		"guard/program":        {layer: pure},
		"guard/shell":          {layer: pure, sideways: []string{"guard/program"}, outside: []string{shellParser}},
		"guard/policy":         {layer: pure, sideways: []string{"guard/command", "guard/policy/*", "guard/program", "guard/secret"}, outside: []string{hcl, cty}},
		"guard/policy/*":       {layer: pure, sideways: []string{"guard/command", "guard/policy/*"}, outside: []string{hcl, cty}},
		"guard/history":        {layer: pure},
		"guard/runbook":        {layer: pure},
		"guard/secret":         {layer: pure},
		"guard/fileio":         {layer: effects, outside: []string{kernel}},
		"guard/source":         {layer: effects, outside: []string{kernel}},
		"guard/machine":        {layer: effects, sideways: []string{"guard/fileio"}, outside: []string{kernel}, tests: []string{"internal/ptytest"}},
		"guard/process":        {layer: effects, sideways: []string{"guard/fileio"}, outside: []string{kernel}, tests: []string{"internal/ptytest"}},
		"guard/supervise":      {layer: effects, outside: []string{kernel}, tests: []string{"internal/confine", "internal/ptytest"}},
		"guard/terminal":       {layer: effects, outside: []string{kernel}, tests: []string{"internal/ptytest"}},
		"guard/approve":        {layer: effects, sideways: []string{"guard/terminal"}, outside: []string{bubbletea, lipgloss, "github.com/charmbracelet/", kernel}, tests: []string{"internal/ptytest"}},
		"guard/audit":          {layer: effects, sideways: []string{"guard/secret"}, outside: []string{sqlite, tlog, kernel}, tests: []string{"guard/history/historytest"}},
		"guard/review":         {layer: effects, outside: []string{bubbletea, lipgloss}},
		"guard/probe":          {layer: effects, sideways: []string{"guard/fileio", "guard/probe/datadir", "guard/probe/walk"}, outside: []string{kernel}, tests: []string{"guard/probe/pgtest"}},
		"guard/probe/database": {layer: effects, sideways: []string{"guard/fileio"}, outside: []string{kernel}},
		"guard/probe/datadir":  {layer: effects, sideways: []string{"guard/probe/database", "guard/probe/engine", "guard/probe/walk"}, tests: []string{"guard/probe/pgtest"}},
		"guard/probe/engine":   {layer: effects, sideways: []string{"guard/probe/database", "guard/probe/postgres"}},
		"guard/probe/postgres": {layer: effects, sideways: []string{"guard/probe/database"}, outside: []string{pgx}, tests: []string{"guard/probe/datadir", "guard/probe/pgtest"}},
		"guard/probe/walk":     {layer: effects, outside: []string{kernel}},
		"guard/probe/pgtest":   {layer: support, outside: []string{pgx, kernel}},
		"guard/dryrun":         {layer: conduct},
		"guard/host":           {layer: conduct, outside: []string{kernel}},
		"guard/playbook":       {layer: conduct},
		"policies":             {layer: content},
		"policies/incidents":   {layer: content, tests: []string{"policies"}},
		"policies/incidents/*": {layer: content},

		"guard/history/historytest": {layer: support},

		"cmd/guard": {
			layer:   program,
			outside: []string{cobra, pflag, hclog, kernel},
			tests:   []string{"internal/*", "guard/probe/pgtest", testscripts, pgx, sqlite, tlog},
		},
		"docs":             {layer: program},
		"internal/bench":   {layer: program},
		"internal/ptytest": {layer: support, outside: []string{kernel, testscripts}},
		"internal/*":       {layer: support, outside: []string{kernel}},

		".": {layer: support, tests: []string{"guard/program", "golang.org/x/mod/modfile"}},
	}
}

// lookup finds a package's place: by its name, else by that of its folder
// with a star.
func lookup(folder string) (place, bool) {
	table := house()
	if found, ok := table[folder]; ok {
		return found, true
	}
	found, ok := table[path.Dir(folder)+"/*"]
	return found, ok
}

// source is one Go file of ours.
type source struct {
	name   string // "guard/shell/parse.go"
	folder string // "guard/shell", "." for the top
	test   bool
	text   []byte
	set    *token.FileSet
	file   *ast.File
}

// sources reads every Go file of the tree.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && (entry.Name()[0] == '.' || entry.Name() == "testdata" || entry.Name() == "bin"):
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		all = append(all, source{name, path.Dir(name), strings.HasSuffix(name, "_test.go"), text, set, file})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestImportsGoDownOnly(t *testing.T) {
	for _, source := range sources(t) {
		here, known := lookup(source.folder)
		if !known {
			t.Errorf("%s: the package %s has no place in the house: put it into the table of house_test.go", source.name, source.folder)
			continue
		}
		for _, imported := range source.file.Imports {
			target := strings.Trim(imported.Path.Value, `"`)
			if why := forbidden(source, here, target); why != "" {
				t.Errorf("%s imports %s: %s", source.name, target, why)
			}
		}
	}
}

// forbidden says why a file may not import a package; empty when it may.
func forbidden(from source, here place, target string) string {
	allowed := slices.Concat(here.sideways, here.outside)
	if from.test {
		allowed = append(allowed, here.tests...)
	}
	ours, own := strings.CutPrefix(target, "blastguard/")
	first, _, _ := strings.Cut(target, "/")
	switch {
	case own && (ours == from.folder || slices.ContainsFunc(allowed, matches(ours))):
		return ""
	case own:
		return upward(here, ours)
	case target == "C" || !strings.Contains(first, "."):
		return "" // the standard library
	case slices.ContainsFunc(allowed, matches(target)):
		return ""
	default:
		return "this library has its home elsewhere"
	}
}

func upward(here place, target string) string {
	there, known := lookup(target)
	switch {
	case !known:
		return "the package has no place in the house"
	case there.layer == support:
		return "it is for tests only"
	case there.layer >= here.layer:
		return "imports go down only, not up or sideways"
	default:
		return ""
	}
}

// matches: the pattern is the package itself, a folder above it, or ends with a
// star.
func matches(target string) func(string) bool {
	return func(pattern string) bool {
		if prefix, star := strings.CutSuffix(pattern, "*"); star {
			return strings.HasPrefix(target, prefix)
		}
		return target == pattern || strings.HasPrefix(target, strings.TrimSuffix(pattern, "/")+"/")
	}
}

func TestTheTableForbids(t *testing.T) {
	for _, test := range []struct {
		name, from, target string
		test, allowed      bool
	}{
		{"effects import the vocabulary", "guard/audit", "blastguard/guard", false, true},
		{"audit masks with secret", "guard/audit", "blastguard/guard/secret", false, true},
		{"the program imports effects", "cmd/guard", "blastguard/guard/audit", false, true},
		{"policy imports a package below it", "guard/policy", "blastguard/guard/policy/test", false, true},
		{"tests use a pseudo terminal", "guard/process", "blastguard/internal/ptytest", true, true},
		{"the program does not", "guard/process", "blastguard/internal/ptytest", false, false},
		{"the vocabulary imports nothing", "guard", "blastguard/guard/policy", false, false},
		{"the vocabulary imports no library", "guard", kernel, false, false},
		{"pure does not import effects", "guard/policy", "blastguard/guard/probe", false, false},
		{"no sideways edge", "guard/probe", "blastguard/guard/audit", false, false},
		{"review renders the types of history", "guard/review", "blastguard/guard/history", false, true},
		{"review knows no database", "guard/review", "blastguard/guard/audit", true, false},
		{"a library has one home", "guard/probe", cty, false, false},
		{"the program imports conduct", "cmd/guard", "blastguard/guard/dryrun", false, true},
		{"conduct imports the shipped policies", "guard/host", "blastguard/policies", false, true},
		{"conduct does not import its like", "guard/host", "blastguard/guard/dryrun", false, false},
		{"effects do not import conduct", "guard/review", "blastguard/guard/dryrun", false, false},
		{"conduct knows no flags", "guard/dryrun", cobra, false, false},
		{"nobody imports the program", "guard/review", "blastguard/cmd/guard", false, false},
		{"a package without a place", "guard/audit", "blastguard/guard/helpers", false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			here, known := lookup(test.from)
			why := forbidden(source{folder: test.from, test: test.test}, here, test.target)
			if !known || (why == "") != test.allowed {
				t.Errorf("%s imports %s: %q, want allowed %v", test.from, test.target, why, test.allowed)
			}
		})
	}
	if _, known := lookup("guard/helpers"); known {
		t.Error("a package that nobody put into the table has a place")
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	documented := map[string]bool{}
	for _, source := range sources(t) {
		if !source.test || source.folder == "." {
			documented[source.folder] = documented[source.folder] || source.file.Doc.Text() != ""
		}
	}
	for folder, ok := range documented {
		if !ok {
			t.Errorf("%s: no package comment", folder)
		}
	}
}

func TestOnlyMainEndsTheProgram(t *testing.T) {
	for _, source := range sources(t) {
		if source.test || source.name == "cmd/guard/main.go" || source.folder == "internal/bench" || source.file.Name.Name == "main" && source.folder != "cmd/guard" {
			continue
		}
		ast.Inspect(source.file, func(node ast.Node) bool {
			if call, ok := node.(*ast.CallExpr); ok && ends(call) {
				t.Errorf("%s: only cmd/guard/main.go ends the program", source.set.Position(call.Pos()))
			}
			return true
		})
	}
}

// ends: os.Exit, syscall.Exit, unix.Exit, log.Fatal…
func ends(call *ast.CallExpr) bool {
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	from, ok := selector.X.(*ast.Ident)
	if !ok {
		return false
	}
	switch from.Name {
	case "os", "syscall", "unix":
		return selector.Sel.Name == "Exit"
	case "log":
		return strings.HasPrefix(selector.Sel.Name, "Fatal")
	default:
		return false
	}
}

func TestFilesAndFunctionsAreShort(t *testing.T) {
	for _, source := range sources(t) {
		if lines := bytes.Count(source.text, []byte("\n")); lines > maxFile {
			t.Errorf("%s: %d lines, at most %d", source.name, lines, maxFile)
		}
		for _, declaration := range source.file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || source.test {
				continue
			}
			from, to := source.set.Position(function.Pos()), source.set.Position(function.End())
			if lines := to.Line - from.Line + 1; lines > maxFunction {
				t.Errorf("%s: %s: %d lines, at most %d", from, function.Name.Name, lines, maxFunction)
			}
		}
	}
}

func TestFewDependencies(t *testing.T) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	module, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	var direct []string
	for _, required := range module.Require {
		if !required.Indirect {
			direct = append(direct, required.Mod.Path)
		}
	}
	if len(direct) >= maxDependencies {
		t.Errorf("%d direct dependencies, fewer than %d wanted: %s", len(direct), maxDependencies, strings.Join(direct, ", "))
	}
}

func TestTheReadmeFitsOneSitting(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if os.IsNotExist(err) {
		t.Skip("there is no README.md")
	}
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("\n")); lines > maxReadme {
		t.Errorf("README.md: %d lines, at most %d", lines, maxReadme)
	}
}
