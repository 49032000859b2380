package policy

import (
	"fmt"
	"strings"
	"testing"

	"blastguard/guard"
)

// execKind is what the real one declares.
func execKinds() []guard.ProbeKind {
	return []guard.ProbeKind{{Name: "exec", Params: []guard.ProbeParam{
		{Name: "argv", Type: guard.ListParam, Required: true}, {Name: "decode", Type: guard.StringParam},
		{Name: "operands", Type: guard.ListParam}, {Name: "if_empty", Type: guard.AnyParam},
	}}}
}

const execFile = `
command "wipe" {
  program = "wipe"
  operand "paths" {
    type    = list(string)
    default = []
    target  = "name"
  }
  flag "none" {}
}
policy "wipe" {
  applies_to = [command.wipe]
  probe "exec" "parts" {
    argv     = ["lsblk", "--"]
    operands = %s
    %s
  }
  rule "idle" { condition = length(probe.parts) == 0 }
}
`

// A program is not run without operands: it might tell of everything.
func TestAProgramIsNotRunWithoutOperands(t *testing.T) {
	devices := `[for p in arg.paths : p if startswith(p, "/dev/")]`
	for _, test := range []struct {
		operands, empty, line string
		want                  guard.Effect
		ran                   string
	}{
		{devices, "if_empty = []", "wipe disk.img", guard.Allow, ""},
		{devices, "", "wipe disk.img", guard.Deny, ""},
		{devices, `if_empty = ["in use"]`, "wipe disk.img", guard.Deny, ""},
		{devices, "if_empty = null", "wipe disk.img", guard.Deny, ""},
		{devices, "if_empty = []", "wipe /dev/sdb", guard.Deny, "lsblk -- /dev/sdb"},
		{devices, "if_empty = []", "wipe x /dev/sdb /dev/sdc", guard.Deny, "lsblk -- /dev/sdb /dev/sdc"},
		{"arg.none", "if_empty = []", "wipe /dev/sdb", guard.Allow, ""}, // null is none, too
		{"arg.paths", "", "wipe", guard.Deny, ""},
	} {
		set, diags := Load([]guard.PolicyFile{file("a.hcl", fmt.Sprintf(execFile, test.operands, test.empty))}, Options{Kinds: execKinds()})
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		ran := ""
		world := ordinary().with("exec", func(ask guard.Ask) guard.Fact {
			if len(ask.Args) != 1 {
				t.Errorf("%s: the question has %v", test.line, ask.Args)
			}
			for _, word := range ask.Args["argv"].([]any) {
				ran += " " + word.(string)
			}
			return guard.Fact{Known: true, Value: []any{"/dev/sda on /"}}
		})
		decision, _ := world.decide(t, set, request("x"), operation(strings.Fields(test.line)...))
		if decision.Effect != test.want || strings.TrimSpace(ran) != test.ran {
			t.Errorf("%s with operands %s, %s: got %s, want %s; ran %q, want %q", test.line, test.operands, test.empty, decision.Effect, test.want, ran, test.ran)
		}
	}
}

func TestAnArgvOfListsIsWarnedOf(t *testing.T) {
	for argv, warned := range map[string]bool{
		`["lsblk", "--"]`:              false,
		`concat(["lsblk"], arg.paths)`: true,
		`[for p in arg.paths : p]`:     true,
		`local.words`:                  true,
		`length(arg.paths) == 0 ? ["lsblk", "x"] : concat(["lsblk"], arg.paths)`: false,
	} {
		text := strings.Replace(fmt.Sprintf(execFile, "arg.paths", ""), `["lsblk", "--"]`, argv, 1) + "locals { words = [\"lsblk\"] }\n"
		_, diags := Load([]guard.PolicyFile{file("a.hcl", text)}, Options{Kinds: execKinds()})
		if got := strings.Contains(diags.Error(), "may look at everything"); got != warned || diags.HasErrors() {
			t.Errorf("%s: warned: %t: %v", argv, got, diags)
		}
	}
}

func TestANameWithAnUnderscoreIsWarnedOf(t *testing.T) {
	for flag, warned := range map[string]bool{
		`flag "all_pools" {}`:                     true,
		`flag "all-pools" {}`:                     false,
		`flag "all_pools" { long = "all-pools" }`: false,
		`flag "all_pools" { long = "all_pools" }`: false,
		"flag \"all_pools\" {\n short = \"a\"\n}": true,
	} {
		_, diags := Load([]guard.PolicyFile{file("a.hcl", "command \"c\" {\n program = \"c\"\n "+flag+"\n}\n")}, Options{})
		if got := len(diags) == 1 && strings.Contains(diags.Error(), "with the underscore"); got != warned || diags.HasErrors() {
			t.Errorf("%s: warned: %t: %v", flag, got, diags)
		}
	}
}
