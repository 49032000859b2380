package main

import (
	"context"
	"errors"
	"testing"
	"time"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/shell"
	"blastguard/policies"
)

// FuzzCheckNeverAllowsOnAnError checks any command line, under the shipped
// policies beside any policy file, in a world where every measurement fails.
// Whatever could not be evaluated must not end as "would run without confirmation".
func FuzzCheckNeverAllowsOnAnError(f *testing.F) {
	for _, seed := range []struct{ policy, command string }{
		{"", "rm -rf /srv"},
		{"", "sudo sh -c 'cd /x; rm -rf *'"},
		{"", "find / -delete"},
		{"policy \"p\" {\n  applies_to = [command.rm]\n  rule \"r\" {\n    condition = length(arg.paths) < 3\n    error_message = \"m\"\n  }\n}\n", "rm a"},
		{"policy \"p\" {\n  applies_to = [command.rm]\n  rule \"r\" {\n    condition = nosuch\n  }\n}\n", "rm a"},
		{"policy", "rm a"},
		{"", "echo hi > file; kill -9 1"},
		{"", "cat <<E | sh\nrm -rf /\nE"},
	} {
		f.Add(seed.policy, seed.command)
	}
	f.Fuzz(func(t *testing.T, text, command string) {
		report, broken := checkBlind(t.Context(), text, command)
		status := checkStatus(report)
		if broken != nil && status != guard.StatusFailed {
			t.Fatalf("a bad policy file ends with status %d: %v", status, broken)
		}
		if status != guard.StatusWouldRun {
			return
		}
		for _, check := range report.Decision.Checks {
			if check.Status != guard.Passes && check.Level != guard.Advisory {
				t.Fatalf("%q would run without confirmation, though %s is %s", command, check.ID(), check.Status)
			}
		}
		for _, op := range report.Operations {
			if op.Opaque != "" {
				t.Fatalf("%q would run without confirmation, though a part cannot be read: %s", command, op.Opaque)
			}
		}
		if len(report.Decision.Problems) > 0 {
			t.Fatalf("%q would run without confirmation, in spite of %v", command, report.Decision.Problems)
		}
	})
}

// checkBlind is `guard check` in a world where nothing can be measured.
func checkBlind(ctx context.Context, text, command string) (guard.Report, error) {
	files := append(policies.Files(), guard.PolicyFile{Path: "fuzz.hcl", Content: text})
	set, diagnostics := policy.Load(files, policy.Options{Kinds: kinds()})
	var broken error
	if diagnostics.HasErrors() {
		broken = diagnostics
	}
	g := guard.Guard{
		Recognise: func(r guard.Request) []guard.Operation { return shell.Text(command, shellContext(r)) },
		Decide:    set.Decide,
		Measure:   knowsNothing,
		Resolve:   func(guard.Request) (guard.Executable, error) { return guard.Executable{Path: "/bin/sh"}, nil },
		Digest:    func(context.Context, guard.Executable) (string, error) { return "", errors.New("not read") },
		Broken:    broken,
		Now:       time.Now,
	}
	return g.Check(ctx, guard.Request{
		Argv: []string{"sh", "-c", command}, Dir: "/work", Env: []string{"PATH=/bin", "HOME=/home/ann"},
		Host: guard.Host{Name: "db2"}, Account: guard.Account{Known: true, Name: "ann", UID: 1000, Home: "/home/ann"},
	}), broken
}
