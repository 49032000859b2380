package blocks

import (
	"testing"

	"blastguard/guard"
)

// kinds are the probes that the tests of this package use.
func kinds() []guard.ProbeKind {
	return []guard.ProbeKind{{Name: "exec", Params: []guard.ProbeParam{{Name: "argv", Type: guard.ListParam, Required: true}}}}
}

func file(path, text string) guard.PolicyFile { return fileOf(path, guard.UserFile, text) }

func fileOf(path string, origin guard.Origin, text string) guard.PolicyFile {
	return guard.PolicyFile{Path: path, Origin: origin, Content: text}
}

// load is a set that must be without problems.
func load(t *testing.T, text string) *Set {
	t.Helper()
	set, diags := Load([]guard.PolicyFile{file("a.hcl", text)}, kinds())
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return set
}

const commandRM = "command \"rm\" {\n  program = \"rm\"\n  operand \"paths\" { type = list(string) }\n}\n"

// rule is a policy with one rule.
func rule(condition string) string {
	return commandRM + "policy \"p\" {\n  applies_to = [command.rm]\n  probe \"exec\" \"x\" { argv = [\"x\"] }\n  rule \"r\" { condition = " + condition + " }\n}\n"
}

// limitedBy is a policy with one limit, a local.
func limitedBy(policy, local string) string {
	return "policy \"" + policy + "\" {\n  applies_to = [command.rm]\n  blast_radius \"paths\" {\n    affected = arg.paths\n    max      = local." + local + "\n  }\n}\n"
}
