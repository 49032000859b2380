package policies

import (
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
)

// Each file can be copied to /etc/guard/policies alone, where it sees the locals
// of that directory only.
func TestEachFileLoadsAlone(t *testing.T) {
	var commands guard.PolicyFile
	for _, file := range Files() {
		if file.Path == "policies/commands.hcl" {
			commands = file
		}
	}
	for _, file := range Files() {
		t.Run(file.Path, func(t *testing.T) {
			alone := []guard.PolicyFile{file}
			if file.Path != commands.Path {
				file.Path, file.Origin = "/etc/guard/policies/alone.hcl", guard.HostFile
				alone = []guard.PolicyFile{commands, file}
			}
			kinds := append(probe.Kinds(), datadir.Kind(), datadir.PostgresKind())
			if _, diagnostics := policy.Load(alone, policy.Options{Kinds: kinds}); diagnostics.HasErrors() {
				t.Error(diagnostics)
			}
		})
	}
}
