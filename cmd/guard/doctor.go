package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"blastguard/guard"
	"blastguard/guard/audit"
	"blastguard/guard/machine"
	"blastguard/guard/policy"
	"blastguard/guard/supervise"
)

func examinePolicies(w world, p places, o placeOptions) []symptom {
	set, info, err := loadPolicies(w, p, o, nil)
	var broken badPolicies
	switch {
	case errors.As(err, &broken):
		var symptoms []symptom
		for _, line := range broken.lines {
			symptoms = append(symptoms, symptom{bad, "policies", line, "guard policy validate says more"})
		}
		return symptoms
	case err != nil:
		return []symptom{{bad, "policies", err.Error(), "guard policy validate says more"}}
	}
	policies := fmt.Sprintf("%s in %s govern %s", guard.Amount(len(set.Describe()), "policy", "policies"),
		guard.Amount(info.Shipped+info.Host+info.User, "file"), guard.Amount(len(set.Programs()), "program"))
	symptoms := []symptom{{fine, "policies", policies, ""}, {fine, "written by", "only root or you may write the policy files and the directories above them", ""}}
	for _, path := range info.Overlooked {
		symptoms = append(symptoms, symptom{weak, "policies", guard.Printable(path) + " looks like a policy and is not read", readNextTo})
	}
	return append(symptoms, examineTests(w, o)...)
}

// readNextTo is what to do about a policy that is not read.
const readNextTo = "a policy is NAME.hcl, in the directory itself; rename or remove it"

func examineTests(w world, o placeOptions) []symptom {
	set, err := w.tested(o)
	if err != nil { // the policies themselves have been looked at
		var broken badPolicies
		symptoms, lines := []symptom{}, []string{err.Error()}
		if errors.As(err, &broken) {
			lines = broken.lines
		}
		for _, line := range lines {
			symptoms = append(symptoms, symptom{bad, "policy tests", line, "guard policy validate says more"})
		}
		return symptoms
	}
	failed, results := 0, set.Test(readText)
	for _, result := range results {
		if !result.Passed {
			failed++
		}
	}
	if failed > 0 {
		return []symptom{{bad, "policy tests", fmt.Sprintf("%d of %d fail", failed, len(results)), "guard policy test"}}
	}
	if len(results) == 0 {
		return []symptom{{weak, "policy tests", "there are none: a policy without a test is a guess", "docs/policy-language.md shows some"}}
	}
	return []symptom{{fine, "policy tests", fmt.Sprintf("%d pass", len(results)), ""}}
}

// tested is the set that decides here, with its tests.
func (w world) tested(o placeOptions) (*policy.Set, error) {
	found, problems := w.policyFiles(o)
	if len(problems) > 0 {
		return nil, sourceErrors(problems)
	}
	tests, problems := testsBeside(found.Files)
	if len(problems) > 0 {
		return nil, sourceErrors(problems)
	}
	set, diagnostics := policy.Load(append(found.Files, tests...), policy.Options{Kinds: kinds()})
	if diagnostics.HasErrors() {
		return nil, policyErrors(diagnostics)
	}
	return set, nil
}

func examineLog(ctx context.Context, w world, p places) []symptom {
	where := symptom{fine, "log", p.audit + ", for the whole host", ""}
	if !p.shared {
		where = symptom{weak, "log", p.audit + ": budgets and floors see only your own commands",
			"as root: groupadd --system guard; install -d -m 2770 -g guard /var/lib/guard"}
	}
	log, err := audit.Open(ctx, audit.Config{Path: p.audit, Now: w.now, Logger: quiet{}})
	if err != nil {
		return []symptom{where, {bad, "log writable", err.Error(), "nothing will run until this is mended"}}
	}
	defer log.Close()
	symptoms := []symptom{where, {fine, "log writable", "opened, with the settings of a durable log (WAL, synchronous FULL)", ""}}
	return append(symptoms, examineChain(ctx, p), examineSpace(p))
}

func examineChain(ctx context.Context, p places) symptom {
	reader, err := audit.OpenReader(ctx, p.audit)
	if err != nil {
		return symptom{bad, "log verifies", err.Error(), "guard history verify"}
	}
	defer reader.Close()
	garbageIsExpected()
	verification, err := reader.Verify(ctx, nil)
	switch {
	case err != nil:
		return symptom{bad, "log verifies", err.Error(), "guard history verify"}
	case !verification.OK:
		return symptom{bad, "log verifies", "it does not: somebody or something changed it", "guard history verify names the entry; keep the file"}
	default:
		return symptom{fine, "log verifies", guard.Amount(int(verification.Entries), "entry", "entries"), ""}
	}
}

func examineSpace(p places) symptom {
	free, err := freeBytes(filepath.Dir(p.audit))
	const enough = 64 << 20
	switch {
	case err != nil:
		return symptom{bad, "log space", err.Error(), ""}
	case free < enough:
		return symptom{bad, "log space", fmt.Sprintf("%d MiB free", free>>20), "free some space: an intent that cannot be written runs nothing"}
	default:
		return symptom{fine, "log space", fmt.Sprintf("%d MiB free", free>>20), ""}
	}
}

func examineHost(w world) []symptom {
	host := machine.Host()
	name := symptom{fine, "host name", host.Name, ""}
	switch host.Name {
	case "", "localhost", "(none)", "localhost.localdomain":
		name = symptom{bad, "host name", fmt.Sprintf("%q tells one host from no other", host.Name), "hostnamectl set-hostname NAME"}
	}
	return []symptom{name, examineClock(w), examineTerminal(w), examineSupervision()}
}

// examineSupervision says whether the steps of scripts can be seen.
func examineSupervision() symptom {
	switch err := supervise.Available(); {
	case err != nil:
		return symptom{weak, "scripts", "their steps cannot be seen: " + err.Error(), "a script is confirmed as a whole; --supervise=require refuses it instead"}
	case !supervise.Privileged():
		return symptom{fine, "scripts", "seen step by step; sudo inside needs: sudo guard run --as \"$USER\" -- SCRIPT", ""}
	default:
		return symptom{fine, "scripts", "seen step by step", ""}
	}
}

// examineClock compares with the newest thing that this host is known to have
// seen: a clock before it is wrong.
func examineClock(w world) symptom {
	now := w.now()
	newest := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, path := range []string{"/var/log/lastlog", "/etc/machine-id", "/var/lib/dpkg/status"} {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	if now.Before(newest.Add(-24 * time.Hour)) {
		return symptom{bad, "clock", fmt.Sprintf("says %s, but files of this host are newer", now.Format(time.RFC3339)), "timedatectl; ages of backups and budgets depend on it"}
	}
	return symptom{fine, "clock", now.Format(time.RFC3339), ""}
}

func examineTerminal(w world) symptom {
	tty, err := os.OpenFile(w.tty, os.O_RDWR, 0)
	if err != nil {
		return symptom{weak, "terminal", "none here: what asks is refused, unless its policy says unattended", ""}
	}
	defer tty.Close()
	return symptom{fine, "terminal", firstWord(w.getenv("TERM"), "unknown type"), ""}
}

func firstWord(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
