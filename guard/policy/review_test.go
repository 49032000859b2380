package policy

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
)

// oddities are facts that no policy can have meant.
func oddities() map[string]any {
	deep := any("x")
	for range 40 {
		deep = []any{deep}
	}
	return map[string]any{
		"null": nil, "true": true, "an empty text": "", "a text": "3", "a blank": " ", "an empty list": []any{}, "a list of null": []any{nil},
		"a list of empty texts": []any{""}, "an empty object": map[string]any{}, "an object of null": map[string]any{"n": nil, "role": nil, "time": nil, "bytes": nil},
		"a negative number": int64(-1), "a huge number": math.MaxFloat64, "not a number": math.NaN(), "an infinite number": math.Inf(1), "less than any number": math.Inf(-1),
		"not known": guard.Unmeasured{Reason: "no answer"}, "a nil pointer": (*guard.Unmeasured)(nil), "a list of what is not known": []any{guard.Unmeasured{}},
		"an object of what is not known": map[string]any{"n": guard.Unmeasured{}, "role": guard.Unmeasured{}, "time": guard.Unmeasured{}, "bytes": guard.Unmeasured{}},
		"a type nobody knows":            struct{}{}, "a channel": make(chan int), "a very deep list": deep, "a byte": byte(1), "a time": time.Unix(1<<40, 0),
		"a text with a NUL": "a\x00b", "no UTF-8": "\xff",
	}
}

// Each check, with one fact that is odd in the place named n; the others are as
// they should be. Nothing of it may be allowed.
func TestOddFactsNeverAllow(t *testing.T) {
	for name, body := range map[string]string{
		"a rule":                  "rule \"r\" {\n condition = probe.x.n < 5 && probe.x.n >= 0\n}",
		"a rule for each":         "rule \"r\" {\n for_each = probe.x.n\n condition = each.value > 100\n}",
		"a rule about equality":   "rule \"r\" {\n condition = probe.x.n == \"primary\"\n}",
		"a rule about all":        "rule \"r\" {\n condition = alltrue([for v in probe.x.n : v > 100])\n}",
		"max":                     "blast_radius \"u\" {\n affected = probe.x.n\n max = 0\n}",
		"a limit that is odd":     "blast_radius \"u\" {\n affected = 1\n max = probe.x.n\n}",
		"a share that is odd":     "blast_radius \"u\" {\n affected = 1\n total = 2\n max_percent = probe.x.n\n}",
		"a total that is odd":     "blast_radius \"u\" {\n affected = 100\n total = probe.x.n\n max_percent = 1\n}",
		"a baseline that is odd":  "blast_radius \"u\" {\n affected = 100\n total = 100\n baseline = probe.x.n\n max_percent = 1\n}",
		"a floor that is odd":     "blast_radius \"u\" {\n affected = 5\n total = 5\n keep_at_least = probe.x.n\n}",
		"a floor of an odd total": "blast_radius \"u\" {\n affected = 5\n total = probe.x.n\n keep_at_least = 1\n}",
		"an odd settle":           "blast_radius \"u\" {\n affected = 5\n total = 5\n keep_at_least = 1\n settle = probe.x.n\n}",
		"a budget":                "blast_radius \"u\" {\n affected = probe.x.n\n budget {\n max = 0\n per = \"1h\"\n key = \"k\"\n}\n}",
		"a budget that is odd":    "blast_radius \"u\" {\n affected = 1\n budget {\n max = probe.x.n\n per = \"1h\"\n key = \"k\"\n}\n}",
		"a window that is odd":    "blast_radius \"u\" {\n affected = 2\n budget {\n max = 1\n per = probe.x.n\n key = \"k\"\n}\n}",
		"for each pool":           "blast_radius \"u\" {\n for_each = probe.x.n\n affected = each.value\n max = 0\n}",
		"a role":                  "role {\n of = probe.x.n\n must_be = \"secondary\"\n}",
		"a role that is odd":      "role {\n of = { role = probe.x.n }\n must_be = \"secondary\"\n}",
		"a wanted role":           "role {\n of = { role = \"primary\" }\n must_be = probe.x.n\n}",
		"a lag":                   "role {\n of = { role = \"secondary\", lag = probe.x.n }\n must_be = \"secondary\"\n max_lag = \"1s\"\n}",
		"an upstream":             "role {\n of = { role = \"secondary\", upstream_alive = probe.x.n }\n must_be = \"secondary\"\n upstream_alive = true\n}",
		"a backup":                "backup {\n of = probe.x.n\n max_age = \"1h\"\n}",
		"a backup's time":         "backup {\n of = { time = probe.x.n, bytes = 1 }\n max_age = \"1s\"\n}",
		"a backup's size":         "backup {\n of = { time = 0, bytes = probe.x.n }\n min_size = \"1GB\"\n}",
		"its predecessor":         "backup {\n of = { time = 0, bytes = 0, previous = probe.x.n }\n min_size = \"50%\"\n}",
		"its predecessors":        "backup {\n of = { time = 0, bytes = 0, previous = [probe.x.n] }\n min_size = \"50%\"\n}",
		"a when":                  "when = probe.x.n\n rule \"r\" {\n condition = false\n}",
	} {
		set := load(t, odd(body))
		for what, value := range oddities() {
			if fits(name, what) {
				continue
			}
			t.Run(name+" and "+what, func(t *testing.T) {
				decision := ordinary().with("exec", is(map[string]any{"n": value})).run(t, set, "rm", "/a")
				if decision.Effect != guard.Deny {
					t.Errorf("got %s: %+v", decision.Effect, decision.Checks)
				}
			})
		}
	}
}

// fits: what would be odd elsewhere is a plain answer here.
func fits(check, value string) bool {
	return strings.Contains(" max; a limit that is odd; a share that is odd; a total that is odd; a baseline that is odd; a budget that is odd; "+
		"a floor of an odd total; a window that is odd; a backup's size; a floor that is odd; a rule about all; a rule for each; an odd settle;", " "+check+";") &&
		(value == "a huge number" || value == "a time" || value == "a byte") ||
		check == "max" && value == "an empty list" || check == "a budget" && value == "an empty list" ||
		check == "a floor that is odd" && value == "a negative number" ||
		check == "an upstream" && value == "true" || check == "a when" && value == "true"
}

func odd(body string) string {
	return commandRM + fmt.Sprintf(`
policy "p" {
  applies_to = [command.rm]
  probe "exec" "x" {
    argv   = ["x"]
    decode = "json"
  }
  %s
}
`, body)
}
