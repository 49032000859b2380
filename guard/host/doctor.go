package host

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/policy"
)

// Symptom is one thing that a doctor looked at.
type Symptom struct {
	Health Health `json:"health"`
	What   string `json:"what"`
	Detail string `json:"detail"`
	Mend   string `json:"mend,omitempty"` // what to do about it
}

// Health is how a symptom is judged.
type Health string

const (
	Bad  Health = "bad"  // guard would refuse, or promise what it cannot keep
	Weak Health = "weak" // works, with less than could be had
	Fine Health = "ok"
)

// Doctor looks at what guard needs on this host. It fixes nothing.
type Doctor struct {
	Setup
	Now  func() time.Time
	TTY  string // where a person is asked
	Host string // its name; "" when it has none
	// Supervise says why the steps of scripts cannot be seen, or that they can: by root
	// also behind sudo.
	Supervise func() (privileged bool, err error)
	// Read reads the command line of a test block, as a shell would.
	Read func(text string, request guard.Request) []guard.Operation
}

// Examine looks at everything, in a fixed order. It opens the audit log as a guarded
// command would, and so makes one where there is none.
func (d Doctor) Examine(ctx context.Context) []Symptom {
	p, err := Find(d.Setup)
	if err != nil {
		return []Symptom{{Bad, "places", err.Error(), "drop the flag or unset the variable"}}
	}
	symptoms := d.policies(p)
	symptoms = append(symptoms, d.log(ctx, p)...)
	return append(symptoms, d.host()...)
}

// policies: do they load, and who may write them.
func (d Doctor) policies(p Places) []Symptom {
	set, info, err := p.Load(nil)
	var broken BadPolicies
	switch {
	case errors.As(err, &broken):
		var symptoms []Symptom
		for _, line := range broken.Lines {
			symptoms = append(symptoms, Symptom{Bad, "policies", line, "run guard policy validate"})
		}
		return symptoms
	case err != nil:
		return []Symptom{{Bad, "policies", err.Error(), "run guard policy validate"}}
	}
	policies := fmt.Sprintf("%s in %s govern %s", guard.Amount(len(set.Describe()), "policy", "policies"),
		guard.Amount(info.Shipped+info.Host+info.User, "file"), guard.Amount(len(set.Programs()), "program"))
	symptoms := []Symptom{{Fine, "policies", policies, ""}, {Fine, "written by", "only root or you may write the policy files and the directories above them", ""}}
	for _, path := range info.Overlooked {
		symptoms = append(symptoms, Symptom{Weak, "policies", guard.Printable(path) + " looks like a policy and is not read", renameToRead})
	}
	return append(symptoms, d.tests()...)
}

func (d Doctor) tests() []Symptom {
	set, err := d.withTests()
	if err != nil { // the policies themselves have been looked at
		var broken BadPolicies
		symptoms, lines := []Symptom{}, []string{err.Error()}
		if errors.As(err, &broken) {
			lines = broken.Lines
		}
		for _, line := range lines {
			symptoms = append(symptoms, Symptom{Bad, "policy tests", line, "run guard policy validate"})
		}
		return symptoms
	}
	failed, results := 0, set.Test(d.Read)
	for _, result := range results {
		if !result.Passed {
			failed++
		}
	}
	if failed > 0 {
		return []Symptom{{Bad, "policy tests", fmt.Sprintf("%d of %d fail", failed, len(results)), "guard policy test"}}
	}
	if len(results) == 0 {
		return []Symptom{{Weak, "policy tests", "there are none: a policy without a test is a guess", "docs/policy-language.md shows some"}}
	}
	return []Symptom{{Fine, "policy tests", fmt.Sprintf("%d pass", len(results)), ""}}
}

// withTests is the set that decides here, with its tests.
func (s Setup) withTests() (*policy.Set, error) {
	found, problems := s.files()
	if len(problems) > 0 {
		return nil, unreadable(problems)
	}
	tests, problems := testsBeside(found.Files)
	if len(problems) > 0 {
		return nil, unreadable(problems)
	}
	set, diagnostics := policy.Load(append(found.Files, tests...), policy.Options{Kinds: s.Kinds})
	if diagnostics.HasErrors() {
		return nil, wrong(diagnostics)
	}
	return set, nil
}

