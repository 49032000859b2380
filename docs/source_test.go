package docs_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
)

func load(t *testing.T, files []guard.PolicyFile) *policy.Set {
	t.Helper()
	set, diagnostics := policy.Load(files, policy.Options{Kinds: kinds()})
	if len(diagnostics) > 0 {
		t.Fatalf("%v", diagnostics)
	}
	return set
}

// declared finds the value or the type that a file of ours declares.
func declared(t *testing.T, file, name string) ast.Node {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found ast.Node
	ast.Inspect(parsed, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.ValueSpec:
			for i, ident := range n.Names {
				if ident.Name == name && i < len(n.Values) {
					found = n.Values[i]
				}
			}
		case *ast.TypeSpec:
			if n.Name.Name == name {
				found = n.Type
			}
		case *ast.FuncDecl:
			if n.Name.Name == name {
				found = n
			}
		}
		return found == nil
	})
	if found == nil {
		t.Fatalf("%s declares no %s any more: mend this test", file, name)
	}
	return found
}

// sourceStrings are the texts in a declaration, in their order.
func sourceStrings(t *testing.T, file, name string) []string {
	t.Helper()
	return stringsIn(t, declared(t, file, name))
}

func stringsIn(t *testing.T, node ast.Node) []string {
	t.Helper()
	var all []string
	ast.Inspect(node, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
		return true
	})
	return all
}

// jsonFields are the names of a struct's fields in JSON, those of embedded
// structs of package guard among them.
func jsonFields(t *testing.T, file, name string) []string {
	t.Helper()
	fields, ok := declared(t, file, name).(*ast.StructType)
	if !ok {
		t.Fatalf("%s: %s is no struct", file, name)
	}
	var all []string
	for _, field := range fields.Fields.List {
		if len(field.Names) == 0 {
			all = append(all, embedded(t, file, field.Type)...)
			continue
		}
		tag := ""
		if field.Tag != nil {
			quoted, err := strconv.Unquote(field.Tag.Value)
			if err != nil {
				t.Fatal(err)
			}
			tag, _, _ = strings.Cut(reflect.StructTag(quoted).Get("json"), ",")
		}
		if tag != "-" && tag != "" {
			all = append(all, tag)
		}
	}
	return all
}

func embedded(t *testing.T, file string, kind ast.Expr) []string {
	t.Helper()
	switch kind := kind.(type) {
	case *ast.Ident:
		return jsonFields(t, file, kind.Name)
	case *ast.SelectorExpr:
		if fmt.Sprint(kind.X) == "history" {
			return jsonFields(t, "../guard/history/entry.go", kind.Sel.Name)
		}
		if kind.Sel.Name == "DryRun" {
			return jsonFields(t, "../guard/dryrun.go", kind.Sel.Name)
		}
		return jsonFields(t, "../guard/report.go", kind.Sel.Name)
	default:
		t.Fatalf("%s: an embedded %T", file, kind)
		return nil
	}
}

// A section "## NAME" or "### NAME" of check-json.md has a table whose first
// column is exactly the fields of the type.
func TestTheFieldsOfJSONAreExactlyThosePrinted(t *testing.T) {
	page := pageNamed(t, "check-json.md")
	for _, test := range []struct{ heading, file, name string }{
		{"## guard check --json", "../cmd/guard/json.go", "checkReport"},
		{"## guard check --script --json", "../cmd/guard/json.go", "lintReport"},
		{"### dry run", "../guard/dryrun.go", "DryRun"},
		{"### finding", "../guard/dryrun.go", "DryRunFinding"},
		{"### counts", "../guard/dryrun.go", "DryRunCounts"},
		{"## guard run --result", "../cmd/guard/result.go", "outcomeLine"},
		{"## guard history list --json", "../guard/history/entry.go", "Summary"},
		{"## guard history show --json", "../guard/review/json.go", "Shown"},
		{"## guard history verify --json", "../guard/history/verification.go", "Verification"},
		{"## guard doctor --json", "../guard/host/doctor.go", "Symptom"},
		{"## guard policy validate --json", "../cmd/guard/policycmd.go", "validation"},
		{"## guard policy test --json", "../guard/policy/api.go", "TestResult"},
		{"## guard policy list --json", "../guard/policy/api.go", "PolicyDoc"},
		{"### decision", "../guard/decision.go", "Decision"},
		{"### check", "../guard/decision.go", "Check"},
		{"### confirmation", "../guard/decision.go", "Confirmation"},
		{"### problem", "../guard/decision.go", "Problem"},
		{"### target", "../guard/decision.go", "Target"},
		{"### measure", "../guard/decision.go", "Measure"},
		{"### role", "../guard/decision.go", "Role"},
		{"### claim", "../guard/decision.go", "Claim"},
		{"### count", "../guard/decision.go", "Count"},
		{"### request", "../guard/request.go", "Request"},
		{"### operator", "../guard/request.go", "Operator"},
		{"### host", "../guard/request.go", "Host"},
		{"### operation", "../guard/operation.go", "Operation"},
		{"### word", "../guard/operation.go", "Word"},
		{"### account", "../guard/operation.go", "Account"},
		{"### ask", "../guard/fact.go", "Ask"},
		{"### fact", "../guard/fact.go", "Fact"},
		{"### executable", "../guard/entry.go", "Executable"},
		{"### policies", "../guard/entry.go", "PolicySet"},
		{"### answer", "../guard/entry.go", "Answer"},
		{"### outcome", "../guard/entry.go", "Outcome"},
		{"### supervision", "../guard/entry.go", "Supervision"},
		{"### intent", "../guard/entry.go", "Intent"},
		{"### step", "../guard/report.go", "Step"},
		{"### diagnostic", "../guard/policy/blocks/diagnostic.go", "Diagnostic"},
	} {
		t.Run(test.heading, func(t *testing.T) {
			_, section, found := strings.Cut(page.text, "\n"+test.heading+"\n")
			if !found {
				t.Fatalf("%s has no such section", page.name)
			}
			section, _, _ = strings.Cut(section, "\n##")
			missing, extra := compare(jsonFields(t, test.file, test.name), firstCells("\n## x\n"+section, "\n## x\n"))
			if len(missing)+len(extra) > 0 {
				t.Errorf("not described %q, not printed %q", missing, extra)
			}
		})
	}
}

// The schema on the page is the one that makes a log.
func TestTheSchemaIsThatOfTheLog(t *testing.T) {
	schema := strings.TrimSpace(sourceStrings(t, "../guard/audit/schema.go", "schema")[0])
	blocks := pageNamed(t, "audit-log.md").fenced("sql")
	if len(blocks) == 0 || strings.TrimSpace(blocks[0]) != schema {
		t.Errorf("the first sql block must be\n%s", schema)
	}
}

// Every variable that may be recorded is named.
func TestTheRecordedEnvironmentIsNamed(t *testing.T) {
	page := pageNamed(t, "audit-log.md")
	for _, name := range sourceStrings(t, "../guard/audit/body.go", "recorded") {
		if !strings.Contains(page.text, "`"+name+"`") {
			t.Errorf("%s does not name %s", page.name, name)
		}
	}
}

// What is shown as JSON is JSON.
func TestTheJSONOnThePagesIsJSON(t *testing.T) {
	for _, page := range pages(t) {
		for i, block := range page.fenced("json") {
			if !json.Valid([]byte(block)) {
				t.Errorf("%s: block %d is no JSON", page.name, i+1)
			}
		}
	}
}
