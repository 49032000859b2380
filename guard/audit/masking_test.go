package audit

import (
	"database/sql/driver"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"blastguard/guard"
)

// secretly puts a secret wherever an intent can hold one: the line that it is recognised
// on, and every text, key and list besides.
func secretly(secret string) guard.Intent {
	intent := intentOf(guard.Accepted, "mysql", "-p"+secret, "-e", "drop table a")
	intent.Request.Reason = "ticket, with " + secret
	intent.Request.Expect = []guard.Expectation{{Name: "token", Value: secret}, {Name: "host", Value: "db-" + secret}}
	intent.Request.Env = append(intent.Request.Env, "TF_CLI_ARGS=-var password="+secret)
	intent.Request.Place = []string{"deploy.sh " + secret}
	intent.Why = "refused " + secret
	decision := &intent.Decision
	decision.Summary = "log in with " + secret
	decision.Identities = map[string]string{"target /srv/" + secret: "/real/" + secret + " 1:2", "target https://u:" + secret + "@h": "x"}
	decision.Targets = []guard.Target{{Given: secret, Resolved: "/srv/" + secret, Detail: "typed as " + secret}}
	decision.Problems = []guard.Problem{{What: "no " + secret, Next: "try " + secret}}
	decision.Checks = append(decision.Checks, guard.Check{Policy: "p", Name: "rule.x[" + secret + "]", Message: secret, Evidence: []string{"asked with " + secret}})
	decision.Claims = append(decision.Claims, guard.Claim{Kind: guard.BudgetClaim, Policy: "p", Block: "b", Key: secret, Units: 1, Room: 1})
	decision.Confirmations = append(decision.Confirmations, guard.Confirmation{Text: "db " + secret, Show: true, Hint: secret})
	intent.Operations = append(intent.Operations, guard.Operation{
		Program: secret, Path: "/opt/" + secret, Args: guard.Lits("--key=" + secret), Via: []string{"env TOKEN=" + secret}, Dir: guard.Lit("/home/" + secret), Opaque: "it is " + secret,
	})
	intent.Facts = append(intent.Facts, guard.Finding{
		Ask:  guard.Ask{Kind: "exec", Key: "exec " + secret, Label: secret, Args: map[string]any{"argv": []any{"login", "--token", secret}, secret: 1}},
		Fact: guard.Fact{Known: true, Value: map[string]any{"password": secret, "list": []any{secret, map[string]any{secret: secret}}}, Evidence: []string{secret}},
	})
	if intent.Answer == nil {
		intent.Answer = &guard.Answer{}
	}
	intent.Answer.Shown = "runs  mysql -p" + secret[:4] + "\n        " + secret[4:] + " -e x"
	return intent
}

// No secret that was recognised once stands anywhere of what is written.
func TestNoRecognisedSecretIsWrittenAnywhere(t *testing.T) {
	for _, secret := range []string{"Hunter2Hunter2", "a1b2-c3d4e5", "wJalrXUtnFEMI/K7MDENG+bPx", "Xk9#mQ2$vL'\"x", "päss9Wort8xY"} {
		var lines []string
		path := newPath(t)
		l := openLog(t, path, func(c *Config) { c.Syslog = collected{&lines} })
		accept(t, l, secretly(secret))
		for _, query := range []string{"SELECT body FROM entries", "SELECT kind, value FROM terms", "SELECT policy, block, key FROM claims"} {
			must(t, l.conn.each(t.Context(), func(row []driver.Value) error {
				lines = append(lines, fmt.Sprint(row))
				return nil
			}, query))
		}
		if len(lines) < 10 {
			t.Fatalf("only %d lines were looked at", len(lines))
		}
		for _, line := range lines {
			if strings.Contains(strings.ToLower(line), strings.ToLower(secret)) || strings.Contains(line, secret[4:]) {
				t.Errorf("%q stands in %.300s", secret, around(line, secret[4:]))
			}
		}
		if v := verify(t, path); !v.OK {
			t.Error(v.Problem)
		}
	}
}

func around(line, secret string) string {
	i := strings.Index(strings.ToLower(line), strings.ToLower(secret))
	return line[max(0, i-80):min(len(line), i+len(secret)+80)]
}

type collected struct{ lines *[]string }

func (c collected) Line(text string) error {
	*c.lines = append(*c.lines, text)
	return nil
}

// And what was deleted stays in the record, also when the password is an ordinary word
// of it.
func TestMaskingLeavesTheRecord(t *testing.T) {
	for _, test := range []struct {
		argv   []string
		env    string
		target string
		masked string // in the command
	}{
		{[]string{"rm", "-rf", "/var/lib/postgres/data"}, "PGPASSWORD=postgres", "/var/lib/postgres/data", ""},
		{[]string{"sh", "-c", "mysql -pdata -e x; rm -rf /var/lib/mysql/data"}, "", "/var/lib/mysql/data", "-p[masked]"},
		{[]string{"mysql", "-pproduction", "-e", "drop database production"}, "", "production", "-p[masked]"},
		{[]string{"env", "DB_PASSWORD=backup2", "rm", "-r", "/srv/backup2"}, "", "/srv/backup2", "DB_PASSWORD=[masked]"},
	} {
		intent := intentOf(guard.Accepted, test.argv...)
		intent.Request.Env = append(intent.Request.Env, test.env)
		intent.Decision.Targets = []guard.Target{{Given: test.target, Resolved: test.target}}
		intent.Decision.Identities = map[string]string{"target " + test.target: test.target + " 1:2"}
		l := openLog(t, newPath(t))
		entry, err := openReader(t, l.config.Path).Get(t.Context(), accept(t, l, intent))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(entry.Targets, []string{test.target}) || entry.Intent.Decision.Targets[0].Resolved != test.target ||
			!strings.Contains(entry.Command, test.target) || !strings.Contains(entry.Command, test.masked) {
			t.Errorf("%q: recorded as %s, targets %q, %+v", test.argv, entry.Command, entry.Targets, entry.Intent.Decision.Targets)
		}
		if got := entry.Intent.Decision.Identities["target "+test.target]; got != test.target+" 1:2" {
			t.Errorf("%q: its identity is %q", test.argv, got)
		}
	}
}

// A secret that only the decision before the answer declared is masked too: the world has
// changed while it was typed, and the record holds both.
func TestSecretsOfTheFirstDecisionAreMasked(t *testing.T) {
	const value = "Zq8vK2mX9pL4wR7t"
	path := newPath(t)
	l := openLog(t, path)
	intent := intentOf(guard.Accepted, "login", value)
	first := intent.Decision
	first.Secrets, first.Summary = []string{value}, "log in with "+value
	intent.First = &first
	intent.Decision.Secrets = nil
	accept(t, l, intent)
	must(t, l.conn.close())
	if text := read(t, path); strings.Contains(text, value) {
		t.Error("the secret is in the file of the log")
	}
}
