package policy

import (
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
)

// constantIn is a policy with one attribute as it stands.
func constantIn(block, line string) string {
	body := map[string]string{
		"policy":       line + "\nconfirm {}",
		"rule":         "rule \"r\" {\n" + line + "\n}",
		"blast_radius": "blast_radius \"u\" {\n" + line + "\n}",
		"budget":       "blast_radius \"u\" {\naffected = probe.x.n\nbudget {\n" + line + "\n}\n}",
		"role":         "role {\n" + line + "\n}",
		"backup":       "backup {\n" + line + "\n}",
		"confirm":      "confirm {\n" + line + "\n}",
		"probe":        "probe \"exec\" \"y\" {\nargv = [\"y\"]\n" + line + "\n}\nrule \"r\" {\ncondition = probe.y.a\n}",
	}[block]
	return commandRM + "policy \"p\" {\n  applies_to = [command.rm]\n  probe \"exec\" \"x\" {\n    argv = [\"x\"]\n    decode = \"json\"\n  }\n" + body + "\n}\n"
}

// What could only refuse when it decides is found when it is written.
func TestConstantsAreKnownAtLoad(t *testing.T) {
	const radius, total = "affected = probe.x.n\n", "affected = probe.x.n\ntotal = probe.x.t\n"
	for _, test := range []struct{ block, line, want string }{ // want "": it loads
		{"blast_radius", radius + `max = "10"`, `max must be a number, 0 or more: it is string`},
		{"blast_radius", radius + `max = -10`, `max must be a number, 0 or more: it is -10`},
		{"blast_radius", radius + `max = null`, `max must be a number, 0 or more: it is null`},
		{"blast_radius", radius + `max = []`, `max must be a number, 0 or more`},
		{"blast_radius", radius + `max = 0`, ""},
		{"blast_radius", radius + `max = 2 * 5`, ""},
		{"blast_radius", radius + `max = size("1GB")`, ""},
		{"blast_radius", radius + `max = size("many")`, `size`},
		{"blast_radius", radius + `max = 10 - 20`, `it is -10`},
		{"blast_radius", total + `max_percent = "10%"`, `max_percent must be a number, from 0 to 100, without a %: it is string`},
		{"blast_radius", total + `max_percent = 110`, `it is 110`},
		{"blast_radius", total + `max_percent = -1`, `it is -1`},
		{"blast_radius", total + `max_percent = 2.5`, ""},
		{"blast_radius", total + `keep_at_least = -5`, `keep_at_least must be a number, 0 or more: it is -5`},
		{"blast_radius", total + `keep_at_least = "5"`, `keep_at_least must be a number`},
		{"blast_radius", total + `keep_at_least = 0`, ""},
		{"blast_radius", radius + "max = 5\ndrift = \"10%\"", `drift must be a number, 0 or more: it is string`},
		{"blast_radius", radius + "max = 5\ndrift = -1", `it is -1`},
		{"blast_radius", radius + "max = 5\ndrift = 0", ""},
		{"blast_radius", radius + "max = 5\nsettle = \"60\"", `settle must be a duration with a unit, or seconds`},
		{"blast_radius", radius + "max = 5\nsettle = -1", `it is -1`},
		{"blast_radius", radius + "max = 5\nsettle = 60", ""},
		{"blast_radius", "affected = \"3\"\nmax = 5", `affected must be a number, 0 or more, or a list of what is hit: it is string`},
		{"blast_radius", "affected = -3\nmax = 5", `it is -3`},
		{"blast_radius", "affected = [\"a\"]\nmax = 5", ""},
		{"blast_radius", "affected = 1\ntotal = 0\nmax_percent = 5", `total must be a number, more than 0: it is 0`},
		{"blast_radius", "affected = 1\nbaseline = -1\nmax_percent = 5", `baseline must be a number, more than 0: it is -1`},
		{"blast_radius", "for_each = []\naffected = 1\nmax = 5", `for_each must be a list or an object that is not empty: it is empty: nothing would be checked`},
		{"blast_radius", "for_each = \"web\"\naffected = 1\nmax = 5", `for_each must be a list or an object`},
		{"blast_radius", "for_each = [\"web\"]\naffected = 1\nmax = 5", ""},
		{"budget", "max = 5\nper = 0", `per must be a duration with a unit, or seconds: it is 0`},
		{"budget", "max = 5\nper = \"1\"", `per must be a duration`},
		{"budget", "max = -5\nper = \"1h\"", `max must be a number, 0 or more: it is -5`},
		{"budget", "max = 5\nper = \"1h\"\nkey = \"\"", `key must be a text that is not empty: it is empty`},
		{"budget", "max = 5\nper = \"1h\"\nkey = 5", `key must be a text`},
		{"budget", "max = 5\nper = \"1h\"\nkey = \"web\"", ""},
		{"backup", "of = probe.x\nmax_age = \"24\"", `max_age must be a duration with a unit, or seconds`},
		{"backup", "of = probe.x\nmax_age = \"-1h\"", `max_age must be a duration`},
		{"backup", "of = probe.x\nmax_age = 0", `it is 0`},
		{"backup", "of = probe.x\nmax_age = \"24h\"", ""},
		{"backup", "of = probe.x\nmin_size = \"many\"", `min_size must be a size with a unit, bytes, or a percentage`},
		{"backup", "of = probe.x\nmin_size = true", `min_size must be a size`},
		{"backup", "of = probe.x\nmin_size = \"50%\"", ""},
		{"backup", "of = probe.x\nmin_size = \"100GB\"", ""},
		{"backup", "of = \"dump\"\nmin_size = 1", `of must be an object: it is string`},
		{"role", "of = probe.x\nmust_be = []", `must_be must be a text, or a list of texts that is not empty: it is empty`},
		{"role", "of = probe.x\nmust_be = \"\"", `it is empty`},
		{"role", "of = probe.x\nmust_be = [\"secondary\", 1]", `must_be must be a text, or a list of texts`},
		{"role", "of = probe.x\nmust_be = null", `must_be must be a text`},
		{"role", "of = probe.x\nmust_be = [\"secondary\"]", ""},
		{"role", "of = probe.x\nmust_be = \"secondary\"\nmax_lag = \"30\"", `max_lag must be a duration`},
		{"role", "of = probe.x\nmust_be = \"secondary\"\nupstream_alive = \"yes\"", `upstream_alive must be true or false: it is string`},
		{"rule", `condition = "true"`, `condition must be true or false: it is string`},
		{"rule", `condition = 1`, `condition must be true or false: it is number`},
		{"rule", `condition = null`, `condition must be true or false: it is null`},
		{"rule", `condition = false`, ""},
		{"rule", "condition = false\nerror_message = 5", `error_message must be a text`},
		{"rule", "condition = false\nerror_message = \"\"", `it is empty`},
		{"policy", `when = null`, `when must be true or false: it is null`},
		{"policy", `when = "true"`, `when must be true or false: it is string`},
		{"policy", `when = true`, ""},
		{"policy", `summary = 5`, `summary must be a text`},
		{"confirm", `type = "yes"`, `the text to type is "yes", which people type without reading`},
		{"confirm", `type = "Y"`, `which people type without reading`},
		{"confirm", `type = ""`, `type must be a text that is not empty: it is empty`},
		{"confirm", `type = 5`, `type must be a text`},
		{"confirm", `type = host.name`, ""},
		{"confirm", `show = "false"`, `show must be true or false: it is string`},
		{"confirm", `delay = "5"`, `delay must be a duration`},
		{"confirm", `deadline = 0`, `it is 0`},
		{"confirm", `targets = []`, `targets must be a text, or a list of texts that is not empty: it is empty`},
		{"probe", "decode = \"json\"\ntimeout = \"5m\"", `timeout must be a duration with a unit, or seconds, at most 1m: it is 5m`},
		{"probe", "decode = \"json\"\ntimeout = 0", `it is 0`},
		{"probe", "decode = \"json\"\ntimeout = \"10s\"", ""},
		{"probe", "decode = \"json\"\nfresh_for = \"2\"", `fresh_for must be a duration`},
		{"probe", "decode = \"jsn\"", `decode: "jsn" is none that the probe knows`},
		{"probe", "decode = 5", `decode: a text is needed`},
		{"probe", "decode = null", `decode: it is null`},
		{"probe", "decode = \"json\"\ntimeout = \"61s\"", `timeout must be a duration with a unit, or seconds, at most 1m: it is 61s`},
		{"backup", "of = probe.x\nmin_size = \"abc%\"", `a percentage from more than 0 to 100: it is abc%`},
		{"backup", "of = probe.x\nmin_size = \"-5%\"", `it is -5%`},
		{"backup", "of = probe.x\nmin_size = \"150%\"", `it is 150%`},
		{"backup", "of = probe.x\nmin_size = \"100 %\"", ""},
		{"rule", `condition = 1 / 0 > 0`, `division by zero`},
		{"blast_radius", radius + `max = 1 / 0`, `division by zero`},
		{"blast_radius", radius + `max = probe.x.b ? 10 : "10"`, `max must be a number, and is string here`},
		{"blast_radius", radius + `max = (probe.x.b ? 10 : (probe.x.c ? "a" : 3))`, `max must be a number, and is string here`},
		{"blast_radius", radius + `max = probe.x.b ? 10 : 5`, ""},
		{"rule", `condition = probe.x.b ? true : "false"`, `condition must be a bool, and is string here`},
		{"policy", `require_expect = []`, `require_expect is an empty list`},
		{"blast_radius", total + "keep_at_least = local.k\n}\nlocals {\nk = -5", `keep_at_least must be a number, 0 or more: it is -5`},
		{"blast_radius", total + "keep_at_least = 0 - local.k\n}\nlocals {\nk = -5", ``},
		{"blast_radius", radius + "max = local.k\n}\nlocals {\nk = local.j\nj = 3 - 10", `max must be a number, 0 or more: it is -7`},
		{"blast_radius", total + "max_percent = local.k\n}\nlocals {\nk = \"10%\"", `max_percent must be a number`},
		{"blast_radius", radius + "max = local.k\n}\nlocals {\nk = local.j\nj = local.k", `these need each other`},
		{"blast_radius", radius + "max = 5\nsettle = local.k\n}\nlocals {\nk = \"60\"", `settle must be a duration`},
		{"blast_radius", radius + "max = 5\n}\nlocals {\nk = size(\"many\")", ``},
		{"rule", "condition = local.k\n}\nlocals {\nk = \"true\"", `condition must be true or false: it is string`},
	} {
		t.Run(test.block+" "+test.line, func(t *testing.T) {
			set, diagnostics := Load([]guard.PolicyFile{file("a.hcl", constantIn(test.block, test.line))}, Options{Kinds: kinds()})
			if test.want == "" {
				if set == nil || diagnostics.HasErrors() {
					t.Errorf("it does not load: %v", diagnostics)
				}
				return
			}
			found := slices.ContainsFunc(diagnostics, func(d Diagnostic) bool {
				return d.Severity == "error" && strings.Contains(d.Summary+": "+d.Detail, test.want) && d.File == "a.hcl" && d.Line > 0 && d.Snippet != ""
			})
			if !found || set != nil {
				t.Errorf("want %q, got %v", test.want, diagnostics)
			}
		})
	}
	_, diagnostics := Load([]guard.PolicyFile{file("a.hcl", constantIn("confirm", `type = "destroy it"`))}, Options{Kinds: kinds()})
	if diagnostics.HasErrors() || len(diagnostics) != 1 || !strings.Contains(diagnostics[0].Summary, "always the same") {
		t.Errorf("a constant text: %v", diagnostics)
	}
}

