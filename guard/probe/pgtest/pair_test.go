package pgtest

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAPairStreamsPromotesAndStops(t *testing.T) {
	pair := StartPair(t)
	if got := pair.Primary.SQL("SELECT pg_is_in_recovery()"); got != "f" {
		t.Errorf("the primary is in recovery: %s", got)
	}
	if got := pair.Standby.SQL("SELECT pg_is_in_recovery()"); got != "t" {
		t.Errorf("the standby is not in recovery: %s", got)
	}
	if primary, standby := pair.Primary.Identity(), pair.Standby.Identity(); primary != standby {
		t.Errorf("identities differ: %s and %s", primary, standby)
	}
	pair.Promote()
	if got := pair.Standby.SQL("SELECT pg_is_in_recovery()"); got != "f" {
		t.Errorf("the promoted standby is in recovery: %s", got)
	}
	pair.Stop()
	if pair.Primary.PID() != 0 || pair.Standby.PID() != 0 {
		t.Error("a stopped server has a process id")
	}
	if left := processesIn(pair.Primary.Dir); len(left) > 0 {
		t.Errorf("processes left after the stop: %v", left)
	}
}

func TestAKilledServerLeavesItsLockFile(t *testing.T) {
	server := StartPrimary(t)
	server.Kill()
	if _, err := os.Stat(filepath.Join(server.Dir, "postmaster.pid")); err != nil {
		t.Errorf("the lock file: %v", err)
	}
	if got := server.ControlData()["Database cluster state"]; got != "in production" {
		t.Errorf("state after the kill: %q", got)
	}
}