// log: is it writable, durable, whole.
func (d Doctor) log(ctx context.Context, p Places) []Symptom {
	where := Symptom{Fine, "log", p.Audit + ", for the whole host", ""}
	if !p.Shared {
		where = Symptom{Weak, "log", p.Audit + ": budgets and floors count only your own commands",
			"as root: groupadd --system guard; install -d -m 2770 -g guard /var/lib/guard"}
	}
	log, err := audit.Open(ctx, audit.Config{Path: p.Audit, Now: d.Now})
	if err != nil {
		return []Symptom{where, {Bad, "log writable", err.Error(), "nothing will run until this is fixed"}}
	}
	defer log.Close()
	symptoms := []Symptom{where, {Fine, "log writable", "opened, with the settings of a durable log (WAL, synchronous FULL)", ""}}
	return append(symptoms, chain(ctx, p), space(p))
}

func chain(ctx context.Context, p Places) Symptom {
	reader, err := audit.OpenReader(ctx, p.Audit)
	if err != nil {
		return Symptom{Bad, "log verifies", err.Error(), "guard history verify"}
	}
	defer reader.Close()
	verification, err := reader.Verify(ctx, nil)
	switch {
	case err != nil:
		return Symptom{Bad, "log verifies", err.Error(), "guard history verify"}
	case !verification.OK:
		return Symptom{Bad, "log verifies", "it does not: somebody or something changed it", "guard history verify names the entry; keep the file"}
	default:
		return Symptom{Fine, "log verifies", guard.Amount(int(verification.Entries), "entry", "entries"), ""}
	}
}

func space(p Places) Symptom {
	free, err := freeBytes(filepath.Dir(p.Audit))
	const enough = 64 << 20
	switch {
	case err != nil:
		return Symptom{Bad, "log space", err.Error(), ""}
	case free < enough:
		return Symptom{Bad, "log space", fmt.Sprintf("%d MiB free", free>>20), "free some space: nothing runs that cannot be recorded first"}
	default:
		return Symptom{Fine, "log space", fmt.Sprintf("%d MiB free", free>>20), ""}
	}
}

// host: its name, its clock, the terminal, and whether scripts can be supervised.
func (d Doctor) host() []Symptom {
	name := Symptom{Fine, "host name", d.Host, ""}
	switch d.Host {
	case "", "localhost", "(none)", "localhost.localdomain":
		name = Symptom{Bad, "host name", fmt.Sprintf("%q does not tell this host from others", d.Host), "hostnamectl set-hostname NAME"}
	}
	return []Symptom{name, d.clock(), d.terminal(), d.supervision()}
}

// supervision says whether the steps of scripts can be seen.
func (d Doctor) supervision() Symptom {
	switch privileged, err := d.Supervise(); {
	case err != nil:
		return Symptom{Weak, "scripts", "their steps cannot be seen: " + err.Error(), "a script is confirmed as a whole; --supervise=require refuses it instead"}
	case !privileged:
		return Symptom{Fine, "scripts", "seen step by step; sudo inside needs: sudo guard run --as \"$USER\" -- SCRIPT", ""}
	default:
		return Symptom{Fine, "scripts", "seen step by step", ""}
	}
}

// clock compares with the newest thing that this host is known to have
// seen: a clock before it is wrong.
func (d Doctor) clock() Symptom {
	now := d.Now()
	newest := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, path := range []string{"/var/log/lastlog", "/etc/machine-id", "/var/lib/dpkg/status"} {
		if info, err := os.Stat(filepath.Join(d.Root, path)); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if now.Before(newest.Add(-24 * time.Hour)) {
		return Symptom{Bad, "clock", fmt.Sprintf("says %s, but files of this host are newer", now.Format(time.RFC3339)), "look at timedatectl; the ages of backups and budgets depend on the clock"}
	}
	return Symptom{Fine, "clock", now.Format(time.RFC3339), ""}
}

func (d Doctor) terminal() Symptom {
	tty, err := os.OpenFile(d.TTY, os.O_RDWR, 0)
	if err != nil {
		return Symptom{Weak, "terminal", "none here: what needs confirmation is refused, unless its policy says unattended", ""}
	}
	defer tty.Close()
	return Symptom{Fine, "terminal", cmp.Or(d.getenv("TERM"), "unknown type"), ""}
}