// What is computed has the bounds of what is written out.
func TestWhatIsComputedHasTheSameBounds(t *testing.T) {
	const all = "affected = 3\ntotal = 100\n"
	for _, test := range []struct{ block, line, want string }{
		{"blast_radius", all + "keep_at_least = probe.x.n - 15", "keep_at_least must be a number, 0 or more: it is -5"},
		{"blast_radius", all + "max_percent = probe.x.n * 11", "max_percent must be a number, from 0 to 100, without a %: it is 110"},
		{"blast_radius", all + "max_percent = 0 - probe.x.n", "it is -10"},
		{"blast_radius", all + "max = probe.x.s", "max must be a number, 0 or more: it is string"},
		{"blast_radius", all + "max = 0 - probe.x.n", "it is -10"},
		{"blast_radius", all + "max = 50\nsettle = probe.x.n - 20\nkeep_at_least = 1", "settle must be a duration"},
		{"blast_radius", "affected = 3\ntotal = probe.x.s\nmax = 5", "total must be a number, more than 0: it is string"},
		{"blast_radius", "affected = 3\ntotal = probe.x.n - 10\nmax = 5", "total must be a number, more than 0: it is 0"},
		{"budget", "max = 0 - probe.x.n\nper = \"1h\"", "max must be a number, 0 or more"},
		{"budget", "max = 5\nper = probe.x.n - 10", "per must be a duration"},
		{"role", "of = probe.x\nmust_be = \"secondary\"\nmax_lag = 0 - probe.x.n", "max_lag must be a duration"},
		{"backup", "of = probe.x\nmax_age = probe.x.n - 10", "max_age must be a duration"},
		{"backup", "of = probe.x\nmin_size = \"${probe.x.n * 11}%\"", "it is 110%"},
		{"probe", "decode = \"json\"\ntimeout = probe.x.n * 10", "timeout must be a duration with a unit, or seconds, at most 1m: it is 100"},
	} {
		t.Run(test.block+" "+test.line, func(t *testing.T) {
			text := strings.Replace(constantIn(test.block, test.line), "budget {", "max = 100\nbudget {", 1)
			set := load(t, text)
			fact := map[string]any{"n": 10, "s": "10", "a": true, "role": "secondary", "lag": 1, "time": 1, "bytes": 1, "previous": []any{1}}
			decision := ordinary().with("exec", is(fact)).run(t, set, "rm", "/a")
			said := slices.ContainsFunc(decision.Checks, func(check guard.Check) bool {
				return check.Effect == guard.Deny && strings.Contains(check.Message+check.Limit+check.Value, test.want)
			})
			if decision.Effect != guard.Deny || !said {
				t.Errorf("got %s %+v", decision.Effect, decision.Checks)
			}
		})
	}
}

// A role that nearly is one of guard's own is a warning: another program may tell others.
func TestARoleMayBeMisspelt(t *testing.T) {
	for role, want := range map[string]string{"secondry": "did you mean secondary?", "leader": "", "primary": "", "replica": ""} {
		_, diagnostics := Load([]guard.PolicyFile{file("a.hcl", constantIn("role", "of = probe.x\nmust_be = [\""+role+"\"]"))}, Options{Kinds: kinds()})
		if diagnostics.HasErrors() || (len(diagnostics) > 0) != (want != "") || want != "" && !strings.Contains(diagnostics[0].Summary, want) {
			t.Errorf("%s: %v", role, diagnostics)
		}
	}
}
