package secret

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"blastguard/guard"
)

func TestKnownFormsAreMasked(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"a flag with =", "x --password=hunter2 y", "x --password=[masked] y"},
		{"a flag and its value", "x --password hunter2 y", "x --password [masked] y"},
		{"a flag and its quoted value", "x --password 'hunter 2' y", "x --password '[masked]' y"},
		{"a token flag", "x --auth-token abc", "x --auth-token [masked]"},
		{"a flag of one dash", "x -api-key=abc", "x -api-key=[masked]"},
		{"an api key", "x --api_key abc;ls", "x --api_key [masked];ls"},
		{"an environment", "PGPASSWORD=abc psql", "PGPASSWORD=[masked] psql"},
		{"an environment in shell text", `sh -c 'export GITHUB_TOKEN="abc def"; ls'`, `sh -c 'export GITHUB_TOKEN="[masked]"; ls'`},
		{"MYSQL_PWD", "MYSQL_PWD=abc", "MYSQL_PWD=[masked]"},
		{"a connection string", "host=h password=abc dbname=d", "host=h password=[masked] dbname=d"},
		{"JSON", `{"client_secret": "a\"b", "n": 1}`, `{"client_secret": "[masked]", "n": 1}`},
		{"escaped JSON", `"{\"password\":\"abc\",\"n\":1}"`, `"{\"password\":\"[masked]\",\"n\":1}"`},
		{"YAML", "password: abc", "password: [masked]"},
		{"mysql -p", "sudo mysqldump -u root -pabc db", "sudo mysqldump -u root -p[masked] db"},
		{"sshpass -p", "sshpass -p abc ssh h", "sshpass -p [masked] ssh h"},
		{"curl -u", "curl -u maria:abc https://h", "curl -u maria:[masked] https://h"},
		{"redis-cli -a", "redis-cli -a abc FLUSHALL", "redis-cli -a [masked] FLUSHALL"},
		{"a URL", "postgres://u:p@h/db", "postgres://u:[masked]@h/db"},
		{"a URL with a slash in its password", "postgres://u:p/a?s@h/db", "postgres://u:[masked]@h/db"},
		{"a URL with a token", "https://0123456789abcdef0123@github.com/a", "https://[masked]@github.com/a"},
		{"a header", "curl -H 'Authorization: Bearer abc.def' h", "curl -H 'Authorization: Bearer [masked]' h"},
		{"another header", `-H "X-Api-Key: abc"`, `-H "X-Api-Key: [masked]"`},
		{"an AWS key", "AKIAIOSFODNN7EXAMPLE", "[masked]"},
		{"an AWS secret", "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG+bPx", "aws_secret_access_key = [masked]"},
		{"a GitHub token", "x ghp_0123456789abcdefghij0123456789abcdef", "x [masked]"},
		{"a GitLab token", "glpat-0123456789abcdefghij", "[masked]"},
		{"a Slack token", "xoxb-123456789012-abc", "[masked]"},
		{"a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_def-1", "[masked]"},
		{"a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----[masked]-----END RSA PRIVATE KEY-----"},
	} {
		if got := New(nil).Text(test.text); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}

