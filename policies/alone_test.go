package policies

import (
	"testing"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/probe"
	"blastguard/guard/probe/datadir"
	"blastguard/guard/probe/postgres"
)

// Each file can be copied to /etc/guard/policies alone, in the place of the shipped one:
// it sees the locals of that directory only, and no other file needs its own.
func TestEachFileLoadsAlone(t *testing.T) {
	kinds := append(probe.Kinds(), datadir.Kind(), postgres.Kind())
	for i, file := range Files() {
		t.Run(file.Path, func(t *testing.T) {
			all := Files()
			all[i].Path, all[i].Origin = "/etc/guard/policies/alone.hcl", guard.HostFile
			if _, diagnostics := policy.Load(all, policy.Options{Kinds: kinds}); diagnostics.HasErrors() {
				t.Error(diagnostics)
			}
		})
	}
}
