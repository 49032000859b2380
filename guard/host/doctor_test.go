package host

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/shell"
)

// doctor looks at a host with policies on which nothing is wrong but what a user of
// one's own log has to live with.
func doctor(t *testing.T) Doctor {
	t.Helper()
	s := governed(t)
	write(t, filepath.Join(s.Root, "etc/guard/policies/keep_test.hcl"), `
test "two at once" {
  run    = "rm a b"
  expect = "deny"
}
`)
	return Doctor{
		Setup: s, TTY: write(t, filepath.Join(s.Dir, "tty"), ""), Host: "db1",
		Now:       func() time.Time { return time.Date(2100, 1, 31, 23, 0, 0, 0, time.UTC) },
		Supervise: func() (bool, error) { return true, nil },
		Read: func(text string, request guard.Request) []guard.Operation {
			return shell.Text(text, shell.Context{Dir: request.Dir, Env: request.Env, Account: request.Account})
		},
	}
}

// said are the symptoms as the cases write them, without their details.
func said(symptoms []Symptom) string {
	var lines []string
	for _, s := range symptoms {
		lines = append(lines, string(s.Health)+" "+s.What)
	}
	return strings.Join(lines, ", ")
}

func TestADoctorLooksAtEverything(t *testing.T) {
	const want = "ok policies, ok written by, ok policy tests, weak log, ok log writable, ok log verifies, ok log space, ok host name, ok clock, ok terminal, ok scripts"
	d := doctor(t)
	symptoms := d.Examine(t.Context())
	if got := said(symptoms); got != want {
		t.Fatalf("got %s\nwant %s\n%+v", got, want, symptoms)
	}
	for i, detail := range map[int]string{0: "2 policies in 3 files govern 2 programs", 2: "1 pass", 5: "0 entries", 7: "db1", 9: "unknown type"} {
		if symptoms[i].Detail != detail {
			t.Errorf("%s: %q, want %q", symptoms[i].What, symptoms[i].Detail, detail)
		}
	}
	d.Env = append(d.Env, "TERM=xterm")
	write(t, filepath.Join(d.Root, "var/lib/guard/keep"), "")
	if symptoms = d.Examine(t.Context()); said(symptoms) != strings.Replace(want, "weak log", "ok log", 1) || symptoms[9].Detail != "xterm" {
		t.Errorf("with the log of the host: %s", said(symptoms))
	}
}

func TestADoctorSaysWhatIsWrongAndHowToMendIt(t *testing.T) {
	policy := func(d *Doctor, name string) string { return filepath.Join(d.Root, "etc/guard/policies", name) }
	for _, test := range []struct {
		name    string
		harm    func(t *testing.T, d *Doctor)
		want    string // health and subject
		detail  string // a part of it
		mend    string // likewise
		instead bool   // nothing else is looked at
	}{
		{name: "a flag that the host forbids", harm: func(t *testing.T, d *Doctor) {
			write(t, filepath.Join(d.Root, "etc/guard/guard.hcl"), "# as usual\n")
		}, want: "bad places", detail: "--no-shipped is refused on this host", mend: "drop the flag", instead: true},
		{name: "settings that are wrong", harm: func(t *testing.T, d *Doctor) {
			write(t, filepath.Join(d.home(), ".config/guard/guard.hcl"), `unmatched = "perhaps"`)
		}, want: "bad policies", detail: "guard.hcl", mend: "guard policy validate"},
		{name: "a policy that does not parse", harm: func(t *testing.T, d *Doctor) {
			write(t, policy(d, "keep.hcl"), "policy {\n}\n")
		}, want: "bad policies", detail: "keep.hcl:1", mend: "guard policy validate"},
		{name: "a policy that others may write", harm: func(t *testing.T, d *Doctor) {
			if err := os.Chmod(policy(d, "keep.hcl"), 0o666); err != nil {
				t.Fatal(err)
			}
		}, want: "bad policies", detail: "keep.hcl", mend: "guard policy validate"},
		{name: "a policy that is not read", harm: func(t *testing.T, d *Doctor) {
			write(t, policy(d, "more/x.hcl"), "# x\n")
		}, want: "weak policies", detail: "looks like a policy and is not read", mend: "rename or remove it"},
		{name: "a test that fails", harm: func(t *testing.T, d *Doctor) {
			write(t, policy(d, "keep_test.hcl"), "test \"one\" {\n  run = \"rm a\"\n  expect = \"deny\"\n}\n")
		}, want: "bad policy tests", detail: "1 of 1 fail", mend: "guard policy test"},
		{name: "tests that do not parse", harm: func(t *testing.T, d *Doctor) {
			write(t, policy(d, "keep_test.hcl"), "test {\n}\n")
		}, want: "bad policy tests", detail: "keep_test.hcl:1", mend: "guard policy validate"},
		{name: "no tests", harm: func(t *testing.T, d *Doctor) {
			if err := os.Remove(policy(d, "keep_test.hcl")); err != nil {
				t.Fatal(err)
			}
		}, want: "weak policy tests", detail: "there are none", mend: "docs/policy-language.md"},
		{name: "a log that is none", harm: func(t *testing.T, d *Doctor) {
			write(t, filepath.Join(d.stateDir(), "audit.db"), strings.Repeat("x", 9000))
		}, want: "bad log writable", mend: "nothing will run"},
		{name: "a host without a name of its own", harm: func(t *testing.T, d *Doctor) { d.Host = "localhost" }, want: "bad host name", detail: `"localhost" does not tell`, mend: "hostnamectl"},
		{name: "a clock before the files", harm: func(t *testing.T, d *Doctor) {
			d.Now = func() time.Time { return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) }
		}, want: "bad clock", detail: "says 2001-01-01T00:00:00Z", mend: "timedatectl"},
		{name: "no terminal", harm: func(t *testing.T, d *Doctor) { d.TTY = filepath.Join(d.Dir, "none") }, want: "weak terminal", detail: "none here"},
		{name: "scripts whose steps cannot be seen", harm: func(t *testing.T, d *Doctor) {
			d.Supervise = func() (bool, error) { return false, errors.New("no seccomp") }
		}, want: "weak scripts", detail: "their steps cannot be seen: no seccomp", mend: "--supervise=require"},
		{name: "scripts with sudo inside", harm: func(t *testing.T, d *Doctor) {
			d.Supervise = func() (bool, error) { return false, nil }
		}, want: "ok scripts", detail: "sudo guard run --as"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := doctor(t)
			test.harm(t, &d)
			symptoms := d.Examine(t.Context())
			i := slices.IndexFunc(symptoms, func(s Symptom) bool {
				return string(s.Health)+" "+s.What == test.want && strings.Contains(s.Detail, test.detail) && strings.Contains(s.Mend, test.mend)
			})
			if i < 0 || test.instead != (len(symptoms) == 1) {
				t.Errorf("not said: %q %q %q; said was %+v", test.want, test.detail, test.mend, symptoms)
			}
		})
	}
}
