package policy

import (
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

const poolFile = `
command "pool" {
  program     = "poolctl"
  flags       = "-q -l= --quiet --zone= --colour?"
  harmless    = ["-n --dry-run", "--help"]
  no_operands = "harmless"
  flag "all" { type = bool }
  operand "pools" {
    type   = list(string)
    target = "name"
  }
}
policy "pool" {
  applies_to = [command.pool]
  when       = arg.all
  rule "never" { condition = false }
}
`

const otherFile = `
command "pool-too" {
  program = "poolctl"
  flags   = "--fast"
  operand "pools" { type = list(string) }
}
policy "pool-too" {
  applies_to = [command.pool-too]
  rule "few" { condition = length(arg.pools) < 5 }
}
`

func TestFlagsThatNothingDeclaresAreConfirmed(t *testing.T) {
	set := load(t, poolFile)
	for line, want := range map[string]guard.Effect{
		"a -q --quiet --zone eu -l 5 --colour": guard.Allow,
		"a --every":                            guard.Confirm,
		"a -x":                                 guard.Confirm,
		"--every a":                            guard.Confirm,
		"a --all":                              guard.Deny,
		"a --all --every":                      guard.Deny,
		"a --all -n":                           guard.Allow,
		"a --all --every -n":                   guard.Deny,    // -n may be the value of --every
		"a --all -n --every":                   guard.Confirm, // a dry run, and what is it as well?
		"a --all --every=1 -n":                 guard.Confirm,
		"a --all --colour -n":                  guard.Allow,
		"a --all -l -n":                        guard.Deny,
		"a --all -- -n":                        guard.Deny,
		"":                                     guard.Allow,
		"--all":                                guard.Allow,
		"--every":                              guard.Confirm,
	} {
		decision, _ := ordinary().decide(t, set, request("x"), operation(append([]string{"poolctl"}, strings.Fields(line)...)...))
		if decision.Effect != want {
			t.Errorf("%s: got %s, want %s: %+v", line, decision.Effect, want, decision.Checks)
		}
		named := slices.ContainsFunc(decision.Checks, func(check guard.Check) bool { return check.Limit == "not understood by command pool" })
		if unknown := strings.Contains(line, "every") || strings.Contains(line, "-x"); unknown != named {
			t.Errorf("%s: the flag is named: %t", line, named)
		}
	}
}

// The text names what would be hit, and nobody has to know it.
func TestTheTextForAnUndeclaredFlag(t *testing.T) {
	decision, _ := ordinary().decide(t, load(t, poolFile), request("x"), operation("poolctl", "web", "--every"))
	if len(decision.Confirmations) != 1 || decision.Confirmations[0].Text != "test.example: web" || !decision.Confirmations[0].Show {
		t.Errorf("confirm %+v", decision.Confirmations)
	}
	if len(decision.Targets) != 1 || decision.Targets[0].Given != "web" {
		t.Errorf("targets %+v", decision.Targets)
	}
}

// What another block of the program declares is understood, and each block's own
// dry run is harmless for its own policies only.
func TestSeveralBlocksOfOneProgram(t *testing.T) {
	set := load(t, poolFile+otherFile)
	for line, want := range map[string]guard.Effect{
		"a --fast":       guard.Allow,
		"a -q --fast":    guard.Allow,
		"a --every":      guard.Confirm,
		"a b c d e -n":   guard.Deny,
		"a --all -n":     guard.Allow,
		"a --all --fast": guard.Deny,
	} {
		decision, _ := ordinary().decide(t, set, request("x"), operation(append([]string{"poolctl"}, strings.Fields(line)...)...))
		if decision.Effect != want {
			t.Errorf("%s: got %s, want %s: %+v", line, decision.Effect, want, decision.Checks)
		}
	}
	loose := load(t, poolFile+strings.Replace(otherFile, `flags   = "--fast"`, `other_flags = "harmless"`, 1))
	if decision, _ := ordinary().decide(t, loose, request("x"), operation("poolctl", "a", "--every")); decision.Effect != guard.Confirm {
		t.Errorf("one block says that others are harmless, the other does not: %s", decision.Effect)
	}
}

func TestTextsOfFlags(t *testing.T) {
	for text, want := range map[string]string{
		`flags = "force"`:                                 `"force" is no flag in this style`,
		`flags = "-force"`:                                `"-force" is no flag in this style`,
		`flags = "---force"`:                              `"---force" is no flag in this style`,
		`flags = "--"`:                                    `"--" is no flag in this style`,
		`harmless = "-n="`:                                `"-n=" is no flag in this style`,
		`flags = "-q" ` + "\n" + `harmless="-q"`:          "has -q too",
		`flags = 5`:                                       "flags must be a text or a list of texts",
		`flag "undeclared" {}`:                            "the name is that of the list of flags which nothing declares",
		`other_flags = "fine"`:                            `other_flags cannot be "fine"`,
		`no_operands = "fine"`:                            `no_operands cannot be "fine"`,
		`flag "x" { harmless = true }`:                    "only a bool flag can be harmless",
		"flag \"x\" {\n type = bool\n attached = true\n}": "attached is for flags of type string or list(string)",
		`operand "x" { unless = "y" }`:                    `unless names "y", which is no flag of the command`,
	} {
		_, diags := Load([]guard.PolicyFile{{Path: "a.hcl", Content: "command \"c\" {\n program = \"c\"\n " + text + "\n}\n"}}, Options{})
		if !strings.Contains(diags.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, diags, want)
		}
	}
	set := load(t, "command \"c\" {\n program = \"c\"\n style = \"words\"\n flags = \"if= bs=\"\n harmless = \"--help\"\n flag \"of\" {}\n}\npolicy \"p\" {\n applies_to = [command.c]\n rule \"r\" { condition = arg.of == null }\n}\n")
	for line, want := range map[string]guard.Effect{"if=a bs=1": guard.Allow, "of=b --help": guard.Allow, "of=b": guard.Deny, "wipe=1": guard.Confirm} {
		if decision, _ := ordinary().decide(t, set, request("x"), operation(append([]string{"c"}, strings.Fields(line)...)...)); decision.Effect != want {
			t.Errorf("%s: got %s, want %s", line, decision.Effect, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for condition, want := range map[string]guard.Effect{
		`matches("^a.c", "abcd")`:       guard.Allow,
		`matches("", ["a", "b"])`:       guard.Allow,
		`matches("a", ["a", "b"])`:      guard.Deny,
		`matches("(", "a")`:             guard.Deny,
		`!matches("(", "a")`:            guard.Deny, // not known is not no
		`!matches("a", [])`:             guard.Deny,
		`matches("a", null)`:            guard.Deny,
		`!matches("b", ["a", "a"])`:     guard.Allow,
		`!matches("b", arg.paths)`:      guard.Allow,
		`!matches("b", arg.paths[100])`: guard.Deny,
	} {
		if decision, _ := ordinary().decide(t, load(t, ruleByLocal(condition)), request("x"), operation("rm", "x")); decision.Effect != want {
			t.Errorf("%s: got %s, want %s", condition, decision.Effect, want)
		}
	}
}