func TestWhatARecordLivesFromStays(t *testing.T) {
	for _, text := range []string{
		"git revert 3f786850e387550fdab836ed7e6dc881de23001b",
		"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"550e8400-e29b-41d4-a716-446655440000",
		"rm -rf /etc/ssl/private/token.pem /srv/password-store",
		"--password-file=/run/secrets/db --max-tokens=300 --token-ttl 5m",
		"PWD=/srv OLDPWD=/home/maria", "PATH=/usr/bin:/bin",
		"ssh://git@github.com/a/b.git", "http://h:8080/@scope/pkg", "https://user@h/x",
		"mysql -p db", "mysql -u root --port=3306", "docker run -p 8080:80 nginx", "ps -p 1234", "mkdir -p /srv/a",
		"the token: expected", "role  primary, must be secondary", "10:30:05", "kubectl delete secret db",
		"bypass=yes", "key=value", "monkey=banana", "foreign_key: id",
		"MIIE is not a key", "s3://bucket/AKIA", "akia", "eyJ",
		"", "=", ":", "://", "--", "'", `"\`,
	} {
		if got := New([]string{"", "a", "ab", "abc"}).Text(text); got != text {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func TestArgumentsAreMaskedByTheFlagBeforeThem(t *testing.T) {
	for _, test := range []struct {
		name  string
		argv  []string
		want  []string
		found []string
	}{
		{"a value with blanks", []string{"x", "--password", "a b c d", "y"}, []string{"x", "--password", Mask, "y"}, nil},
		{"mysql through sudo", []string{"sudo", "/usr/bin/mysql", "-phunter2hunter2", "db"}, []string{"sudo", "/usr/bin/mysql", "-p" + Mask, "db"}, []string{"hunter2hunter2"}},
		{"a password that is a word", []string{"mysql", "-pdata", "/var/lib/mysql/data"}, []string{"mysql", "-p" + Mask, "/var/lib/mysql/data"}, nil},
		{"mysql and a database", []string{"mysql", "-p", "db"}, []string{"mysql", "-p", "db"}, nil},
		{"psql asks", []string{"psql", "--password", "db"}, []string{"psql", "--password", "db"}, nil},
		{"a flag without value", []string{"x", "--password", "--force"}, []string{"x", "--password", "--force"}, nil},
		{"env", []string{"env", "PGPASSWORD=hunter2hunter2", "psql"}, []string{"env", "PGPASSWORD=" + Mask, "psql"}, []string{"hunter2hunter2"}},
		{"a shell", []string{"sh", "-c", "mysql -phunter2 db"}, []string{"sh", "-c", "mysql -p" + Mask + " db"}, nil},
		{"nothing", nil, []string{}, nil},
	} {
		if got := New(nil).Argv(test.argv); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		if got := Found(test.argv); !reflect.DeepEqual(got, test.found) {
			t.Errorf("%s: found %q, want %q", test.name, got, test.found)
		}
	}
}

func TestAnExactValueIsMaskedInEveryRendering(t *testing.T) {
	const value = "it's a \"pass\" wörd\n\x01&/+%\\$"
	quoted, _ := json.Marshal(value)
	for name, text := range map[string]string{
		"plain": value, "JSON": string(quoted), "Go": strconv.Quote(value), "query": url.QueryEscape(value), "path": url.PathEscape(value),
		"lower-case query": strings.ToLower(url.QueryEscape(value)), "command line": guard.CommandLine([]string{"x", value}),
		"printable": guard.Printable(value), "shell": "'" + strings.ReplaceAll(value, "'", `'\''`) + "'",
	} {
		got := New([]string{value}).Text("before " + text + " after")
		if strings.Contains(got, "wörd") || strings.Contains(got, "rd") || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// left says that a secret still stands in text, outside of masks.
func left(text, secret string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], secret)
		if i < 0 {
			return false
		}
		from := at + i
		inside := false
		for _, mask := range masksIn(text) {
			inside = inside || mask.from <= from && from+len(secret) <= mask.to
		}
		if !inside {
			return true
		}
		at = from + 1
	}
}

func FuzzNoSecretIsLeft(f *testing.F) {
	for _, seed := range [][4]string{
		{"hunter2hunter2", "abcd", "--password=", " x"}, {"a1b2c3d4e5", "9aZ3kP0qLm", "/srv/", "/x"}, {"x[mas", "ked]", "x", "[masked]"}, {"masked", "[masked]", "[[masked]", "]"},
		{"abab", "baba", "ababab", "abab"}, {"a b'c\"", "\xff\xfe\xfd\xfc", "'", "\\"}, {"d][m", "mask", "[masked][masked]", ":"},
		{"0000", "://u:", "postgres://u:", "@h"}, {"PRIVATE KEY-----", "=", "-----BEGIN A ", "-----END "},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, one, two, before, after string) {
		m := New([]string{one, two})
		text := before + one + after + two + one + before + url.QueryEscape(two) + strconv.Quote(one) + guard.CommandLine([]string{two, after})
		got := m.Text(text)
		for _, secret := range []string{one, two} {
			if distinctive(secret) && left(got, secret) {
				t.Fatalf("%q is left in %q", secret, got)
			}
		}
		if again := m.Text(got); again != got {
			t.Fatalf("%q becomes %q", got, again)
		}
		for _, word := range m.Argv([]string{before, one, after, two}) {
			if distinctive(one) && left(word, one) || distinctive(two) && left(word, two) {
				t.Fatalf("argv: %q", word)
			}
		}
		Found([]string{before, one, after, two})
	})
}

// What is an ordinary word is masked in its place, and the record stays whole.
func TestAWordIsMaskedInItsPlaceOnly(t *testing.T) {
	for _, test := range []struct{ name, secret, text, want string }{
		{"in an environment", "postgres", "PGPASSWORD=postgres rm -rf /var/lib/postgres/data", "PGPASSWORD=[masked] rm -rf /var/lib/postgres/data"},
		{"declared, as a word", "postgres", "login postgres to /var/lib/postgres", "login [masked] to /var/lib/postgres"},
		{"declared, in quotes", "data", `login "data" data2 my.data`, `login "[masked]" data2 my.data`},
		{"declared, behind a flag of its own", "1234", "unlock --pin-code=1234 /dev/sda1234", "unlock --pin-code=[masked] /dev/sda1234"},
		{"a file of that name", "data", "rm data/x ./data", "rm data/x ./data"},
	} {
		if got := New([]string{test.secret}).Text(test.text); got != test.want {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
	cut := "run login a1b2c3\n      d4e5f6 now"
	if got := New([]string{"a1b2c3d4e5f6"}).Text(cut); got != "run login [masked] now" {
		t.Errorf("cut by the end of a line: %q", got)
	}
}
