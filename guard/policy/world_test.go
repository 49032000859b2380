package policy

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy/blocks"
)

// world answers what a decision asks: by kind of question.
type world map[string]func(guard.Ask) guard.Fact

func is(value any) func(guard.Ask) guard.Fact {
	return func(guard.Ask) guard.Fact { return guard.Fact{Known: true, Value: value} }
}

func notKnown(reason string) func(guard.Ask) guard.Fact {
	return func(guard.Ask) guard.Fact { return guard.Fact{Reason: reason} }
}

// ordinary is a world where paths lead where they say and nothing is claimed.
func ordinary() world {
	return world{
		"resolve": func(ask guard.Ask) guard.Fact {
			var objects []any
			for i, given := range ask.Args["paths"].([]any) {
				where := given.(string)
				if !path.IsAbs(where) {
					where = path.Join(ask.Args["dir"].(string), where)
				}
				objects = append(objects, map[string]any{
					"given": given, "resolved": path.Clean(where), "real": path.Clean(where), "exists": true,
					"type": "directory", "device": uint64(1), "inode": uint64(10 + i),
				})
			}
			return guard.Fact{Known: true, Value: objects}
		},
		"claims": is(map[string]any{"held": 0.0, "holders": []any{}}),
		"tree":   is(map[string]any{"entries": int64(5), "files": int64(4), "directories": int64(1), "bytes": int64(10), "mounts": []any{}, "open": []any{}}),
	}
}

func (w world) with(kind string, answer func(guard.Ask) guard.Fact) world {
	changed := world{}
	for k, a := range w {
		changed[k] = a
	}
	changed[kind] = answer
	return changed
}

func request(argv ...string) guard.Request {
	r := blocks.TestRequest()
	r.Argv = argv
	return r
}

func operation(argv ...string) guard.Operation {
	return guard.Operation{
		Program: path.Base(argv[0]), Path: argv[0], Args: guard.Lits(argv[1:]...), Dir: guard.Lit("/work"),
		Account: guard.Account{Known: true, Name: "root", UID: 0, Home: "/root"}, EnvComplete: true,
	}
}

// decide measures and decides until nothing is asked any more, and says what
// was asked for.
func (w world) decide(t testing.TB, set *Set, r guard.Request, ops ...guard.Operation) (guard.Decision, []guard.Ask) {
	t.Helper()
	facts := guard.Facts{}
	var all []guard.Ask
	for range 8 {
		asks, decision := set.Decide(r, ops, facts)
		if len(asks) == 0 {
			return decision, all
		}
		if decision.Effect != guard.Deny {
			t.Fatalf("while it asks, the decision is %s", decision.Effect)
		}
		for _, ask := range asks {
			if _, again := facts[ask.Key]; again {
				t.Fatalf("asked again: %s", ask.Key)
			}
			answer, ok := w[ask.Kind]
			if !ok {
				t.Fatalf("nobody answers %s %v", ask.Kind, ask.Args)
			}
			facts[ask.Key] = answer(ask)
			all = append(all, ask)
		}
	}
	t.Fatal("it asks for ever")
	return guard.Decision{}, nil
}

// run decides argv as one operation.
func (w world) run(t testing.TB, set *Set, argv ...string) guard.Decision {
	t.Helper()
	decision, _ := w.decide(t, set, request(argv...), operation(argv...))
	return decision
}

// statuses are the checks as "NAME STATUS".
func statuses(decision guard.Decision) []string {
	var all []string
	for _, check := range decision.Checks {
		all = append(all, check.Name+" "+check.Status.String())
	}
	return all
}

func has(decision guard.Decision, want string) bool { return slices.Contains(statuses(decision), want) }

const commandRM = `
command "rm" {
  program = "rm"
  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  flag "force" {
    short = "f"
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}
`

// rule is a policy for rm with one rule over one exec probe called x.
func rule(condition string) string {
	return commandRM + fmt.Sprintf(`
policy "p" {
  applies_to = [command.rm]
  probe "exec" "x" {
    argv   = ["x"]
    decode = "json"
  }
  rule "r" {
    condition = %s
  }
}
`, condition)
}

// ruleByLocal is rule for what a constant may not be: its value is only known when it
// decides.
func ruleByLocal(condition string) string {
	return strings.Replace(rule("local.tested"), "  rule \"r\"", "  locals { tested = { is = "+condition+", when = now.unix }.is }\n  rule \"r\"", 1)
}
